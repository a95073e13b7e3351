import type { Client } from 'pg'
import type { TestDatabase } from '../test-database'
import { clinicOf, roleOf, rowOf, userOf, type MemberRole } from './two-clinics'

/** Tests' own desk of clinic A: everything goes through the application's role and the consent functions. */
export type Who = MemberRole | 'patient'
export type Desk = ReturnType<typeof openDesk>

export const clinic = clinicOf('a')
export const activity = rowOf.processing_activities('a')
export const term = rowOf.consent_terms('a')
export const sha = `sha256('evidence')`

export function openDesk(database: TestDatabase, client: Client) {
  /** Runs one statement as a member of clinic A, just signed in, with the application's rights, committed. */
  async function as<Row = Record<string, unknown>>(
    who: Who,
    sql: string,
    values: unknown[] = [],
    connection = client,
    { signedIn = 'now()' } = {},
  ): Promise<Row[]> {
    await connection.query('begin')
    try {
      await connection.query(
        `select set_config('app.user_id', $1, true), set_config('app.reauthenticated_at', (${signedIn})::text, true)`,
        [userOf('a', who)],
      )
      await connection.query(`set local role ${roleOf(who)}`)
      const { rows } = await connection.query(sql, values)
      await connection.query('commit')
      return rows as Row[]
    } catch (error) {
      await connection.query('rollback')
      throw error
    }
  }

  /** Runs one statement as somebody with a link or a code and nothing else, committed. */
  async function asGuest<Row = Record<string, unknown>>(
    sql: string,
    values: unknown[] = [],
    connection = client,
  ): Promise<Row[]> {
    await connection.query('begin')
    try {
      await connection.query('set local role consent_guest')
      const { rows } = await connection.query(sql, values)
      await connection.query('commit')
      return rows as Row[]
    } catch (error) {
      await connection.query('rollback')
      throw error
    }
  }

  let count = 0
  const one = async <Row>(sql: string, values: unknown[] = []) =>
    (await database.run<Row>(sql, values))[0] as Row
  /** A new patient of clinic A, of that birth date and capacity. */
  const patient = async (born = '1980-03-04', capacity = 'full') =>
    (
      await one<{ id: string }>(
        `insert into patients (clinic_id, record_number, full_name, birth_date, legal_capacity)
         values ($1, $2, 'P', $3, $4) returning id`,
        [clinic, `P${++count}`, born, capacity],
      )
    ).id
  /** The birth date of somebody who is that old today, where the clinic is. */
  const bornAgo = async (ago: string) =>
    (
      await one<{ born: string }>(
        `select ((now() at time zone 'America/Sao_Paulo')::date - interval '${ago}')::date::text as born`,
      )
    ).born
  const representative = async (of: string, scope = '{data,health,images}', relation = 'mother') =>
    (
      await one<{ id: string }>(
        `insert into patient_representatives (clinic_id, patient_id, full_name, cpf_enc, cpf_bidx, relation, scope, valid_from,
           basis_document, basis_sha256)
         values ($1, $2, 'R', '\\x01', '\\x01', $3, $4, '2020-01-01', 'doc', ${sha}) returning id`,
        [clinic, of, relation, scope],
      )
    ).id
  const request = async (
    of: string,
    key = `k${++count}`,
    who: Who = 'reception',
    kind = 'marketing',
    purpose = activity,
    more = '',
  ) =>
    (
      await as<{ id: string }>(who, `select app.consent_request($1, $2, $3, $4, $5${more}) as id`, [
        clinic,
        of,
        purpose,
        kind,
        key,
      ])
    )[0]?.id ?? ''
  const grant = (
    id: string,
    {
      who = 'admin' as Who,
      at = 'now()',
      signer = 'patient',
      by = null as string | null,
      evidence = sha,
      method = 'in_person_device',
      connection = client,
    } = {},
  ) =>
    as<{ until: Date | null }>(
      who,
      `select app.consent_grant($1, $2, ${at}, '${method}', $3, ${evidence}, p_representative => $4) as until`,
      [clinic, id, signer, by],
      connection,
    )
  const withdraw = async (id: string, who: Who = 'reception', more = '', connection = client) =>
    (
      await as<{ outcome: string }>(
        who,
        `select app.consent_withdraw($1, $2${more}) as outcome`,
        [clinic, id],
        connection,
      )
    )[0]?.outcome
  const end = async (id: string, who: Who, reason: string, connection = client) =>
    (
      await as<{ outcome: string }>(
        who,
        `select app.consent_end($1, $2, $3) as outcome`,
        [clinic, id, reason],
        connection,
      )
    )[0]?.outcome
  const stateOf = (id: string) =>
    one<{ status: string; reason: string | null }>(
      'select status, status_reason as reason from consent_records where id = $1',
      [id],
    )
  const eventsOf = async (id: string) =>
    (
      await database.run<{ type: string }>(
        'select event_type as type from consent_events where consent_id = $1 order by seq',
        [id],
      )
    ).map(({ type }) => type)
  /** A purpose of clinic A with a published term: its id. */
  const purpose = async (code: string, basis = 'a11_i', more = '{}') =>
    (
      await one<{ id: string }>(
        `with a as (
           insert into processing_activities
           select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'purpose_code', $2::text,
             'legal_basis', $3::text) || $5::jsonb)).*
           from processing_activities p where p.id = $1 returning id)
         insert into consent_terms (clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256,
           highlighted_clause, reviewed_by, published_at)
         select $4, a.id, 1, 't', 'b', 's', 'r', '', true, gen_random_uuid(), now() - interval '800 days' from a
         returning activity_id as id`,
        [activity, code, basis, clinic, more],
      )
    ).id
  /** Makes a pending consent a grant that ran out yesterday, past every command: as it is after a night without jobs. */
  const elapse = (id: string) =>
    database.run(
      `update consent_records set status = 'granted', decided_at = now() - interval '400 days', granted_at = now() - interval '400 days',
         expires_at = now() - interval '1 day', collection_method = 'portal', signer_kind = 'patient', evidence_sha256 = ${sha} where id = $1`,
      [id],
    )
  /** Whether the gate lets it through now. */
  const may = async (who: string, purposeId = activity) =>
    (
      await as<{ ok: boolean }>('professional', `select app.consent_check($1, $2, $3) as ok`, [
        clinic,
        who,
        purposeId,
      ])
    )[0]?.ok

  return {
    as,
    asGuest,
    one,
    patient,
    bornAgo,
    representative,
    request,
    grant,
    withdraw,
    end,
    stateOf,
    eventsOf,
    purpose,
    elapse,
    may,
  }
}
