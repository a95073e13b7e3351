import { ingest as ingestLogs } from '@/lib/ledger/pgaudit/ingest'
import { write } from '../output'
import { onLedger, type AuditOptions } from './audit'

/** `audit ingest PATH…`: what pgaudit wrote into the server's log becomes entries. 1 when lines could not be understood. */
export const ingest = (paths: readonly string[], options: AuditOptions): Promise<number> =>
  onLedger(
    options,
    async ({ name, url }) => {
      const done = await ingestLogs(url, name, paths)
      const text = `${done.entries} entries from ${done.lines} lines of ${done.files} files; ${done.elsewhere} of other databases, ${done.unreadable} not understood, ${done.unfinished} bytes not finished yet.\n`
      await write(options.format === 'json' ? `${JSON.stringify(done)}\n` : text, options.output)
      return done.unreadable > 0 ? 1 : 0
    },
    'scanUrl',
  )
