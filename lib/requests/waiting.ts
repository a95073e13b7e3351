import { sql } from 'kysely'
import type { Needs } from '@/lib/audit/installed'
import type { RecordsReadTx } from '@/lib/db/scope'

export const waitingNeeds: Needs = {
  relations: [
    'public.data_subject_requests',
    'public.consent_tasks',
    'public.incidents',
    'app.chart_openings',
  ],
  routines: [],
}

export const waitingKinds = ['requests', 'tasks', 'incidents', 'openings'] as const
export type WaitingKind = (typeof waitingKinds)[number]

/** How many wait for a person of the reader's clinics, and how many of those are past their time. */
export type Waiting = Readonly<Record<WaitingKind, Count>>

interface Count {
  readonly open: number
  readonly overdue: number
}

/** Counts alone, under row-level security: no person is read. An opening is overdue for nobody; its review has no legal term. */
export async function countWaiting(tx: RecordsReadTx): Promise<Waiting> {
  const { rows } = await sql<{ kind: WaitingKind; open: number; overdue: number }>`
    select 'requests' as kind, count(*)::int as open, count(*) filter (where due_at <= now())::int as overdue
      from public.data_subject_requests where closed_at is null
    union all
    select 'tasks', count(*)::int, count(*) filter (where due_at <= now())::int
      from public.consent_tasks where status = 'open'
    union all
    select 'incidents', count(*)::int,
           count(*) filter (where authority_due_at <= now()
             and (authority_sent_at is null or (kind = 'personal_data' and subjects_sent_at is null)))::int
      from public.incidents where closed_at is null
    union all
    select 'openings', count(*)::int, 0 from app.chart_openings where justified is null`.execute(tx)
  return Object.fromEntries(rows.map(({ kind, ...counts }) => [kind, counts])) as Record<WaitingKind, Count>
}
