import { readDrift, selectChanges } from '@/app/(admin)/drift/read'
import { search } from '@/app/(admin)/drift/search'
import { area } from '@/lib/drift/areas'
import { say } from '@/lib/i18n/locale'
import { catalogCsv } from '../catalog-csv'

const text = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)

export const GET = catalogCsv('drift', 'catalog:read', async (_scan, params, who) => {
  const state = search.parse(params)
  const { drift } = await readDrift(who, state)
  return [
    ['weight', 'area', 'change', 'kind', 'object', 'field', 'before', 'after', 'because'],
    ...selectChanges(drift?.changes ?? [], state).map((change) => [
      change.weight,
      area(change),
      change.change,
      change.kind,
      change.object,
      change.field,
      text(change.before),
      text(change.after),
      say(change.because, who.locale),
    ]),
  ]
})
