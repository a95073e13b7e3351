import type { ClientBase } from 'pg'

export type Row = Record<string, unknown>

/** Inserts rows of one shape, in one statement. */
export async function insert(client: ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Object.keys(first).join(', ')
  await client.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
}

/** Sets the named columns of rows that are found by their id, in one statement. */
export async function update(client: ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const set = Object.keys(first)
    .filter((column) => column !== 'id')
    .map((column) => `${column} = v.${column}`)
  await client.query(
    `update ${table} t set ${set.join(', ')} from jsonb_populate_recordset(null::${table}, $1::jsonb) v where t.id = v.id`,
    [JSON.stringify(rows)],
  )
}

/** Something that happened at one moment in one clinic; `order` decides among those of the same week. */
export interface Happening {
  readonly at: number
  readonly clinic: string
  readonly actor: string
  readonly actorRole: string
  readonly order: number
  readonly table: string
  readonly change: 'insert' | 'update' | 'event'
  readonly row: Row
}

const week = 7 * 86_400_000

/**
 * Lets everything happen in its order, a week at a time, so that the audit log reads like a year of work: each entry
 * says when it happened and who did it, and, honestly, that it was recorded now.
 */
export async function happen(client: ClientBase, happenings: readonly Happening[]): Promise<void> {
  const batches = new Map<string, Happening[]>()
  for (const one of happenings) {
    const key = [
      String(Math.floor(one.at / week)).padStart(6, '0'),
      one.clinic,
      String(one.order).padStart(3, '0'),
      one.actor,
      one.table,
      one.change,
      Object.keys(one.row).join(),
    ].join('|')
    const batch = batches.get(key)
    if (batch) batch.push(one)
    else batches.set(key, [one])
  }
  for (const [, batch] of [...batches].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = batch as [Happening, ...Happening[]]
    const latest = batch.reduce((at, one) => Math.max(at, one.at), 0)
    await client.query(
      `select set_config('app.user_id', $1, true), set_config('app.actor_role', $2, true),
              set_config('app.occurred_at', $3, true), set_config('app.request_id', $4, true)`,
      [
        first.actor,
        first.actorRole,
        new Date(Math.min(latest, Date.now())).toISOString(),
        `demonstration-${first.order}-${latest}`,
      ],
    )
    const rows = batch.map((one) => one.row)
    if (first.change === 'event') await record(client, rows)
    else await (first.change === 'insert' ? insert : update)(client, first.table, rows)
  }
}

async function record(client: ClientBase, rows: readonly Row[]) {
  await client.query(
    `select ledger.record_event(
       p_action => (e ->> 'action')::ledger.action, p_outcome => (e ->> 'outcome')::ledger.outcome,
       p_clinic => (e ->> 'clinic_id')::uuid, p_table => e ->> 'table_name', p_record => (e ->> 'record_id')::uuid,
       p_patient => (e ->> 'patient_ref')::uuid, p_count => (e ->> 'record_count')::int,
       p_purpose => e ->> 'purpose_of_use', p_recipient => e ->> 'recipient',
       p_occurred_at => (e ->> 'occurred_at')::timestamptz, p_phi => (e ->> 'phi')::boolean)
     from jsonb_array_elements($1::jsonb) as e`,
    [JSON.stringify(rows)],
  )
}
