import { sql } from 'kysely'
import type { Report } from './report'
import { inLedger } from './session'

/** Keeps what a verification found; its report holds numbers and names, never a value. */
export const keepVerification = (url: string, name: string, report: Report): Promise<void> =>
  inLedger(
    url,
    name,
    async (tx) => {
      await sql`
        insert into ledger.verification (started_at, from_size, to_size, verdict, report)
        values (${report.startedAt}, ${report.from}, ${Math.max(report.from, report.to)}, ${report.verdict}, ${JSON.stringify(report)})`.execute(
        tx,
      )
    },
    { write: true },
  )

/** Up to where the log was found intact from its beginning on, without a gap; undefined when it never was. */
export const lastVerified = (url: string, name: string): Promise<number | undefined> =>
  inLedger(url, name, async (tx) => {
    const { rows } = await sql<{ from: number; to: number }>`
      select from_size as "from", to_size as "to" from ledger.verification where verdict = 'intact' order by id`.execute(
      tx,
    )
    const reached = rows.reduce((size, row) => (row.from <= size ? Math.max(size, row.to) : size), 0)
    return reached > 0 ? reached : undefined
  })

/** The newest verification, or null. */
export const newestVerification = (
  url: string,
  name: string,
): Promise<{ finishedAt: string; report: Report } | null> =>
  inLedger(url, name, async (tx) => {
    const { rows } = await sql<{ finishedAt: string; report: Report }>`
      select to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "finishedAt", report
        from ledger.verification order by id desc limit 1`.execute(tx)
    return rows[0] ?? null
  })
