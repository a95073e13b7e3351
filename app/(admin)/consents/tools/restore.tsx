import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { Section } from '@/components/page'
import { listHolds } from '@/lib/consents/restore'
import { readRecords, type Principal } from '@/lib/db/scope'
import { may } from '@/lib/session/permissions'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { compareMarks, openGates } from './actions'

/** What to keep outside the database, and what to do with it after a restore. */
export async function Restore({ principal }: { principal: Principal }) {
  const t = await getTranslations('consents.restore')
  const s = await getTranslations('shell.form')
  const { value: holds, error } = await attempt(() => readRecords(principal, listHolds))
  if (error) return <Unread error={error} />
  const officer = principal.role === 'compliance_officer'
  return (
    <Section title={t('title')} card>
      <p className="text-muted mb-3 max-w-[72ch]">{t('hint')}</p>
      {holds.map((hold) => (
        <div
          key={hold.clinicId}
          className="border-warn bg-warn-bg rounded-card mb-3 flex flex-wrap items-center gap-3 border px-4 py-3"
        >
          <p>
            ▲ <span className="font-medium">{t('held', { clinic: hold.clinicName })}</span>
            {hold.replayed && ` · ${t('replayed')}`}
          </p>
          {officer && hold.replayed && (
            <ActionForm
              action={openGates}
              submit={t('release')}
              working={s('working')}
              inline
              danger
              values={{ clinic: hold.clinicId }}
            />
          )}
        </div>
      ))}
      {may(principal, 'export') && (
        <p className="mb-4">
          <LinkButton href="/export/consents/mark" download>
            {t('take')}
          </LinkButton>
        </p>
      )}
      {officer ? (
        <ActionForm action={compareMarks} submit={t('compare')} working={s('working')} quiet>
          <Field name="mark" kind="textarea" label={t('mark')} rows={4} maxLength={5_000_000} />
        </ActionForm>
      ) : (
        <p className="text-muted">{t('officer')}</p>
      )}
    </Section>
  )
}
