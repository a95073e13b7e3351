import { useLocale, useTranslations } from 'next-intl'
import { Drawer } from '@/components/drawer'
import { KeyValues } from '@/components/page'
import { Status } from '@/components/status'
import { say } from '@/lib/i18n/locale'
import { lineCommand, linesOf, type Line, type LineCommand } from '@/lib/isolation/lines'
import { isRoutine } from '@/lib/isolation/names'
import type { Finding as Answer } from '@/lib/isolation/types'
import { tablePath } from '@/lib/url/paths'
import type { Cell } from '../coverage/cell'
import type { Scan } from '../with-scan'
import { Doors } from './doors'
import { Mending } from './mending'
import { Story } from './story'

/** One cell: for each channel the proof in words, or the story of the statement that crosses; then what mends it. */
export function Why({
  scan,
  cell,
  answers,
  close,
  writes,
}: {
  scan: Scan
  cell: Cell & { command: LineCommand }
  answers: readonly Answer[]
  close: string
  writes: boolean
}) {
  const t = useTranslations('isolation.why')
  const mine = answers.filter(
    ({ role, command }) => role === cell.role && lineCommand(command) === cell.command,
  )
  const lines = linesOf(mine)
  const leaking = lines.find(({ verdict }) => verdict === 'leaks')
  return (
    <Drawer
      title={t('title')}
      close={close}
      {...(isRoutine(cell.relation) ? {} : { open: tablePath(cell.relation, 'access') })}
    >
      <KeyValues
        items={[
          [t('relation'), <code key="v">{cell.relation}</code>],
          [t('role'), <code key="v">{cell.role}</code>],
          [t('command'), cell.command],
        ]}
      />
      {lines.length === 0 && (
        <p className="mt-4">
          <Status of="isolation" value="unreachable" look="pill" /> {t('nothing')}
        </p>
      )}
      {lines.map((line) => (
        <Channel key={line.channel} scan={scan} line={line} others={mine} />
      ))}
      {leaking && <Mending scan={scan} line={leaking} writes={writes} />}
    </Drawer>
  )
}

function Channel({ scan, line, others }: { scan: Scan; line: Line; others: readonly Answer[] }) {
  const t = useTranslations('isolation.why')
  const channels = useTranslations('isolation.channels')
  const locale = useLocale()
  const better = others.filter(({ channel, verdict }) => channel === line.channel && verdict !== line.verdict)
  return (
    <section className="border-line mt-4 border-t pt-3">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <Status of="isolation" value={line.verdict} look="pill" />
        {line.verdict !== 'unreachable' && (
          <span>{t(`${line.verdict === 'unknown' ? 'tried' : 'by'}.${line.by}`)}</span>
        )}
        {line.channel !== 'row' && <span className="text-muted">· {channels(line.channel)}</span>}
      </p>
      <p className="text-muted text-meta mt-1">
        {t('asPrincipal', { name: line.principal })}
        {better.length > 0 &&
          ` ${t('otherwise', { names: better.map(({ principal }) => principal).join(', ') })}`}
      </p>
      {line.because.length > 0 && (
        <ul className="mt-2 space-y-1.5 [overflow-wrap:anywhere]">
          {line.because.map((sentence) => (
            <li key={sentence.en}>{say(sentence, locale)}</li>
          ))}
        </ul>
      )}
      {line.counterexample && <Story counterexample={line.counterexample} channel={line.channel} />}
      <Doors scan={scan} line={line} />
      {line.assumptions.length > 0 && (
        <>
          <h3 className="mt-3 mb-1 font-semibold">{t('assumptions')}</h3>
          <ul className="list-disc space-y-1 pl-5 [overflow-wrap:anywhere]">
            {line.assumptions.map((sentence) => (
              <li key={sentence.en}>{say(sentence, locale)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
