import type { ClientBase } from 'pg'
import type { Sign } from './sign'

export type Row = Record<string, unknown>

/** The statement that lets these rows happen; they come as one JSON array, `$1`. */
function statement({ change, table }: Happening, first: Row): string {
  const columns = Object.keys(first)
  if (change === 'event') return event
  if (change === 'sign') return signature
  if (change === 'insert')
    return `insert into ${table} (${columns.join(', ')}) select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, $1)`
  const set = columns.filter((column) => column !== 'id').map((column) => `${column} = v.${column}`)
  return `update ${table} t set ${set.join(', ')} from jsonb_populate_recordset(null::${table}, $1) v where t.id = v.id`
}

const event = `
  select ledger.record_event(
    p_action => (e ->> 'action')::ledger.action, p_outcome => (e ->> 'outcome')::ledger.outcome,
    p_clinic => (e ->> 'clinic_id')::uuid, p_table => e ->> 'table_name', p_record => (e ->> 'record_id')::uuid,
    p_patient => (e ->> 'patient_ref')::uuid, p_count => (e ->> 'record_count')::int,
    p_purpose => e ->> 'purpose_of_use', p_recipient => e ->> 'recipient',
    p_occurred_at => (e ->> 'occurred_at')::timestamptz, p_phi => (e ->> 'phi')::boolean)
  from jsonb_array_elements($1) as e`

/** Signatures go through the function that everybody uses: it knows the document's hash, we do not. */
const signature = `
  select app.record_signature(
    (s ->> 'clinic_id')::uuid, s ->> 'document_table', (s ->> 'document_id')::uuid,
    sha256(app.canonical_content((s ->> 'clinic_id')::uuid, s ->> 'document_table', (s ->> 'document_id')::uuid)),
    'advanced', 'CAdES', (s ->> 'signed_at')::timestamptz, s ->> 'signer_name', s ->> 'council',
    p_cert_serial => s ->> 'cert_serial', p_cert_issuer => s ->> 'cert_issuer',
    p_cert_not_before => (s ->> 'cert_not_before')::timestamptz, p_cert_not_after => (s ->> 'cert_not_after')::timestamptz,
    p_cms => (s ->> 'cms')::bytea)
  from jsonb_array_elements($1) as s`

/** Something that happened at one moment in one clinic; `order` decides among those of the same week. */
export interface Happening {
  readonly at: number
  readonly clinic: string
  readonly actor: string
  readonly actorRole: string
  readonly order: number
  readonly table: string
  readonly change: 'insert' | 'update' | 'event' | 'sign'
  readonly row: Row
}

const week = 7 * 86_400_000

/**
 * Lets everything happen in its order, a week at a time, so that the audit log reads like a year of work: each entry
 * says when it happened and who did it, and, honestly, that it was recorded now.
 */
export async function happen(
  client: ClientBase,
  happenings: readonly Happening[],
  sign: Sign,
): Promise<void> {
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
  const steps = [...batches]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, batch]) => {
      const [first] = batch as [Happening, ...Happening[]]
      const latest = batch.reduce((at, one) => Math.max(at, one.at), 0)
      return {
        actor: first.actor,
        role: first.actorRole,
        at: new Date(Math.min(latest, Date.now())).toISOString(),
        request: `demonstration-${first.order}-${latest}`,
        change: first.change,
        sql: statement(first, first.row),
        rows: batch.map((one) => one.row),
      }
    })
  // Hundreds of steps a trip: on a busy machine each trip waits for its turn.
  await client.query(`
    create function pg_temp.happen(steps jsonb) returns void language plpgsql as $$
    declare
      step jsonb;
    begin
      for step in select value from jsonb_array_elements(steps) loop
        perform set_config('app.user_id', step ->> 'actor', true), set_config('app.actor_role', step ->> 'role', true),
          set_config('app.occurred_at', step ->> 'at', true), set_config('app.request_id', step ->> 'request', true);
        execute step ->> 'sql' using step -> 'rows';
      end loop;
    end
    $$`)
  let waiting: (typeof steps)[number][] = []
  const send = async () => {
    await client.query('select pg_temp.happen($1)', [JSON.stringify(waiting)])
    waiting = []
  }
  for (const step of steps) {
    // Only what is there can be signed.
    const isSigned = step.change === 'sign'
    if (waiting.length >= 250 || (isSigned && waiting.some(({ change }) => change !== 'sign'))) await send()
    waiting.push(isSigned ? { ...step, rows: [...(await sign(client, step.rows))] } : step)
  }
  await send()
  await client.query('drop function pg_temp.happen(jsonb)')
}
