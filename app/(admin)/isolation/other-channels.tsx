import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { Status } from '@/components/status'
import { lineCommand } from '@/lib/isolation/lines'
import type { Summary } from '@/lib/isolation/stored/summary'
import { peekOf } from '../coverage/cell'
import { search, type State } from './search'

const most = 30

/**
 * What gets out without a row being read: existence through keys and error texts, what a pooled connection keeps. Leaks as
 * a table; how many are not known as a sentence, for a cell says why.
 */
export function OtherChannels({ summary, state }: { summary: Summary; state: State }) {
  const t = useTranslations('isolation')
  const leaks = summary.others
  const doubts = summary.causes.reduce((sum, { others }) => sum + others, 0)
  if (leaks.length + doubts === 0) return null
  return (
    <section className="mt-6">
      <h2 className="font-semibold">{t('others.title')}</h2>
      <p className="text-muted mb-2 max-w-[72ch]">{t('others.lead')}</p>
      {leaks.length > 0 && (
        <div
          className="border-line rounded-card bg-panel overflow-x-auto border"
          role="region"
          aria-label={t('others.title')}
          tabIndex={0}
        >
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('relation')}</th>
                <th scope="col">{t('role')}</th>
                <th scope="col">{t('command')}</th>
                <th scope="col">{t('channel')}</th>
                <th scope="col">{t('verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {leaks.slice(0, most).map((line) => (
                <tr key={`${line.relation} ${line.role} ${line.command} ${line.channel}`}>
                  <td>
                    <Link
                      href={
                        search.href(state, {
                          peek: peekOf({ ...line, command: lineCommand(line.command) }),
                        }) as Route
                      }
                      prefetch={false}
                      scroll={false}
                      className="link font-mono"
                    >
                      {line.relation}
                    </Link>
                  </td>
                  <td className="font-mono">{line.role}</td>
                  <td>{line.command}</td>
                  <td>{t(`channels.${line.channel}`)}</td>
                  <td>
                    <Status of="isolation" value={line.verdict} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {leaks.length > most && (
        <p className="text-muted text-meta mt-1">{t('others.more', { count: leaks.length - most })}</p>
      )}
      {doubts > 0 && <p className="text-muted mt-1">{t('others.doubts', { count: doubts })}</p>}
    </section>
  )
}
