import { masksOf } from '@/app/(admin)/audit/mask'
import { exportHead, exportRow } from '@/lib/audit/export'
import { csv } from '@/lib/output/csv'
import { streamed, takeExport, type Export } from './take'

/** All of the log that the filters let through, as CSV, however much it is. */
export async function GET(request: Request) {
  const taken = await takeExport(request)
  return taken instanceof Response
    ? taken
    : streamed(lines(taken), 'audit-log.csv', 'text/csv; charset=utf-8')
}

async function* lines({ principal, entries }: Export): AsyncGenerator<string, void> {
  const masks = await masksOf(principal.database)
  yield csv([exportHead])
  for await (const rows of entries()) yield csv(rows.map((entry) => exportRow(entry, masks(entry.tableName))))
}
