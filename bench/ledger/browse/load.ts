import type { Client } from 'pg'

/** Clinics, people and months of the log that is made up; months end with the running one. */
export const shape = { clinics: 200, people: 2_000, months: 24 } as const

/** Uuid of clinic `n` (1 is the largest) and of person `n`, the same in each run. */
export const clinicId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
export const personId = (n: number): string => `00000000-0000-4000-8001-${String(n).padStart(12, '0')}`
/** Officer of every clinic; administrator of one. */
export const officer = personId(900_001)
export const admin = personId(900_002)

/** Memberships beside the ledger, asked as the reference asks its own. */
const members = `
  create schema bench;
  create table bench.members (user_id uuid, role text, clinic_id uuid, primary key (user_id, role, clinic_id));
  create table bench.indexes as
    select indexrelid::regclass::text as name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as made
      from pg_index where indrelid = 'ledger.audit_logs'::regclass and not indisprimary and indexrelid::regclass::text not like '%xact%';
  do $do$ declare one record; begin
    for one in select name from bench.indexes loop execute 'drop index ' || one.name; end loop;
  end $do$;
  create function bench.clinics_of(variadic roles text[]) returns uuid[]
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select coalesce(array_agg(distinct clinic_id), '{}') from bench.members
        where user_id = nullif(current_setting('app.user_id', true), '')::uuid and role = any (roles) $$;
  grant usage on schema bench to public;
  create or replace function ledger.clinics_of(variadic roles text[]) returns uuid[]
  language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select bench.clinics_of(variadic roles) $$`

/**
 * Fills an empty ledger with about `wanted` entries, month by month: clinics and people are skewed (the first has most),
 * a third are reads, one in 2,000 is an export, one in 10,000 an opened chart, one in 500 was refused. Indexes but the
 * seal's are made at the end. Goes on where an earlier run stopped.
 * @param until milliseconds of the clock after which it stops between two months
 * @param sealed seals what there is: a block for each month
 * @returns whether everything is there
 */
export async function load(
  client: Client,
  wanted: number,
  until: number,
  sealed: () => Promise<unknown>,
  say: (text: string) => void,
): Promise<boolean> {
  const { rows: begun } = await client.query(`select to_regnamespace('bench') is not null as begun`)
  if (!begun[0]?.begun) await begin(client)
  const { rows: months } = await client.query<{ month: string; part: string; whole: boolean }>(`
    select to_char(m, 'YYYY-MM-DD') as month, 'audit_logs_' || to_char(m, 'YYYY_MM') as part,
           to_regclass('ledger.audit_logs_' || to_char(m, 'YYYY_MM')) is not null as whole
      from generate_series(date_trunc('month', now()) - interval '${shape.months - 1} months', date_trunc('month', now()), '1 month') m`)
  for (const { month, part, whole } of months) {
    if (Date.now() > until) return false
    if (!whole) {
      await client.query(
        `create table ledger.${part} partition of ledger.audit_logs for values from ('${month} 00:00+00') to (timestamptz '${month} 00:00+00' + interval '1 month')`,
      )
      await client.query(`alter table ledger.${part} owner to ledger_owner`)
      await client.query(`select ledger.close_partition('ledger.${part}')`)
    }
    const { rows: filled } = await client.query(`select exists (select from ledger.${part}) as filled`)
    if (filled[0]?.filled) continue
    await client.query(entries, [month, Math.round(wanted / shape.months)])
    await sealed()
    say(`  ${part}`)
  }
  const { rows: indexes } = await client.query<{ made: string }>(
    'select made from bench.indexes where to_regclass(name) is null',
  )
  for (const { made } of indexes) {
    if (Date.now() > until) return false
    await client.query(made)
    say(`  ${made.split(' ')[2]}`)
  }
  await client.query('analyze ledger.audit_logs')
  return true
}

async function begin(client: Client): Promise<void> {
  await client.query('begin')
  await client.query(members)
  await client.query(
    `insert into bench.members
     select $1::uuid, 'dpo', ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid from generate_series(1, $2::int) n
     union all select $3::uuid, 'admin', $4::uuid`,
    [officer, shape.clinics, admin, clinicId(10)],
  )
  await client.query('commit')
}

/** $1: first day of the month, $2: how many. Times rise with the numbers, as they do in a log. */
const entries = `
  insert into ledger.audit_logs (
    clinic_id, occurred_at, recorded_at, actor_user_id, actor_role, action, outcome, table_name, record_id, patient_ref,
    changed_fields, new_values, purpose_of_use, component, request_id, session_role)
  select clinic, at, at, person, 'app_rw', action, case when r4 < 0.002 then 'denied' else 'success' end::ledger.outcome,
    'public.' || (array['patients', 'appointments', 'medical_records', 'consent_records', 'professionals', 'services', 'prescriptions', 'clinical_photos'])[1 + floor(8 * r5 ^ 2)::int],
    md5(r6::text)::uuid, ('00000000-0000-4000-8002-' || lpad((floor(300 * r7 ^ 2)::int + 1000 * c)::text, 12, '0'))::uuid,
    case when action in ('create', 'update') then array['status', 'updated_at'] end,
    case when action in ('create', 'update') then jsonb_build_object('status', 'confirmed', 'room', floor(9 * r3)) end,
    case when action in ('read', 'list') then 'TREAT' end, 'app', 'req-' || n, 'app'
  from (
    select n, c, ('00000000-0000-4000-8000-' || lpad(c::text, 12, '0'))::uuid as clinic,
      ('00000000-0000-4000-8001-' || lpad((c * 10 + floor(10 * r2 ^ 2))::text, 12, '0'))::uuid as person,
      (case when r3 < 0.30 then 'read' when r3 < 0.32 then 'list' when r3 < 0.76 then 'update' when r3 < 0.955 then 'create'
            when r3 < 0.985 then 'delete' when r3 < 0.9895 then 'login' when r3 < 0.99 then 'export'
            when r3 < 0.9901 then 'break_glass' else 'consent' end)::ledger.action as action,
      least($1::date + interval '1 month' - interval '1 second', now()) as top, at, r3, r4, r5, r6, r7
    from (
      select n, 1 + floor(${shape.clinics} * random() ^ 3)::int as c, random() as r2, random() as r3, random() as r4, random() as r5,
        floor(random() * $2 / 3) + extract(epoch from $1::date) as r6, random() as r7,
        $1::date + (least($1::date + interval '1 month', now()::timestamp) - $1::date) * (n::float8 / ($2 + 1)) as at
      from generate_series(1, $2::int) n
    ) as drawn
  ) as told
  order by n`
