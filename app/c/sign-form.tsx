import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import type { SittingConsent, SittingRead } from '@/lib/consents/guest'
import { Tick } from '../(admin)/consents/fields'
import { decideInSitting } from './actions'

/** Nothing is ticked and no name is filled in; saying no is one press, like signing, and asks for nothing. */
export async function SignForm({ consent, read }: { consent: SittingConsent; read: SittingRead }) {
  const t = await getTranslations('link')
  return (
    <section className="border-line border-t pt-5">
      <ActionForm
        action={decideInSitting}
        submit={t('sign')}
        working={t('working')}
        values={{ consent: consent.id }}
        className="space-y-5"
        aside={
          <button
            type="submit"
            name="decision"
            value="refuse"
            className="border-edge bg-panel hover:bg-sunken rounded-control inline-flex min-h-8 items-center border px-3 py-1 font-medium"
          >
            {t('refuse')}
          </button>
        }
      >
        <Tick name="read" label={t('read')} />
        {read.signer !== 'representative' && (
          <Field
            name="patientName"
            label={t('patientName')}
            hint={t('nameHint')}
            maxLength={200}
            autoComplete="off"
          />
        )}
        {read.signer !== 'patient' && (
          <Field
            name="representativeName"
            label={t('representativeName', { name: read.representative ?? '' })}
            hint={t('representativeHint', { patient: read.patient })}
            maxLength={200}
            autoComplete="off"
          />
        )}
      </ActionForm>
    </section>
  )
}
