import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { ActionForm, Field } from '@/components/action-form'
import { dateStyle } from '@/lib/format/format'
import type { FindingHistory } from '@/lib/findings/findings'
import type { Finding } from '@/lib/rules/rule'
import type { Principal } from '@/lib/session/principal'
import { acceptFinding, approveFinding, reopenFinding } from '../actions'

interface Props {
  finding: Finding | null
  history: FindingHistory | null
  principal: Principal
  writes: boolean
}

/** A kind as the configuration file writes it. */
const configured = {
  'accepted risk': 'accepted_risk',
  'false positive': 'false_positive',
  'by design': 'by_design',
} as const

/** Who accepted this and until when, and the forms that accept, approve or withdraw. */
export function Acceptance({ finding, history, principal, writes }: Props) {
  const t = useTranslations('findings.accept')
  const format = useFormatter()
  const locale = useLocale()
  const standing = history?.acceptance ?? null
  const date = (text: string | null) =>
    text === null
      ? t('noEnd')
      : format.dateTime(new Date(`${text}T12:00:00Z`), { dateStyle: dateStyle(locale), timeZone: 'UTC' })
  if (finding?.waiver) {
    const { kind, until, reason, requestedBy, approvedBy, object } = finding.waiver
    return (
      <div className="space-y-1">
        <p>{t('waiver', { until: date(until), reason })}</p>
        <p className="text-muted">
          {t(`kinds.${configured[kind]}`)} · {object === undefined ? t('scopes.rule') : t('scopes.object')}
          {requestedBy !== undefined && ` · ${t('requestedBy', { name: requestedBy })}`}
          {` · ${t('approvedBy', { name: approvedBy })}`}
        </p>
      </div>
    )
  }
  if (standing) {
    const key = standing.state === 'in force' ? 'by' : standing.state
    const others = standing.requestedBy !== principal.userId
    return (
      <div className="space-y-3">
        <p>
          {t(key, {
            name: standing.requestedByName ?? '—',
            until: date(standing.until),
            reason: standing.reason,
          })}
        </p>
        <p className="text-muted">
          {t(`kinds.${standing.kind}`)} · {standing.wholeRule ? t('scopes.rule') : t('scopes.object')}
          {standing.approvedByName !== null && ` · ${t('approvedBy', { name: standing.approvedByName })}`}
        </p>
        {writes && standing.state === 'requested' && others && (
          <ActionForm
            action={approveFinding}
            values={{ id: standing.id }}
            submit={t('approve')}
            working={t('working')}
          />
        )}
        {writes && (
          <details>
            <summary className="link">{t('withdraw')}</summary>
            <ActionForm
              action={reopenFinding}
              values={{ id: standing.id }}
              submit={t('withdraw')}
              working={t('working')}
              quiet
              className="mt-3"
            >
              <Field name="reason" label={t('withdrawReason')} kind="textarea" required maxLength={2000} />
            </ActionForm>
          </details>
        )}
      </div>
    )
  }
  if (!finding || !writes) return null
  return (
    <details>
      <summary className="link">{t('title')}…</summary>
      <p className="text-muted mt-2">{t('intro')}</p>
      <ActionForm
        action={acceptFinding}
        values={{ key: finding.key }}
        submit={t('submit')}
        working={t('working')}
        quiet
        className="mt-3"
      >
        <Field
          name="scope"
          label={t('scope')}
          kind="select"
          options={(['object', 'rule'] as const).map((value) => ({ value, label: t(`scopes.${value}`) }))}
          hint={t('scopeHint')}
        />
        <Field
          name="kind"
          label={t('kind')}
          kind="select"
          options={(['accepted_risk', 'false_positive', 'by_design'] as const).map((value) => ({
            value,
            label: t(`kinds.${value}`),
          }))}
        />
        <Field name="reason" label={t('reason')} kind="textarea" required maxLength={2000} />
        <Field name="until" label={t('until')} kind="date" />
      </ActionForm>
    </details>
  )
}
