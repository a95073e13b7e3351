import { sql } from 'kysely'
import { afterWorkdays } from '@/lib/calendar/workdays'
import { instant, isUuid } from '@/lib/consents/queries'
import { NotFound } from '@/lib/errors'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { inWords } from '@/lib/requests/commands'

export const incidentKinds = ['personal_data', 'adverse_event', 'technical_complaint', 'near_miss'] as const
export type IncidentKind = (typeof incidentKinds)[number]
export const severities = ['low', 'medium', 'high', 'critical'] as const
export type IncidentSeverity = (typeof severities)[number]

/** What makes an incident with personal data one that ANPD must hear of (Res. CD/ANPD 15/2024 art. 5). */
export const criteria = [
  'sensitive',
  'children_elderly',
  'financial',
  'authentication',
  'secrecy',
  'large_scale',
] as const

export const steps = ['contained', 'authority_sent', 'subjects_sent', 'closed'] as const
export type Step = (typeof steps)[number]

/** An incident as the register shows it; days are the clinic's. */
export interface Incident {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly kind: IncidentKind
  readonly title: string
  readonly description: string
  readonly knownAt: string
  readonly occurredAt: string | null
  readonly severity: IncidentSeverity
  readonly criteria: readonly string[]
  readonly notifiable: boolean
  readonly notNotifiedReason: string | null
  readonly subjects: number | null
  readonly authority: string
  readonly lastDay: string | null
  readonly overdue: boolean
  readonly authoritySentAt: string | null
  readonly protocol: string | null
  readonly subjectsSentAt: string | null
  readonly status: string
  readonly rootCause: string | null
  readonly closedAt: string | null
}

const select = sql`
  select i.id as "id", i.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone", i.kind::text as "kind",
         i.title as "title", i.description as "description", ${instant('i.known_at')} as "knownAt",
         ${instant('i.occurred_at')} as "occurredAt", i.severity::text as "severity",
         coalesce(i.art5_criteria, '{}') as "criteria", i.notifiable as "notifiable",
         i.not_notified_reason as "notNotifiedReason", i.subjects_total as "subjects", i.authority::text as "authority",
         ((i.authority_due_at - interval '1 microsecond') at time zone k.time_zone)::date::text as "lastDay",
         coalesce(i.authority_due_at <= now() and (i.authority_sent_at is null or (i.kind = 'personal_data' and i.subjects_sent_at is null))
           and i.closed_at is null, false) as "overdue",
         ${instant('i.authority_sent_at')} as "authoritySentAt", i.authority_protocol as "protocol",
         ${instant('i.subjects_sent_at')} as "subjectsSentAt", i.status::text as "status", i.root_cause as "rootCause",
         ${instant('i.closed_at')} as "closedAt"
    from public.incidents i join public.clinics k on k.id = i.clinic_id`

/** The register, open ones first, then the newest; at most 500. */
export async function listIncidents(tx: RecordsReadTx): Promise<readonly Incident[]> {
  const { rows } = await sql<Incident>`${select}
    order by (i.closed_at is null) desc, i.known_at desc, i.id limit 500`.execute(tx)
  return rows
}

export async function getIncident(tx: RecordsReadTx, id: string): Promise<Incident | null> {
  if (!isUuid(id)) return null
  const { rows } = await sql<Incident>`${select} where i.id = ${id}::uuid`.execute(tx)
  return rows[0] ?? null
}

export interface Report {
  readonly clinicId: string
  readonly kind: IncidentKind
  readonly title: string
  /** Sealed already. */
  readonly description: string
  /** `YYYY-MM-DDTHH:MM` where the clinic is. */
  readonly occurredAt: string | null
  readonly knownAt: string
  readonly severity: IncidentSeverity
  readonly criteria: readonly string[]
  readonly notifiable: boolean
  readonly reason: string | null
  readonly subjects: number | null
}

/**
 * Puts an incident into the register. ANPD and the data subjects are told within three working days of its being known
 * (Res. CD/ANPD 15/2024 arts. 6 and 9): weekends and national holidays do not count, the last day is whole.
 */
export async function report(tx: RecordsWriteTx, input: Report): Promise<string> {
  const { rows: clinics } = await sql<{ zone: string }>`
    select time_zone as zone from public.clinics where id = ${input.clinicId}::uuid`.execute(tx)
  const zone = clinics[0]?.zone
  if (!zone) throw new NotFound()
  const last = afterWorkdays(input.knownAt.slice(0, 10), 3)
  return inWords(async () => {
    const { rows } = await sql<{ id: string }>`
      select app.incident_report(${input.clinicId}::uuid, ${input.kind}::public.incident_kind, ${input.title}, ${input.description},
        ${input.occurredAt}::timestamp at time zone ${zone}, ${input.knownAt}::timestamp at time zone ${zone},
        ${input.severity}::public.incident_severity, ${input.criteria}::text[], ${input.notifiable}, ${input.reason},
        ${input.subjects}::int, (${last}::date + 1)::timestamp at time zone ${zone}) as id`.execute(tx)
    return rows[0]?.id ?? ''
  })
}

/** One step of the work: contained, told to ANPD (with its protocol) or to the people, closed (with the cause). */
export async function step(tx: RecordsWriteTx, id: string, which: Step, text: string | null): Promise<void> {
  const incident = await getIncident(tx, id)
  if (!incident) throw new NotFound()
  await inWords(() =>
    sql`select app.incident_step(${incident.clinicId}::uuid, ${id}::uuid, ${which}, ${text})`.execute(tx),
  )
}
