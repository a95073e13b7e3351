import { useLocale, useTranslations } from 'next-intl'
import { ActionForm } from '@/components/action-form'
import { RefreshWhile } from '@/components/refresh-while'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { say } from '@/lib/i18n/locale'
import type { StoredProof } from '@/lib/proof/stored'
import type { Finding } from '@/lib/rules/rule'
import { findingPath } from '@/lib/url/paths'
import { proveFinding } from '../actions'
import { ProofResult } from './proof-result'

const steps = ['server', 'clone', 'scan', 'fix', 'again'] as const

/** What a clone of the schema says of the fix, how far a running proof is, and the button that starts one. */
export function ProofPart({
  finding,
  stored,
  writes,
}: {
  finding: Finding
  stored: StoredProof | null
  writes: boolean
}) {
  const t = useTranslations('findings.proof')
  if (finding.fix.sql.length === 0) return <p className="text-muted">{t('onlyAPerson')}</p>
  if (stored?.state === 'running') return <Running stored={stored} finding={finding} />
  return (
    <div className="space-y-3">
      {stored ? (
        <Result stored={stored} />
      ) : (
        <p className="text-muted max-w-[72ch]">
          {t('none')} {t('lead')}
        </p>
      )}
      {writes && (
        <ActionForm
          action={proveFinding}
          values={{ key: finding.key }}
          submit={stored ? t('again') : t('prove')}
          working={t('starting')}
          quiet
        />
      )}
    </div>
  )
}

function Running({ stored, finding }: { stored: StoredProof; finding: Finding }) {
  const t = useTranslations('findings.proof')
  const at = steps.indexOf(stored.step)
  return (
    <div role="status" aria-busy="true">
      <RefreshWhile />
      <p className="mb-2 flex flex-wrap items-baseline gap-x-2">
        <Status of="proof" value="running" look="pill" /> {t('running', { name: stored.startedBy ?? '—' })}
      </p>
      <ol className="space-y-1">
        {steps.map((step, index) => (
          <li
            key={step}
            aria-current={index === at ? 'step' : undefined}
            className={index > at ? 'text-muted' : index === at ? 'font-medium' : ''}
          >
            <span aria-hidden="true" className={index < at ? 'text-ok' : index === at ? 'text-info' : ''}>
              {index < at ? '✓' : index === at ? '…' : '·'}{' '}
            </span>
            {t(`steps.${step}`)}
            <span className="sr-only">
              {' '}
              ({index < at ? t('stepDone') : index === at ? t('stepNow') : t('stepLater')})
            </span>
          </li>
        ))}
      </ol>
      <noscript>
        <p className="mt-2">
          <a href={findingPath(finding.key)} className="link">
            {t('refresh')}
          </a>
        </p>
      </noscript>
    </div>
  )
}

function Result({ stored }: { stored: StoredProof }) {
  const t = useTranslations('findings.proof')
  const locale = useLocale()
  const made = t.rich('by', { name: stored.startedBy ?? '—', when: () => <Time at={stored.startedAt} /> })
  if (!stored.proof) {
    return (
      <div>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Status of="proof" value="cannot" look="pill" /> <span className="text-muted">{made}</span>
        </p>
        <p className="mt-1 max-w-[72ch]">
          {stored.state === 'cut off' || !stored.problem
            ? t('cutOff')
            : `${t('failed')} ${say(stored.problem, locale)}`}
        </p>
      </div>
    )
  }
  return (
    <div className="space-y-3">
      <div>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Status of="proof" value={stored.proof.verdict} look="pill" />{' '}
          <span className="text-muted">{made}</span>
        </p>
        <p className="mt-1 max-w-[72ch]">{say(stored.proof.why, locale)}</p>
        {!stored.holds && (
          <p className="mt-1 max-w-[72ch]">
            <span aria-hidden="true" className="text-warn">
              ?{' '}
            </span>
            {t('stale')}
          </p>
        )}
      </div>
      <ProofResult proof={stored.proof} />
    </div>
  )
}
