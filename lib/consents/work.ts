import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { escaped, expiringWithin, rowColumns, seesPatients, type ConsentRow } from './queries'
import { inWords } from './refusals'
import type { Status } from './types'

/** Consents in force that end within so many days, the next one first; at most `limit`. */
export async function listExpiring(
  tx: RecordsReadTx,
  days: number,
  limit = 100,
): Promise<readonly ConsentRow[]> {
  const names = await seesPatients(tx)
  const { rows } = await sql<ConsentRow>`
    with soon as materialized (
      select one.id, one.expires_at from public.clinics z
       cross join lateral (
         select c.id, c.expires_at from public.consent_records c
          where c.clinic_id = z.id and ${expiringWithin(days)} order by c.expires_at limit ${limit}) as one
       order by one.expires_at limit ${limit})
    select ${rowColumns(names)}
      from public.v_consent_effective v join public.clinics k on k.id = v.clinic_id
      ${names ? sql`join public.patients p on p.clinic_id = v.clinic_id and p.id = v.patient_id` : sql``}
     where v.id = any (array(select id from soon)) order by v.expires_at`.execute(tx)
  return rows
}

/** Somebody who is about to decide for themselves, with what a representative decided until now. */
export interface Turning {
  readonly patientId: string
  readonly recordNumber: string
  readonly name: string
  readonly turns: 16 | 18
  readonly on: string
  readonly consents: number
}

/** Minors with consents in force who turn 16 or 18 within 90 days; empty for readers without patients. */
export async function listTurning(tx: RecordsReadTx): Promise<readonly Turning[]> {
  if (!(await seesPatients(tx))) return []
  const { rows } = await sql<Turning>`
    select p.id as "patientId", p.record_number as "recordNumber", coalesce(p.social_name, p.full_name) as "name",
           y.age as "turns", app.birthday(p.birth_date, y.age)::text as "on", count(c.id)::int as "consents"
      from public.patients p
      join public.clinics k on k.id = p.clinic_id
      cross join (values (16), (18)) as y (age)
      join public.consent_records c on c.clinic_id = p.clinic_id and c.patient_id = p.id and c.status = 'granted'
     where p.birth_date between (now() at time zone k.time_zone)::date - make_interval(years => y.age)
         and (now() at time zone k.time_zone)::date - make_interval(years => y.age) + interval '90 days'
       and p.deceased_at is null
     group by p.id, y.age order by 5, p.id limit 200`.execute(tx)
  return rows
}

/** Work that a withdrawal or a material change left. */
export interface Task {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly consentId: string
  readonly recordNumber: string | null
  readonly patientId: string
  readonly purpose: string
  readonly kind: string
  readonly target: string | null
  readonly cause: string
  readonly lastDay: string
  readonly status: 'open' | 'done' | 'impossible'
  readonly overdue: boolean
}

/** Open tasks, the most urgent first, at most 200; `consent` narrows to one consent and shows its closed ones too. */
export async function listTasks(tx: RecordsReadTx, consent: string | null = null): Promise<readonly Task[]> {
  const names = await seesPatients(tx)
  const { rows } = await sql<Task>`
    select t.id as "id", t.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone",
           t.consent_id as "consentId", ${names ? sql`p.record_number` : sql`null`} as "recordNumber",
           t.patient_id as "patientId", a.title as "purpose", t.kind as "kind", t.target as "target", t.cause as "cause",
           ((t.due_at - interval '1 microsecond') at time zone k.time_zone)::date::text as "lastDay",
           t.status as "status", t.status = 'open' and t.due_at <= now() as "overdue"
      from public.consent_tasks t
      join public.clinics k on k.id = t.clinic_id
      join public.consent_records c on c.clinic_id = t.clinic_id and c.id = t.consent_id
      join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
      ${names ? sql`join public.patients p on p.clinic_id = t.clinic_id and p.id = t.patient_id` : sql``}
     where ${consent === null ? sql`t.status = 'open'` : sql`t.consent_id = ${consent}::uuid`}
     order by t.due_at, t.id limit 200`.execute(tx)
  return rows
}

/** Done, or impossible with the reason; it becomes an event of the consent. */
export const closeTask = (
  tx: RecordsWriteTx,
  clinicId: string,
  id: string,
  outcome: 'done' | 'impossible',
  note: string | null,
) =>
  inWords(() => sql`select app.task_close(${clinicId}::uuid, ${id}::uuid, ${outcome}, ${note})`.execute(tx))

