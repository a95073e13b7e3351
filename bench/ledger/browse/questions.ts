import { sql } from 'kysely'
import { noFilter, type EntryFilter } from '@/lib/audit/filter'
import { countEntries, getEntry, listEntries } from '@/lib/audit/queries'
import { buckets, tallies, tallyActors, tallyClinics } from '@/lib/audit/rollup'
import { totalOf } from '@/lib/audit/total'
import { cursorText } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import { clinicId, personId, shape } from './load'

/** One thing a page asks; `turn` changes what is asked, so that no run finds the last one's answer warm. */
export interface Question {
  readonly name: string
  /** Milliseconds that the p95 may take. */
  readonly limit: number
  readonly as?: 'officer' | 'admin'
  readonly prepare?: (tx: RecordsReadTx) => Promise<unknown>
  readonly ask: (tx: RecordsReadTx, turn: number, given: unknown) => Promise<unknown>
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
const clinic = (turn: number) => clinicId(1 + ((turn * 7) % shape.clinics))
const list = (over: (turn: number) => Partial<EntryFilter>, after: string | null = null) =>
  ((tx, turn) => listEntries(tx, { ...noFilter, ...over(turn) }, { after, before: null })) as Question['ask']

/** The cursor that stands before page 1,000. */
const page1000 = async (tx: RecordsReadTx, where = sql`true`) => {
  const { rows } = await sql<{ at: string; id: string }>`
    select to_char(l.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, l.id::text as id
      from ledger.audit_logs l where ${where} order by l.recorded_at desc, l.id desc offset 49950 limit 1`.execute(
    tx,
  )
  return rows[0] ? cursorText(rows[0]) : null
}
const some = (column: string) => async (tx: RecordsReadTx) => {
  const { rows } = await sql<{ id: string; value: string; table: string }>`
    select l.id::text as id, l.${sql.raw(column)}::text as value, l.table_name as table from ledger.audit_logs l
     where l.recorded_at > now() - interval '300 days' and l.${sql.raw(column)} is not null order by l.recorded_at limit 2000`.execute(
    tx,
  )
  return rows
}
const pick = (given: unknown, turn: number) =>
  (given as { id: string; value: string; table: string }[])[(turn * 31) % (given as unknown[]).length]

export const questions: readonly Question[] = [
  { name: 'newest page, whole log', limit: 5, ask: list(() => ({})) },
  { name: 'newest page, one clinic by filter', limit: 5, ask: list((turn) => ({ clinic: clinic(turn) })) },
  { name: 'newest page, a clinic’s administrator', limit: 5, as: 'admin', ask: list(() => ({})) },
  {
    name: 'page 1,000, whole log',
    limit: 5,
    prepare: (tx) => page1000(tx),
    ask: (tx, _, given) => listEntries(tx, noFilter, { after: given as string, before: null }),
  },
  {
    name: 'page 1,000 of the largest clinic',
    limit: 5,
    prepare: (tx) => page1000(tx, sql`l.clinic_id = ${clinicId(1)}::uuid`),
    ask: (tx, _, given) =>
      listEntries(tx, { ...noFilter, clinic: clinicId(1) }, { after: given as string, before: null }),
  },
  {
    name: 'history of one row',
    limit: 5,
    prepare: some('record_id'),
    ask: (tx, turn, given) => {
      const row = pick(given, turn)
      return listEntries(
        tx,
        { ...noFilter, table: [row?.table ?? ''], row: row?.value ?? null },
        { after: null, before: null },
      )
    },
  },
  {
    name: 'one entry',
    limit: 5,
    prepare: some('record_id'),
    ask: (tx, turn, given) => getEntry(tx, pick(given, turn)?.id ?? ''),
  },
  {
    name: 'what a person did',
    limit: 5,
    ask: list((turn) => ({ actor: personId(10 + ((turn * 37) % shape.people)) })),
  },
  {
    name: 'what a person did in 30 days',
    limit: 5,
    ask: list((turn) => ({ actor: personId(10 + ((turn * 37) % shape.people)), since: daysAgo(30) })),
  },
  {
    name: 'clinic + update, 90 days',
    limit: 5,
    ask: list((turn) => ({ clinic: clinic(turn), action: ['update'], since: daysAgo(90) })),
  },
  {
    name: 'clinic + export, 90 days',
    limit: 5,
    ask: list((turn) => ({ clinic: clinic(turn), action: ['export'], since: daysAgo(90) })),
  },
  {
    name: 'everything about a patient',
    limit: 20,
    prepare: some('patient_ref'),
    ask: (tx, turn, given) =>
      listEntries(
        tx,
        { ...noFilter, patient: pick(given, turn)?.value ?? null },
        { after: null, before: null },
      ),
  },
  { name: 'break-glass, whole log', limit: 20, ask: list(() => ({ action: ['break_glass'] })) },
  { name: 'refused, whole log', limit: 20, ask: list(() => ({ outcome: 'denied' })) },
  { name: 'table, whole log', limit: 20, ask: list(() => ({ table: ['public.clinical_photos'] })) },
  {
    name: 'clinic, 30 days, free text',
    limit: 40,
    ask: list((turn) => ({ clinic: clinic(turn), since: daysAgo(30), q: 'photo' })),
  },
  {
    name: 'clinic, 30 days, free text that nothing has',
    limit: 40,
    ask: list((turn) => ({ clinic: clinic(turn), since: daysAgo(30), q: 'nothing-has-this' })),
  },
  { name: 'sealed, since yesterday', limit: 20, ask: list(() => ({ sealed: true, since: daysAgo(1) })) },
  { name: 'not sealed yet, none', limit: 20, ask: list(() => ({ sealed: false })) },
  { name: 'how many, whole log', limit: 20, ask: (tx) => totalOf(tx, noFilter) },
  {
    name: 'how many, a clinic',
    limit: 20,
    ask: (tx, turn) => totalOf(tx, { ...noFilter, clinic: clinic(turn) }),
  },
  { name: 'count to 10,001', limit: 20, ask: (tx) => countEntries(tx, { ...noFilter, clinic: clinicId(1) }) },
  { name: 'facets, whole log', limit: 5, ask: (tx) => tallies(tx, noFilter) },
  {
    name: 'facets, a clinic',
    limit: 5,
    ask: (tx, turn) => tallies(tx, { ...noFilter, clinic: clinic(turn) }),
  },
  { name: 'facets, administrator', limit: 5, as: 'admin', ask: (tx) => tallies(tx, noFilter) },
  {
    name: 'facets, 45 days',
    limit: 5,
    ask: (tx, turn) => tallies(tx, { ...noFilter, since: daysAgo(45 + turn), until: daysAgo(turn) }),
  },
  { name: 'chart, 30 days', limit: 5, ask: (tx) => buckets(tx, { ...noFilter, since: daysAgo(30) }, 'day') },
  { name: 'chart, 24 months', limit: 5, ask: (tx) => buckets(tx, noFilter, 'month') },
  {
    name: 'chart, 12 months of a table',
    limit: 5,
    ask: (tx) => buckets(tx, { ...noFilter, table: ['public.patients'] }, 'month'),
  },
  { name: 'people', limit: 20, ask: (tx) => tallyActors(tx, 300) },
  { name: 'clinics', limit: 5, ask: (tx) => tallyClinics(tx) },
]
