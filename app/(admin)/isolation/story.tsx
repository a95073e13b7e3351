import { useTranslations } from 'next-intl'
import { SqlBlock } from '@/components/sql'
import { scriptOf } from '@/lib/isolation/export/script'
import type { Channel, Counterexample } from '@/lib/isolation/types'

/** The statement that crosses, as it was run on a clone: the scene, the session, what it reached, and a script to see it. */
export function Story({ counterexample, channel }: { counterexample: Counterexample; channel: Channel }) {
  const t = useTranslations('isolation.story')
  const { steps, row, tenant } = counterexample
  const acts = steps.filter(({ as }) => as !== null)
  const last = acts.at(-1)
  const before = acts.slice(0, -1).filter(({ effect }) => effect !== '')
  const values = Object.entries(row)
  const end = channel === 'covert' ? 'told' : 'reached'
  return (
    <div className="mt-3 space-y-3">
      <ol className="list-decimal space-y-1.5 pl-5">
        {steps.length > acts.length && <li>{t('scene')}</li>}
        {last && <li>{t('session', { name: last.as ?? '' })}</li>}
        {before.map(({ sql }, at) => (
          <li key={at}>
            {t(at === 0 ? 'first' : 'then')} <code className="[overflow-wrap:anywhere]">{sql}</code>
          </li>
        ))}
        {last && (
          <li>
            {t(channel === 'session' ? 'later' : before.length > 0 ? 'then' : 'statement')}{' '}
            <code className="[overflow-wrap:anywhere]">{last.sql}</code>
          </li>
        )}
        <li>{tenant === null ? t(end) : t(`${end}Of`, { tenant })}</li>
      </ol>
      {values.length > 0 && (
        <div
          className="border-line rounded-control max-h-48 overflow-auto border"
          role="region"
          aria-label={t('row')}
          tabIndex={0}
        >
          <table className="table w-full">
            <caption className="sr-only">{t('row')}</caption>
            <tbody>
              {values.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row" className="text-muted text-start font-mono font-normal">
                    {name}
                  </th>
                  <td className="font-mono [overflow-wrap:anywhere]">{value ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <details>
        <summary className="cursor-pointer font-medium">
          {t('script')} <span aria-hidden="true">▾</span>
        </summary>
        <p className="text-muted text-meta mt-1 mb-2">
          {t(channel === 'session' ? 'scriptKept' : 'scriptLead')}
        </p>
        <SqlBlock sql={scriptOf(counterexample)} label={t('script')} />
      </details>
    </div>
  )
}
