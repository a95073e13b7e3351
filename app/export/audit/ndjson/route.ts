import { masksOf } from '@/app/(admin)/audit/mask'
import { maskedEntry } from '@/lib/audit/export'
import { streamed, takeExport, type Export } from '../take'

/** All of the log that the filters let through, one JSON object a line, however much it is. */
export async function GET(request: Request) {
  const taken = await takeExport(request)
  return taken instanceof Response
    ? taken
    : streamed(lines(taken), 'audit-log.ndjson', 'application/x-ndjson')
}

async function* lines({ principal, entries }: Export): AsyncGenerator<string, void> {
  const masks = await masksOf(principal.database)
  for await (const rows of entries())
    yield rows.map((entry) => `${JSON.stringify(maskedEntry(entry, masks(entry.tableName)))}\n`).join('')
}