export interface MatrixCell {
  readonly activityId: string
  readonly id: string
  readonly status: Status
  readonly reason: string | null
  readonly daysLeft: number | null
}

export interface MatrixRow {
  readonly patientId: string
  readonly recordNumber: string
  readonly name: string
  readonly cells: readonly MatrixCell[]
}

/** Thirty patients of one clinic by record number, each with what holds now for each purpose. */
export async function readMatrix(
  tx: RecordsReadTx,
  clinicId: string,
  q: string,
  after: string,
): Promise<{ readonly rows: readonly MatrixRow[]; readonly more: boolean }> {
  const like = `%${escaped(q.trim())}%`
  const { rows } = await sql<MatrixRow>`
    with shown as materialized (
      select p.id, p.record_number, coalesce(p.social_name, p.full_name) as name
        from public.patients p
       where p.clinic_id = ${clinicId}::uuid and p.anonymized_at is null and p.record_number > ${after}
         ${q.trim() ? sql`and (p.record_number ilike ${like} or p.full_name ilike ${like})` : sql``}
       order by p.record_number limit 31),
    -- Patient by patient on the table itself, whose index serves it; the view only says what of it holds now.
    latest as materialized (
      select one.id from shown s cross join lateral (
        select distinct on (c.activity_id) c.id from public.consent_records c
         where c.clinic_id = ${clinicId}::uuid and c.patient_id = s.id
         order by c.activity_id, (c.state = 'granted' and (c.expires_at is null or c.expires_at > now())) desc,
                  (c.state = 'pending') desc, c.recorded_at desc) as one),
    held as materialized (
      select v.patient_id, v.activity_id, v.id, v.effective_status, v.effective_reason, v.days_left
        from public.v_consent_effective v where v.id = any (array(select id from latest)))
    select s.id as "patientId", s.record_number as "recordNumber", s.name as "name",
           coalesce(jsonb_agg(jsonb_build_object('activityId', l.activity_id, 'id', l.id, 'status', l.effective_status,
             'reason', l.effective_reason, 'daysLeft', l.days_left)) filter (where l.id is not null), '[]') as "cells"
      from shown s left join held l on l.patient_id = s.id
     group by s.id, s.record_number, s.name order by s.record_number`.execute(tx)
  return { rows: rows.slice(0, 30), more: rows.length > 30 }
}

/** What a consent-based purpose shows of itself; every figure is a count, none hides a zero. */
export interface PurposeHealth {
  readonly code: string
  readonly title: string
  readonly inForce: number
  readonly withProof: number
  readonly late: number
  readonly decided: number
  readonly refused: number
  readonly pending: number
  readonly withdrawn: number
  readonly overdue: number
  readonly underReview: number
}

export async function readHealth(tx: RecordsReadTx): Promise<readonly PurposeHealth[]> {
  const { rows } = await sql<PurposeHealth>`
    select a.purpose_code as "code", min(a.title) as "title",
           count(*) filter (where c.status = 'granted' and (c.expires_at is null or c.expires_at > now()))::int as "inForce",
           count(*) filter (where c.status = 'granted' and (c.expires_at is null or c.expires_at > now())
             and c.proof_lost_at is null and (c.evidence_object_key not like 'kept_files/%' or f.id is not null))::int as "withProof",
           count(*) filter (where c.granted_at - c.decided_at > interval '2 days')::int as "late",
           count(*) filter (where c.granted_at is not null or c.status_reason = 'refused')::int as "decided",
           count(*) filter (where c.status_reason = 'refused')::int as "refused",
           count(*) filter (where c.status = 'pending')::int as "pending",
           count(*) filter (where c.status = 'withdrawn' and c.granted_at is not null)::int as "withdrawn",
           coalesce(sum(t.overdue), 0)::int as "overdue", coalesce(sum(t.review), 0)::int as "underReview"
      from public.processing_activities a
      left join public.consent_records c on c.clinic_id = a.clinic_id and c.activity_id = a.id
      left join public.kept_files f on f.clinic_id = c.clinic_id and 'kept_files/' || f.id = c.evidence_object_key
      left join lateral (
        select count(*) filter (where t.due_at <= now()) as overdue, count(*) filter (where t.kind = 'notice') as review
          from public.consent_tasks t where t.clinic_id = c.clinic_id and t.consent_id = c.id and t.status = 'open') as t on true
     where a.legal_basis in ('a7_i', 'a11_i') and a.status = 'active'
     group by a.purpose_code order by a.purpose_code`.execute(tx)
  return rows
}

