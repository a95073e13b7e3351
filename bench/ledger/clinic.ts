import { Client } from 'pg'
import type { Cluster } from '@/db/cluster'
import { installReference } from '@/db/reference/files'
import { genericOn } from './variants'

/** The reference schema with capture, the same without, and with a generic trigger in its place. */
export const clinicVariants = ['clinic_none', 'clinic_generic', 'clinic_ledger'] as const
export type ClinicVariant = (typeof clinicVariants)[number]

/** Twenty clinics with a desk, 60 professionals, 20,000 patients and 40,000 appointments, half an hour each. */
const people = `
  insert into clinics (id, name, tax_id)
  select md5('c' || n)::uuid, 'Clinic ' || n, (
    select base || lpad(d::text, 2, '0') from (select '1122' || lpad(n::text, 8, '0') as base) b, generate_series(0, 99) d
    where app.is_cnpj(base || lpad(d::text, 2, '0')))
  from generate_series(0, 19) n;
  insert into clinic_members (clinic_id, user_id, role) select md5('c' || n)::uuid, md5('u' || n)::uuid, 'reception' from generate_series(0, 19) n;
  insert into professionals (id, clinic_id, full_name, professional_type, council, license_number, license_state)
  select md5('d' || n)::uuid, md5('c' || n % 20)::uuid, 'Doctor ' || n, 'doctor', 'CRM', n::text, 'SP' from generate_series(0, 59) n;
  insert into patients (id, clinic_id, record_number, full_name, birth_date, phone)
  select md5('p' || n)::uuid, md5('c' || n % 20)::uuid, n::text, 'Patient of ordinary name ' || n, '1980-01-01'::date + n % 9000, '92 9' || n
  from generate_series(0, 19999) n;
  insert into appointments (id, clinic_id, patient_id, professional_id, during, reason_brief)
  select md5('a' || n)::uuid, md5('c' || n % 20)::uuid, md5('p' || n % 20000)::uuid, md5('d' || n % 60)::uuid,
    tstzrange(t, t + interval '30 minutes'), 'a reason of ordinary length'
  from (select n, date_trunc('hour', now()) + n / 60 * interval '30 minutes' as t from generate_series(0, 39999) n) as slots;`

const other = String.raw`status = case status when 'scheduled' then 'confirmed' else 'scheduled' end::appointment_status`

const asked = String.raw`\set k random(0, 999)
begin;
set local role app_rw;
select set_config('app.user_id', md5('u' || :client_id)::uuid::text, true), set_config('app.clinic_id', md5('c' || :client_id)::uuid::text, true), set_config('app.request_id', 'r1', true);
`

/**
 * What the application does, as a client asks for it. Client n is the desk of clinic n: it takes its role, says who asks, reads a
 * patient's card, confirms one of that clinic's appointments and makes another, under row security.
 */
export const clinicScripts = {
  // The hardest: no row security, no context; the table with its own indexes, checks and triggers.
  'single-row UPDATE of an appointment': String.raw`\set k random(0, 39999)
update appointments set ${other} where id = md5('a' || :k)::uuid;
`,
  'application transaction': String.raw`${asked}select * from patients where id = md5('p' || (:k * 20 + :client_id))::uuid;
update appointments set ${other} where id = md5('a' || (:k * 40 + :client_id))::uuid;
insert into appointments (clinic_id, patient_id, professional_id, during)
  select md5('c' || :client_id)::uuid, md5('p' || (:k * 20 + :client_id))::uuid, md5('d' || :client_id)::uuid, tstzrange(t, t + interval '30 minutes')
  from (select timestamptz '2030-01-01' + (extract(epoch from clock_timestamp()) * 10000)::bigint % 36000000 * interval '30 minutes' as t) as slot;
commit;
`,
} as const

/** The same reading a patient's card alone, plain and through the function that records it. */
export const cardScripts = {
  plain: `${asked}select * from patients where id = md5('p' || (:k * 20 + :client_id))::uuid;\ncommit;\n`,
  recorded: `${asked}select * from read_patients(md5('p' || (:k * 20 + :client_id))::uuid, 'TREAT');\ncommit;\n`,
} as const

/** Makes one database for each variant: one is filled, the others are copies of it with other triggers. */
export async function prepareClinics(cluster: Cluster): Promise<void> {
  const run = async (database: string, work: (client: Client) => Promise<unknown>) => {
    const client = new Client({ connectionString: cluster.url(database) })
    await client.connect()
    await work(client).finally(() => client.end())
  }
  await run('postgres', (admin) => admin.query('create database clinic_ledger'))
  await run('clinic_ledger', async (client) => {
    await installReference(client)
    await client.query(people)
    await client.query(`select ledger.make_reader('public.patients', patient_column => 'id')`)
  })
  for (const variant of ['clinic_none', 'clinic_generic'])
    await run('postgres', (admin) => admin.query(`create database ${variant} template clinic_ledger`))
  const watched = `select tgrelid::regclass::text as name from pg_trigger where tgname = 'ledger_capture' and not tgisinternal
    and tgparentid = 0`
  for (const variant of clinicVariants)
    await run(variant, async (client) => {
      const { rows } = await client.query<{ name: string }>(watched)
      if (variant !== 'clinic_ledger')
        await client.query(rows.map(({ name }) => `select ledger.unwatch('${name}');`).join('\n'))
      if (variant === 'clinic_generic') await client.query(genericOn(rows.map(({ name }) => name)))
      await client.query('vacuum analyze')
    })
}
