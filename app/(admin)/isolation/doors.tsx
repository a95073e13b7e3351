import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import type { Policy } from '@/lib/catalog/types-relation'
import type { Line, LineCommand } from '@/lib/isolation/lines'
import { lineCommand } from '@/lib/isolation/lines'
import { tablePath } from '@/lib/url/paths'
import type { Scan } from '../with-scan'

/** Policies, views, functions and constraints that decide; the guilty one is marked with a word, its condition shown. */
export function Doors({ scan, line }: { scan: Scan; line: Line }) {
  const t = useTranslations('isolation.why')
  if (line.doors.length === 0) return null
  // What a model goes through that nothing confirmed is no more than suspected.
  const tone = line.verdict === 'leaks' ? 'text-bad' : 'text-warn'
  return (
    <>
      <h3 className="mt-3 mb-1 font-semibold">{t(line.verdict === 'isolated' ? 'doors' : 'involved')}</h3>
      <ul className="space-y-1.5">
        {line.doors.map(({ kind, name, guilty }) => {
          const { what, where } = placed(name)
          const relation = where ?? (kind === 'view' || kind === 'table' ? what : null)
          const policy = kind === 'policy' ? policyOf(scan, what, where) : null
          return (
            <li key={`${kind} ${name}`} className="[overflow-wrap:anywhere]">
              <span aria-hidden="true" className={guilty ? tone : 'text-muted'}>
                {guilty ? (line.verdict === 'leaks' ? '✕' : '?') : '·'}{' '}
              </span>
              <span className="text-muted">{t.has(`kinds.${kind}`) ? t(`kinds.${kind}`) : kind}</span>{' '}
              {where !== null && (
                <>
                  <code>{what}</code> <span className="text-muted">{t('on')}</span>{' '}
                </>
              )}
              {relation === null ? (
                <code>{what}</code>
              ) : (
                <Link
                  href={tablePath(relation, 'access') as Route}
                  prefetch={false}
                  className="link font-mono"
                >
                  {relation}
                </Link>
              )}
              {guilty && (
                <span className={`${tone} ml-1.5 font-medium`}>
                  {t(line.verdict === 'leaks' ? 'guilty' : 'suspected')}
                </span>
              )}
              {policy && (
                <Clauses
                  policy={policy}
                  command={lineCommand(line.command)}
                  tone={guilty ? tone : 'text-muted'}
                />
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** What the policy asks for this command: of the row as it stands, and of the new one. */
function Clauses({ policy, command, tone }: { policy: Policy; command: LineCommand; tone: string }) {
  const asked = [
    ...(command === 'INSERT' ? [] : [['USING', policy.using] as const]),
    ...(command === 'INSERT' || command === 'UPDATE'
      ? [['WITH CHECK', policy.check ?? policy.using] as const]
      : []),
  ]
  return asked.map(([clause, text]) => (
    <code key={clause} className={`mt-0.5 block pl-4 ${tone}`}>
      {clause} {text ?? '—'}
    </code>
  ))
}

/** `own on public.rooms` in its two parts; a name alone stands for itself. */
function placed(name: string): { what: string; where: string | null } {
  const at = name.lastIndexOf(' on ')
  return at < 0 ? { what: name, where: null } : { what: name.slice(0, at), where: name.slice(at + 4) }
}

const policyOf = ({ snapshot }: Scan, name: string, relation: string | null): Policy | null =>
  snapshot.relations.find(({ id }) => id === relation)?.policies.find((each) => each.name === name) ?? null