/** What ran without a consent that held. */
export interface Orphans {
  readonly marketing: number
  /** Images outside the chart, and how many of them without a consent that holds now. */
  readonly outside: number
  readonly images: number
}

/** Images outside the chart and marketing sent, without a consent that held: what must be zero, and is shown when it is. */
export async function countOrphans(tx: RecordsReadTx): Promise<Orphans> {
  const { rows } = await sql<Orphans>`
    select i.outside::int as outside, i.orphans::int as images, m.marketing
      from app.image_counts() as i cross join lateral (select count(*)::int as marketing from public.notifications n
     where n.kind = 'marketing' and n.sent_at is not null
       and not exists (select from public.consent_records c
         where c.clinic_id = n.clinic_id and c.id = n.consent_id and c.decided_at <= n.sent_at
           and n.sent_at < coalesce(least(c.expires_at, c.end_declared_at, c.ended_at), 'infinity'))) as m`.execute(
    tx,
  )
  return rows[0] ?? { outside: 0, images: 0, marketing: 0 }
}

/** May this be done to this patient for this purpose, now? The question and its answer become an event. */
export async function ask(
  tx: RecordsWriteTx,
  clinicId: string,
  patientId: string,
  activityId: string,
): Promise<boolean> {
  return inWords(async () => {
    const { rows } = await sql<{ ok: boolean }>`
      select app.consent_check(${clinicId}::uuid, ${patientId}::uuid, ${activityId}::uuid) as ok`.execute(tx)
    return rows[0]?.ok === true
  })
}

/** What became of one line of an import. */
export interface Imported {
  readonly record_number: string
  readonly outcome: 'pending' | 'present' | 'refused' | 'unknown'
}

/** Old yes-flags of a purpose, by record number: each becomes a question, none a consent. */
export const importFlags = (
  tx: RecordsWriteTx,
  clinicId: string,
  activityId: string,
  numbers: readonly string[],
  key: string,
): Promise<readonly Imported[]> =>
  inWords(async () => {
    const { rows } = await sql<Imported>`
      select * from app.import_legacy(${clinicId}::uuid, ${activityId}::uuid, ${JSON.stringify(numbers)}::jsonb, ${key})`.execute(
      tx,
    )
    return rows
  })

/** What became of one invitation to renew. */
export interface Renewal {
  readonly id: string
  readonly outcome: 'asked' | 'waiting' | 'refused' | 'gone'
}

/** Asks again for consents that are about to end, at most 200 at once. It asks; it never grants. */
export async function renew(tx: RecordsWriteTx, ids: readonly string[]): Promise<readonly Renewal[]> {
  const { rows } = await sql<{
    id: string
    clinicId: string
    patientId: string
    activityId: string
    kind: string
    waits: boolean
    refused: boolean
  }>`
    select c.id, c.clinic_id as "clinicId", c.patient_id as "patientId", c.activity_id as "activityId", c.kind::text,
           exists (select from public.consent_records w where w.clinic_id = c.clinic_id and w.patient_id = c.patient_id
             and w.activity_id = c.activity_id and w.status = 'pending') as waits,
           app.refused_until(c.clinic_id, c.patient_id, c.activity_id) is not null as refused
      from public.consent_records c where c.id = any (${ids.slice(0, 200)}::uuid[]) and c.status = 'granted'`.execute(
    tx,
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  const done: Renewal[] = []
  for (const id of ids.slice(0, 200)) {
    const row = known.get(id)
    if (!row) done.push({ id, outcome: 'gone' })
    else if (row.waits) done.push({ id, outcome: 'waiting' })
    else if (row.refused) done.push({ id, outcome: 'refused' })
    else {
      await inWords(() =>
        sql`select app.consent_request(${row.clinicId}::uuid, ${row.patientId}::uuid, ${row.activityId}::uuid,
          ${row.kind}::public.consent_kind, ${`renewal:${id}`}, p_previous => ${id}::uuid)`.execute(tx),
      )
      done.push({ id, outcome: 'asked' })
    }
  }
  return done
}
