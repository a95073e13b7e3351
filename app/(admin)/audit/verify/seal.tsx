import { useLocale, useTranslations } from 'next-intl'
import { KeyValues } from '@/components/page'
import { Time } from '@/components/time'
import { count } from '@/lib/format/format'
import type { LedgerState } from '@/lib/ledger/state'

/** How far the log is sealed, what is not yet, and who outside holds which checkpoint. */
export function Seal({ state }: { state: LedgerState }) {
  const t = useTranslations('verify')
  const locale = useLocale()
  const { window, checkpoint, witnesses } = state
  return (
    <section className="border-line rounded-card bg-panel mb-6 border px-4 py-3.5">
      <h2 className="mb-2 font-semibold">{t('seal')}</h2>
      <KeyValues
        items={[
          [t('size'), t('sizeOf', { size: state.size, blocks: state.blocks })],
          [t('lastSeal'), <Time key="seal" at={state.sealedAt} />],
          [
            t('window'),
            window.entries === 0 ? (
              t('windowNone')
            ) : (
              <span key="window" className="text-warn">
                {t.rich('windowSome', {
                  count: window.entries,
                  since: () => <Time at={window.oldest} />,
                })}
              </span>
            ),
          ],
          [
            t('checkpoint'),
            checkpoint
              ? t.rich('checkpointOf', {
                  size: count(checkpoint.size, locale),
                  when: () => <Time at={checkpoint.time} look="exact" />,
                })
              : t('checkpointNone'),
          ],
          checkpoint && [t('origin'), <code key="origin">{checkpoint.origin}</code>],
          [
            t('witnesses'),
            witnesses.length === 0 ? (
              <span key="none" className="text-warn">
                {t('witnessesNone')}
              </span>
            ) : (
              <ul key="some" className="space-y-1">
                {witnesses.map((one) => (
                  <li key={one.name} className={one.problem ? 'text-bad' : ''}>
                    {one.problem ? '✕ ' : '✓ '}
                    {t.rich(one.problem ? 'witnessFailed' : 'witnessHolds', {
                      name: one.name,
                      size: count(one.size, locale),
                      problem: one.problem ?? '',
                      when: () => <Time at={one.sentAt} />,
                    })}
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </section>
  )
}
