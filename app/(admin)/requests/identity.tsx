import { getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { Section } from '@/components/page'
import type { RequestDetail } from '@/lib/requests/queries'
import { identityMethods } from '@/lib/requests/types'
import { Choice, Radios } from '../consents/fields'
import { verifyIdentity } from './actions'

/** Who is asking; once it is confirmed nothing is asked again. */
export async function IdentityStep({ request }: { request: RequestDetail }) {
  const t = await getTranslations('requests')
  const d = await getTranslations('requests.detail')
  const s = await getTranslations('shell.form')
  if (request.identity === 'verified') return null
  return (
    <Section title={d('identityTitle')} card>
      <p className="text-muted mb-3">{d('identityHint')}</p>
      <ActionForm
        action={verifyIdentity}
        submit={d('saveIdentity')}
        working={s('working')}
        values={{ id: request.id }}
        className="space-y-4"
      >
        <Choice
          name="method"
          label={d('method')}
          pick={t('form.pick')}
          options={identityMethods.map((value) => ({ value, label: t(`identityMethods.${value}`) }))}
        />
        <Radios
          name="confirmed"
          label={d('identityResult')}
          options={[
            { value: 'yes', label: d('confirmed') },
            { value: 'no', label: d('notConfirmed') },
          ]}
        />
      </ActionForm>
    </Section>
  )
}
