import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { count, duration } from '@/lib/format/format'
import { say, type Locale } from '@/lib/i18n/locale'
import type { Check, Problem, Report } from '@/lib/ledger/report'
import { checkWords, guardLine, noteAbout, noteWords, problemWords } from '@/lib/ledger/words'

/** What the newest verification said: one plain sentence, then each check. */
export function Verdict({ last }: { last: { readonly finishedAt: string; readonly report: Report } | null }) {
  const t = useTranslations('verify')
  const locale = useLocale() as Locale
  if (!last) return <p className="text-muted mb-4">{t('never')}</p>
  const { report } = last
  const look = { intact: 'intact', broken: 'broken', unknown: 'unchecked' } as const
  return (
    <section className="mb-4" aria-label={t('verdict')}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Status of="chain" value={look[report.verdict]} look="pill" />
        <p className="text-base font-semibold">
          {t(`said.${report.verdict}`, { size: count(report.to, locale) })}
        </p>
      </div>
      {report.checkpoint && (
        <p className="mt-1">{t('signedTo', { size: count(report.checkpoint.size, locale) })}</p>
      )}
      {agreeing(report).map((about) => (
        <p key={about} className="mt-1">
          {t('agrees', { who: about })}
        </p>
      ))}
      <p className="text-muted text-meta mt-1">
        {t.rich('when', {
          entries: count(report.to - report.from, locale),
          took: duration(report.tookMs, locale),
          when: () => <Time at={last.finishedAt} />,
        })}
      </p>
      <ul className="border-line rounded-card bg-panel mt-3 divide-line divide-y border">
        {report.checks.map((check) => (
          <li key={check.id} className="px-4 py-2.5">
            <CheckLine check={check} locale={locale} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Witnesses whose checkpoint agreed, as the verification wrote them: name, size, moment. */
function agreeing(report: Report): string[] {
  const check = report.checks.find(({ id }) => id === 'witnesses')
  if (!check || check.outcome === 'fail') return []
  return check.notes.filter((note) => note.kind === 'witness-agrees').map((note) => note.about)
}

function CheckLine({ check, locale }: { check: Check; locale: Locale }) {
  const t = useTranslations('verify')
  const kinds = [...new Set(check.problems.map((problem) => problem.kind))]
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <Status of="outcome" value={check.outcome} />
        <span className="inline-block [overflow-wrap:anywhere] first-letter:uppercase">
          {say(checkWords[check.id], locale)}
        </span>
        <span className="text-muted text-meta">{t('looked', { count: check.looked })}</span>
      </div>
      {kinds.map((kind) => (
        <div key={kind} className="mt-1.5 pl-5">
          <p className="text-bad">{say(problemWords[kind].what, locale)}:</p>
          <ul className="text-bad list-disc pl-5 [overflow-wrap:anywhere]">
            {some(
              check.problems
                .filter((problem) => problem.kind === kind)
                .map((problem) => where(problem, t, locale)),
              t,
            ).map((place) => (
              <li key={place}>{place}</li>
            ))}
          </ul>
          <p className="text-muted">{say(problemWords[kind].how, locale)}</p>
        </div>
      ))}
      {check.notes
        .filter((note) => note.kind !== 'witness-agrees')
        .slice(0, 12)
        .map((note, at) => (
          <p key={at} className="text-muted text-meta mt-1 pl-5 [overflow-wrap:anywhere]">
            {[noteAbout(note, locale).replace(/^now /, `${t('now')} `), say(noteWords[note.kind], locale)]
              .filter(Boolean)
              .join(': ')}
          </p>
        ))}
    </>
  )
}

/** As many as a person reads, and how many there are beside them. */
function some(places: readonly string[], t: ReturnType<typeof useTranslations<'verify'>>): readonly string[] {
  const more = places.length - 12
  return more > 0 ? [...places.slice(0, 12), t('andMore', { count: more })] : places
}

function where(problem: Problem, t: ReturnType<typeof useTranslations<'verify'>>, locale: Locale): string {
  const parts = [
    problem.entry === null ? null : t('entry', { id: problem.entry }),
    problem.at === null ? null : t('position', { at: problem.at }),
    problem.about === null
      ? null
      : problem.kind === 'guard'
        ? guardLine(problem.about, locale)
        : about(problem.about, t),
  ]
  return parts.filter(Boolean).join(', ')
}

/** A block and a level of the tree are named by number; all else has a name of its own. */
function about(text: string, t: ReturnType<typeof useTranslations<'verify'>>): string {
  const [, of, number] = /^(block|level) (\d+)$/.exec(text) ?? []
  return of === 'block' || of === 'level' ? t(of, { number: number ?? '' }) : text
}
