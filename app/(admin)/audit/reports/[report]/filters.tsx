import { getTimeZone, getTranslations } from 'next-intl/server'
import { FilterBar, type Field } from '@/components/list-controls'
import type { Report } from '@/lib/audit/reports'
import type { Principal } from '@/lib/db/scope'
import { attempt } from '../../attempt'
import { choicesOf } from '../../choices'
import { periodOf, searchOf, type State } from '../search'

/** Patient, clinic and days of a report. */
export async function ReportFilters({
  principal,
  report,
  state,
}: {
  principal: Principal
  report: Report
  state: State
}) {
  const t = await getTranslations('reports')
  const a = await getTranslations('audit')
  const zone = await getTimeZone()
  const search = searchOf(report)
  const { value } = await attempt(() => choicesOf(principal))
  const { since, until } = periodOf(report, state, zone)
  const clinics = (value?.clinics ?? []).map(({ id }) => ({
    value: id,
    label: value?.names.get(id) ?? id.slice(0, 8),
  }))
  const fields: Field[] = [
    ...(report === 'patient'
      ? [{ kind: 'search', name: 'patient', value: state.patient, label: t('patientId') } as const]
      : []),
    ...(clinics.length > 1
      ? [{ kind: 'one', name: 'clinic', value: state.clinic, label: a('clinic'), options: clinics } as const]
      : []),
    { kind: 'date', name: 'since', value: since, label: a('since') },
    { kind: 'date', name: 'until', value: until, label: a('until') },
  ]
  return (
    <FilterBar
      path={search.path}
      fields={fields}
      kept={search.kept(
        state,
        fields.map((field) => field.name as keyof State),
      )}
    />
  )
}
