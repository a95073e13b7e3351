import { sql } from 'kysely'
import { listActors, listTables } from '@/lib/audit/known'
import { rollupOf, tallies, tallyActors, tallyClinics } from '@/lib/audit/rollup'
import { readRecords, type Principal, type RecordsReadTx } from '@/lib/db/scope'
import { peopleOf } from './people'
import { filterOf, search } from './search'

/** One value a filter may take, and how many entries have it in the whole log; null where nobody counted. */
export interface Choice {
  readonly id: string
  readonly entries: number | null
}

export interface Choices {
  readonly tables: readonly Choice[]
  readonly people: readonly Choice[]
  readonly clinics: readonly Choice[]
  /** Names of people and clinics, by id. */
  readonly names: ReadonlyMap<string, string>
}

const minute = 60_000
const known = new Map<string, { readonly at: number; readonly choices: Choices }>()

/**
 * The tables, people and clinics that this reader's entries name, for the filters. Finding them costs more than the page
 * of entries itself, and they hardly change: what one reader was offered is offered to the same reader for a minute.
 */
export async function choicesOf(principal: Principal): Promise<Choices> {
  const { userId, role, database, clinicId, clinics } = principal
  const key = JSON.stringify([userId, role, database, clinicId, clinics])
  const now = Date.now()
  for (const [old, { at }] of known) if (now - at > minute) known.delete(old)
  const before = known.get(key)
  if (before) return before.choices
  const choices = await readRecords(principal, (tx) => look(principal, tx))
  known.set(key, { at: now, choices })
  return choices
}

async function look(principal: Principal, tx: RecordsReadTx): Promise<Choices> {
  const counted = await rollupOf(tx)
  const tables = counted ? await countedTables(tx) : (await listTables(tx)).map(uncounted)
  const people = counted ? await tallyActors(tx, 300) : (await listActors(tx)).map(uncounted)
  const clinics = counted
    ? (await tallyClinics(tx)).flatMap(({ id, entries }) => (id ? [{ id, entries }] : []))
    : []
  const names = new Map([
    ...(await peopleOf(
      principal,
      tx,
      people.map((one) => one.id),
    )),
    ...(await clinicNames(
      tx,
      clinics.map((one) => one.id),
    )),
  ])
  return { tables, people, clinics, names }
}

async function countedTables(tx: RecordsReadTx): Promise<readonly Choice[]> {
  const sums = new Map<string, number>()
  for (const { table, entries } of await tallies(tx, filterOf(search.parse({}), 'UTC')))
    if (table) sums.set(table, (sums.get(table) ?? 0) + entries)
  return [...sums].map(([id, entries]) => ({ id, entries }))
}

const uncounted = (id: string): Choice => ({ id, entries: null })

/** Names of clinics, where the database keeps them as the reference does. */
async function clinicNames(tx: RecordsReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows: there } = await sql<{ there: boolean }>`
    select coalesce(has_table_privilege(to_regclass('public.clinics'), 'select'), false) as there`.execute(tx)
  if (!there[0]?.there || ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id::text as id, name from public.clinics where id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
