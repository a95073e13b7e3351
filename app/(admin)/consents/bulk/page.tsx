import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { Button } from '@/components/button'
import { Section } from '@/components/page'
import { AllGood } from '@/components/states'
import { batchCap, countOutcomes, livingOf, tryBatch } from '@/lib/consents/batches'
import { listRopa, type PurposeRow } from '@/lib/consents/terms'
import { asksConsent } from '@/lib/consents/types'
import { readRecords, type Principal } from '@/lib/db/scope'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { Choice, Radios } from '../fields'
import { WithWork } from '../with-work'
import { endPurpose, importWithdrawals } from './actions'
import { Batches } from './batches'

const search = defineSearch('/consents/bulk', { purpose: text, batch: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.bulk'))('title') }
}

/** Many at once: what a purpose's end ends, and withdrawals that were declared elsewhere. Never a grant. */
export default async function BulkPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.bulk')
  const state = search.parse(await searchParams)
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {async () => {
        const { value: all, error } = await attempt(() => readRecords(principal, listRopa))
        if (error) return <Unread error={error} />
        const asked = all.filter((each) => asksConsent(each.basis, each.code))
        return (
          <>
            {principal.role === 'compliance_officer' && (
              <Section title={t('purposeEnded')} card>
                <PurposeEnded principal={principal} purposes={asked} chosen={state.purpose} />
              </Section>
            )}
            {principal.role === 'clinic_admin' && (
              <Section title={t('withdrawals')} card>
                <Withdrawals purposes={asked} />
              </Section>
            )}
            <Section title={t('batches')}>
              <Batches
                principal={principal}
                chosen={state.batch}
                hrefOf={(batch) => search.href(state, { batch })}
              />
            </Section>
          </>
        )
      }}
    </WithWork>
  )
}

const optionsOf = (purposes: readonly PurposeRow[]) =>
  purposes.map(({ id, clinicId, clinicName, title }) => ({
    value: `${clinicId}:${id}`,
    label: purposes.some((other) => other.clinicId !== clinicId) ? `${title} (${clinicName})` : title,
  }))

async function PurposeEnded({
  principal,
  purposes,
  chosen,
}: {
  principal: Principal
  purposes: readonly PurposeRow[]
  chosen: string
}) {
  const t = await getTranslations('consents.bulk')
  const f = await getTranslations('consents.form')
  return (
    <>
      <p className="text-muted mb-3 max-w-[72ch]">{t('purposeHint', { cap: batchCap })}</p>
      <form method="get" className="mb-4 flex flex-wrap items-end gap-2">
        <label className="block min-w-0">
          <span className="mb-1 block font-medium">{t('purpose')}</span>
          <select
            name="purpose"
            defaultValue={chosen}
            className="border-edge bg-panel rounded-control min-h-8 w-72 max-w-full border px-2.5"
          >
            <option value="">{f('pick')}</option>
            {optionsOf(purposes).map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit">{t('try')}</Button>
      </form>
      {chosen && <DryRun principal={principal} purposes={purposes} chosen={chosen} />}
    </>
  )
}

async function DryRun({
  principal,
  purposes,
  chosen,
}: {
  principal: Principal
  purposes: readonly PurposeRow[]
  chosen: string
}) {
  const t = await getTranslations('consents.bulk')
  const s = await getTranslations('shell.form')
  const purpose = purposes.find(({ clinicId, id }) => `${clinicId}:${id}` === chosen)
  if (!purpose) return null
  const { value, error } = await attempt(() =>
    readRecords(principal, async (tx) => {
      const ids = await livingOf(tx, purpose.clinicId, purpose.id)
      return { ids, told: ids.length > 0 ? await tryBatch(tx, purpose.clinicId, 'purpose_ended', ids) : null }
    }),
  )
  if (error) return <Unread error={error} />
  if (!value.told) return <AllGood>{t('nothingLives', { purpose: purpose.title })}</AllGood>
  return (
    <ActionForm
      action={endPurpose}
      submit={t(value.told.second ? 'propose' : 'end')}
      working={s('working')}
      danger={!value.told.second}
      values={{ clinic: purpose.clinicId, consents: value.ids.join(',') }}
    >
      <p>
        <span className="font-medium">{t('would', { purpose: purpose.title })}</span>{' '}
        {countOutcomes(value.told.items)
          .map(([outcome, count]) => t(`outcomes.${outcome}`, { count }))
          .join(' · ')}
        {value.ids.length === batchCap && ` · ${t('capped', { cap: batchCap })}`}
      </p>
      {value.told.second && <p className="text-info">{t('second')}</p>}
      <Field name="reason" label={t('reason')} maxLength={300} autoComplete="off" />
    </ActionForm>
  )
}

async function Withdrawals({ purposes }: { purposes: readonly PurposeRow[] }) {
  const t = await getTranslations('consents.bulk')
  const f = await getTranslations('consents.form')
  const s = await getTranslations('shell.form')
  return (
    <>
      <p className="text-muted mb-3 max-w-[72ch]">{t('withdrawalsHint')}</p>
      <ActionForm
        action={importWithdrawals}
        submit={t('go')}
        working={s('working')}
        keep
        className="space-y-4"
      >
        <Choice name="purpose" label={t('purpose')} pick={f('pick')} options={optionsOf(purposes)} />
        <Field name="numbers" kind="textarea" label={t('numbers')} rows={4} maxLength={20000} />
        <Field name="reason" label={t('source')} maxLength={300} autoComplete="off" />
        <Radios
          name="mode"
          label={t('mode')}
          options={[
            { value: 'try', label: t('modes.try') },
            { value: 'record', label: t('modes.record') },
          ]}
        />
      </ActionForm>
    </>
  )
}
