import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { connection } from '@/lib/db/client'
import { translated } from '@/lib/errors'
import { exportSegment } from './export'
import { makeFolder } from './folder'
import { placeOf } from './prove'
import { inLedger } from './session'

/** One month that left the log. */
export interface Archived {
  readonly part: string
  readonly entries: number
  readonly file: string
  readonly sha256: string
}

interface Month {
  readonly part: string
  readonly first: string
  readonly last: string
}

/**
 * Writes each whole month before `month` into a file that `docs/ledger/verify.mjs` checks, then takes it out of the log. The
 * file is flushed before anything leaves; the month stays in the database as a detached table until somebody drops it.
 * @param month `YYYY-MM`, the first that stays
 * @throws Denied without the rights of the log's owner
 */
export async function archive(
  url: string,
  name: string,
  month: string,
  folder: string,
): Promise<readonly Archived[]> {
  const done: Archived[] = []
  for (const { part, first, last } of await monthsBefore(url, name, month)) {
    const [from, to] = await inLedger(
      url,
      name,
      async (tx) => [await placeOf(tx, first), await placeOf(tx, last)] as const,
    )
    makeFolder(folder)
    const file = join(folder, `${part}.ndjson`)
    const sha256 = await keep(file, (line) => exportSegment(url, name, { from, to: to + 1 }, line))
    try {
      const { rows } = await sql<{ n: number }>`
        select ledger.archive_partition(${`ledger.${part}`}::regclass, ${Buffer.from(sha256, 'hex')}) as n`.execute(
        connection(url, 'archive', 1),
      )
      done.push({ part, entries: rows[0]?.n ?? 0, file, sha256 })
    } catch (error) {
      throw translated(error, { en: `The database ${name}`, pt: `O banco de dados ${name}` })
    }
  }
  return done
}

/** Months with entries, oldest first, each with its first and last entry in the order of the seal. */
async function monthsBefore(url: string, name: string, month: string): Promise<readonly Month[]> {
  try {
    const { rows } = await sql<Month>`
      select c.relname as part, edges.first::text as first, edges.last::text as last
        from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
       cross join lateral (
         select (array_agg(e.id order by e.xact_id, e.id))[1] as first, (array_agg(e.id order by e.xact_id desc, e.id desc))[1] as last
           from ledger.audit_logs e where e.tableoid = c.oid
       ) as edges
       where i.inhparent = 'ledger.audit_logs'::regclass and c.relname ~ '^audit_logs_[0-9]{4}_[0-9]{2}$'
         and right(c.relname, 7) < replace(${month}, '-', '_') and edges.first is not null
       order by c.relname`.execute(connection(url, 'archive', 1))
    return rows
  } catch (error) {
    throw translated(error, { en: `The database ${name}`, pt: `O banco de dados ${name}` })
  }
}

async function keep(
  file: string,
  work: (line: (text: string) => Promise<void>) => Promise<unknown>,
): Promise<string> {
  const draft = `${file}.${process.pid}.tmp`
  const hash = createHash('sha256')
  const handle = openSync(draft, 'w')
  try {
    await work(async (text) => {
      hash.update(`${text}\n`)
      writeSync(handle, `${text}\n`)
    })
    fsyncSync(handle)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}
