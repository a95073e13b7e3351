import type { ClientBase } from 'pg'

const id = (kind: string, n: number) => `${kind}-0000-4000-8000-${String(n).padStart(12, '0')}`
export const clinicId = (n: number) => id('c1000000', n)
export const adminOf = (n: number) => id('ad000000', n)
export const officer = id('0f000000', 1)
const clinics = 20
const purposes = 5

/**
 * Twenty clinics with five purposes; each patient has a consent to each. One in five has ended. Triggers are out while
 * it loads, so that loading is not what is measured; constraints and indexes are as they always are. Each consent has its
 * events, whose chain is as long as a real one and links nothing.
 */
export async function load(client: ClientBase, consents: number): Promise<void> {
  const patients = Math.ceil(consents / clinics / purposes)
  await client.query(`set session_replication_role = replica`)
  await client.query(`
    insert into clinics (id, name, tax_id)
      select ('c1000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Clinic ' || n, base || app_digits
      from generate_series(1, ${clinics}) as n
      cross join lateral (select lpad((11222330 + n)::text, 8, '0') || '0001' as base) as b
      cross join lateral (select d as app_digits from (select lpad(x::text, 2, '0') as d from generate_series(0, 99) as x) as y
        where app.is_cnpj(base || d) limit 1) as c;
    insert into clinic_members (clinic_id, user_id, role)
      select ('c1000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, ('ad000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'admin'::member_role
      from generate_series(1, ${clinics}) as n
      union all
      select ('c1000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '${officer}', 'dpo'::member_role from generate_series(1, ${clinics}) as n;
    insert into processing_activities (clinic_id, purpose_code, title, description, legal_basis, sensitive_data, data_categories,
        subject_categories, tables_used, retention_rule, end_rule, art16_item, security_measures, owner, next_review, status, max_validity, recipients)
      select k.id, 'purpose.' || n, 'Purpose ' || n, 'x', 'a11_i', true, '{x}', '{x}', '{patients}', 'x', 'x', 'x', '{x}', 'x',
        now() + interval '90 days', 'active', '12 months', '[{"name":"Recipient"}]'
      from clinics k cross join generate_series(1, ${purposes}) as n;
    insert into consent_terms (clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256,
        highlighted_clause, reviewed_by, published_at)
      select clinic_id, id, 1, 't', 'b', 's', 'r', sha256('b'), true, '${officer}', now() - interval '2 years' from processing_activities;
    insert into patients (clinic_id, record_number, full_name, birth_date)
      select k.id, ltrim(right(k.id::text, 12), '0') || '-' || (1000 + n), 'Patient ' || n, '1980-01-01'
      from clinics k cross join generate_series(1, ${patients}) as n`)
  const always = ['check_consent', 'log_consent', 'open_effects', 'close_photos', 'stop_marketing']
  await client.query(
    `alter table consent_records disable trigger user; alter table consent_events disable trigger user`,
  )
  await client.query(`
    insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key, recorded_at, status, status_reason, decided_at,
        granted_at, expires_at, ended_at, collection_method, signer_kind, evidence_sha256)
      select p.clinic_id, p.id, a.id, t.id, 'data_processing', p.record_number || a.purpose_code, at, case when ends then 'withdrawn' else 'granted' end::consent_status,
        case when ends then 'subject_request' end, at, at, at + interval '12 months', case when ends then least(at + interval '20 days', now()) end,
        'portal', 'patient', sha256('e')
      from patients p
      join processing_activities a on a.clinic_id = p.clinic_id
      join consent_terms t on t.activity_id = a.id
      cross join lateral (select abs(hashtext(p.record_number || a.purpose_code)) as h) as h
      cross join lateral (select now() - make_interval(days => h % 360, mins => h % 1440) as at, h % 5 = 0 as ends) as when_`)
  await client.query(`
    insert into consent_events (clinic_id, consent_id, event_type, from_status, to_status, occurred_at, recorded_at,
        actor_user_id, actor_kind, prev_hash, row_hash)
      select c.clinic_id, c.id, e.type::consent_event_type, e.before::consent_status, e.after::consent_status, e.at, e.at, null,
        'system', sha256(int8send(row_number() over moment)), sha256(int8send(1 + row_number() over moment))
      from consent_records c
      cross join lateral (values ('requested', null, 'pending', c.recorded_at), ('granted', 'pending', 'granted', c.granted_at),
        ('withdrawn', 'granted', 'withdrawn', c.ended_at)) as e (type, before, after, at)
      where e.at is not null window moment as (order by e.at)`)
  await client.query(`
    set session_replication_role = origin;
    alter table consent_events enable trigger user, enable always trigger chain;
    alter table consent_records enable trigger user, ${always.map((name) => `enable always trigger ${name}`).join(', ')}`)
  await client.query('vacuum analyze')
}
