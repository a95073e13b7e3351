import { indexFilter, search } from '@/app/(admin)/indexes/search'
import { indexRows, selectIndexes } from '@/lib/inventory/indexes'
import { catalogCsv } from '../catalog-csv'

export const GET = catalogCsv('indexes', 'catalog:read', ({ snapshot, result }, params) => [
  ['index', 'table', 'method', 'definition', 'kind', 'valid', 'bytes', 'scans', 'last_scan', 'findings'],
  ...selectIndexes(indexRows(snapshot, result.findings), indexFilter(search.parse(params))).map((row) => [
    row.id,
    row.relation,
    row.method,
    row.definition,
    row.kind,
    row.valid ? 'yes' : 'no',
    row.size,
    row.scans,
    row.lastScan,
    row.findings.map((finding) => finding.rule).join(' '),
  ]),
])
