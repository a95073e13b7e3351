import { selected } from '@/app/(admin)/audit-status/list'
import { search } from '@/app/(admin)/audit-status/search'
import { captureRows, operations } from '@/lib/inventory/capture'
import { catalogCsv } from '../catalog-csv'

export const GET = catalogCsv('audit-status', 'catalog:read', ({ facts }, params) => [
  ['table', 'required', 'state', ...operations, 'because'],
  ...selected(captureRows(facts), search.parse(params)).map((row) => [
    row.id,
    row.required ? 'yes' : 'no',
    row.state,
    ...operations.map((operation) => row.by[operation].state),
    [...new Set(operations.map((operation) => row.by[operation].because?.en).filter(Boolean))].join(' '),
  ]),
])
