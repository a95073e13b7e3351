import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { ActionForm } from '@/components/action-form'
import { SqlBlock } from '@/components/sql'
import { Status } from '@/components/status'
import { say } from '@/lib/i18n/locale'
import { partsOfId } from '@/lib/isolation/names'
import type { Line } from '@/lib/isolation/lines'
import type { Finding } from '@/lib/rules/rule'
import { findingPath } from '@/lib/url/paths'
import type { Scan } from '../with-scan'
import { askWithFix } from './actions'

/** What rules say of what opened the leaking relation and of the relation: the nearest fix, to be tried on a clone, and the others. */
export function Mending({ scan, line, writes }: { scan: Scan; line: Line; writes: boolean }) {
  const t = useTranslations('isolation.mending')
  const locale = useLocale()
  const opener = line.counterexample?.through?.routine
  const findings = [
    ...(opener === undefined ? [] : findingsAbout(scan.result.findings, { ...line, relation: opener })),
    ...findingsAbout(scan.result.findings, line),
  ]
  const offered = findings.find(({ fix }) => fix.sql.length > 0)
  return (
    <section className="border-line mt-4 border-t pt-3">
      <h3 className="mb-1 font-semibold">{t('title')}</h3>
      {findings.length === 0 && <p className="text-muted">{t('none')}</p>}
      {offered && (
        <>
          <SqlBlock sql={offered.fix.sql} label={t('title')} />
          <p className="mt-1">{say(offered.fix.advice, locale)}</p>
          {writes && (
            <div className="mt-2">
              <ActionForm
                action={askWithFix}
                values={{
                  key: offered.key,
                  relation: line.relation,
                  role: line.role,
                  command: line.command,
                  channel: line.channel,
                }}
                submit={t('prove')}
                working={t('proving')}
                quiet
              />
            </div>
          )}
        </>
      )}
      {findings.length > 0 && (
        <ul className="mt-3 space-y-1.5">
          {findings.slice(0, 5).map((finding) => (
            <li key={finding.key} className="flex items-baseline justify-between gap-2">
              <Link href={findingPath(finding.key) as Route} prefetch={false} className="link">
                {say(finding.title, locale)}
              </Link>
              <Status of="severity" value={finding.severity} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** Findings of isolation on the relation; those that name the guilty part first. */
function findingsAbout(findings: readonly Finding[], line: Line): readonly Finding[] {
  const { schema, name } = partsOfId(line.relation)
  const bare = name.replace(/\(.*$/s, '')
  const guilty = new Set(line.doors.flatMap(({ name: door, guilty }) => (guilty ? [door] : [])))
  const names = (finding: Finding) =>
    [...guilty].some((door) => finding.object.part !== null && door.includes(finding.object.part))
  return findings
    .filter(
      ({ object, group }) =>
        object.schema === schema && object.name === bare && (group === 'tenancy' || group === 'privileges'),
    )
    .toSorted((a, b) => Number(names(b)) - Number(names(a)))
}
