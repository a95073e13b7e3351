import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { Section } from '@/components/page'
import { Status } from '@/components/status'
import type { RequestDetail } from '@/lib/requests/queries'
import { Choice } from '../consents/fields'
import { tellRecipient } from './actions'

const shown = { open: 'open', told: 'done', acknowledged: 'done', impossible: 'impossible' } as const

/** Those who received the data: told, confirmed, or impossible for a reason. */
export async function PropagationStep({ request, writes }: { request: RequestDetail; writes: boolean }) {
  const t = await getTranslations('requests')
  const d = await getTranslations('requests.detail')
  const s = await getTranslations('shell.form')
  const open = request.propagation.filter(({ status }) => status === 'open')
  return (
    <Section title={d('propagationTitle')} card>
      <p className="text-muted mb-3">{d('propagationHint')}</p>
      <ul className="mb-4">
        {request.propagation.map((each) => (
          <li
            key={each.recipient}
            className="border-line flex flex-wrap items-baseline justify-between gap-x-4 border-b py-1.5 last:border-b-0"
          >
            <span>
              {each.recipient}
              {each.note && <span className="text-muted text-meta ml-2">{each.note}</span>}
            </span>
            <span className="flex items-baseline gap-2">
              <Status of="task" value={shown[each.status]} look="pill" />
              {each.status !== 'open' && (
                <span className="text-muted text-meta">{d(`propagationStatus.${each.status}`)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {writes && open.length > 0 && (
        <ActionForm
          action={tellRecipient}
          submit={d('savePropagation')}
          working={s('working')}
          quiet
          values={{ id: request.id }}
          className="space-y-4"
        >
          <Choice
            name="recipient"
            label={d('recipient')}
            pick={t('form.pick')}
            options={open.map(({ recipient }) => ({ value: recipient, label: recipient }))}
          />
          <Choice
            name="status"
            label={d('identityResult')}
            pick={t('form.pick')}
            options={(['told', 'acknowledged', 'impossible'] as const).map((value) => ({
              value,
              label: d(`propagationStatus.${value}`),
            }))}
          />
          <Field name="note" label={d('note')} maxLength={300} autoComplete="off" />
        </ActionForm>
      )}
    </Section>
  )
}
