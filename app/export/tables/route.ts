import { listedTables } from '@/app/(admin)/tables/list'
import { search, tableFilter } from '@/app/(admin)/tables/search'
import { selectTables } from '@/lib/inventory/tables'
import { catalogCsv } from '../catalog-csv'

export const GET = catalogCsv('tables', 'catalog:read', (scan, params) => [
  [
    'table',
    'kind',
    'rows',
    'bytes',
    'rls',
    'policies',
    'audit',
    'primary_key',
    'critical',
    'high',
    'medium',
    'low',
  ],
  ...selectTables(listedTables(scan), tableFilter(search.parse(params))).map((row) => [
    row.id,
    row.kind,
    row.rows,
    row.size,
    row.rls,
    row.policies,
    row.capture,
    row.primaryKey === null ? '' : row.primaryKey ? 'yes' : 'no',
    row.findings.critical,
    row.findings.high,
    row.findings.medium,
    row.findings.low,
  ]),
])
