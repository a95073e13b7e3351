import { sql } from 'kysely'
import type { StoreReadTx } from '@/lib/db/scope'
import type { Severity, Text } from '@/lib/rules/rule'

/** `accepted` wins over open and returned while an acceptance is in force; a resolved finding is resolved. */
export type State = 'open' | 'returned' | 'accepted' | 'resolved'

export type AcceptanceKind = 'accepted_risk' | 'false_positive' | 'by_design'

export interface Acceptance {
  readonly id: string
  readonly kind: AcceptanceKind
  readonly reason: string
  /** Last day it holds, as a date; `null` without end. */
  readonly until: string | null
  readonly requestedBy: string
  readonly requestedByName: string | null
  readonly requestedAt: string
  readonly approvedByName: string | null
  readonly approvedAt: string | null
  /** It is for every finding of the rule, not for this one alone. */
  readonly wholeRule: boolean
  /** `requested` still needs another person; `expired` is past its last day; `changed`: the object is another now. */
  readonly state: 'requested' | 'in force' | 'expired' | 'changed'
}

/** What is remembered of one finding. */
export interface FindingHistory {
  readonly key: string
  readonly rule: string
  readonly code: string
  readonly severity: Severity
  readonly object: Readonly<Record<string, unknown>>
  readonly message: Text
  readonly state: State
  /** ISO times. */
  readonly firstSeen: string
  readonly lastSeen: string
  readonly resolvedAt: string | null
  /** The standing acceptance, if any, in force or not. */
  readonly acceptance: Acceptance | null
}

/** All findings ever seen in a database, worst first; with `keys`, those alone, or those that are more than open. */
export async function listFindings(
  tx: StoreReadTx,
  database: string,
  keys?: readonly string[] | 'more than open',
): Promise<FindingHistory[]> {
  let query = tx
    .selectFrom('finding as f')
    .leftJoin('acceptance as own', (join) =>
      join
        .onRef('own.database', '=', 'f.database')
        .onRef('own.key', '=', 'f.key')
        .on('own.withdrawn_at', 'is', null),
    )
    .leftJoin('acceptance as whole', (join) =>
      join
        .onRef('whole.database', '=', 'f.database')
        .onRef('whole.rule', '=', 'f.rule')
        .on('whole.withdrawn_at', 'is', null),
    )
    // One's own says more than that of the rule.
    .leftJoin('acceptance as a', (join) => join.on('a.id', '=', sql<string>`coalesce(own.id, whole.id)`))
    .where('f.database', '=', database)
    .select([
      'f.key',
      'f.rule',
      'f.code',
      'f.severity',
      'f.object',
      'f.message',
      'f.state',
      'f.first_seen',
      'f.last_seen',
      'f.resolved_at',
      'a.id',
      'a.kind',
      'a.reason',
      'a.until',
      'a.requested_by',
      'a.requested_at',
      'a.approved_at',
      sql<string | null>`tabellion.name_of(a.requested_by)`.as('requested_by_name'),
      sql<string | null>`tabellion.name_of(a.approved_by)`.as('approved_by_name'),
      'a.rule as accepted_rule',
      sql<boolean>`a.until < current_date`.as('expired'),
      sql<boolean>`a.about is distinct from f.about and a.about is not null`.as('changed'),
    ])
    .orderBy(sql`array_position(array['critical', 'high', 'medium', 'low'], f.severity)`)
    .orderBy('f.key')
  if (keys === 'more than open')
    query = query.where((e) => e.or([e('f.state', '<>', 'open'), e('a.id', 'is not', null)]))
  else if (keys) query = query.where(sql<boolean>`f.key = any (${[...keys]}::text[])`)
  const rows = await query.execute()
  return rows.map((row): FindingHistory => {
    const acceptance = row.id === null ? null : acceptanceOf(row)
    const accepted = row.state !== 'resolved' && acceptance?.state === 'in force'
    return {
      key: row.key,
      rule: row.rule,
      code: row.code,
      severity: row.severity as Severity,
      object: row.object as Record<string, unknown>,
      message: row.message as Text,
      state: accepted ? 'accepted' : row.state,
      firstSeen: row.first_seen.toISOString(),
      lastSeen: row.last_seen.toISOString(),
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      acceptance,
    }
  })
}

interface AcceptanceRow {
  readonly id: string | null
  readonly severity: string
  readonly kind: AcceptanceKind | null
  readonly reason: string | null
  readonly until: string | null
  readonly requested_by: string | null
  readonly requested_by_name: string | null
  readonly requested_at: Date | null
  readonly approved_at: Date | null
  readonly approved_by_name: string | null
  readonly expired: boolean | null
  readonly changed: boolean | null
  readonly accepted_rule: string | null
}

const acceptanceOf = (row: AcceptanceRow): Acceptance => ({
  id: row.id ?? '',
  kind: row.kind ?? 'accepted_risk',
  reason: row.reason ?? '',
  until: row.until,
  requestedBy: row.requested_by ?? '',
  requestedByName: row.requested_by_name,
  requestedAt: row.requested_at?.toISOString() ?? '',
  approvedByName: row.approved_by_name,
  approvedAt: row.approved_at?.toISOString() ?? null,
  wholeRule: row.accepted_rule !== null,
  state: acceptanceState(row),
})

function acceptanceState(row: AcceptanceRow): Acceptance['state'] {
  if (row.expired) return 'expired'
  if (row.changed) return 'changed'
  const grave = row.accepted_rule !== null || needsApproval(row.severity)
  return grave && !row.approved_at ? 'requested' : 'in force'
}

/** A critical or high finding is accepted by two people. */
export const needsApproval = (severity: string): boolean => severity === 'critical' || severity === 'high'

/** Of a finding that is open and nothing else, as nearly all are: since when. */
export interface OpenFinding {
  readonly state: 'open'
  readonly firstSeen: string
  readonly acceptance: null
}

/** What is remembered of the findings of a database by key, to lay over a scan. */
export async function findingStates(
  tx: StoreReadTx,
  database: string,
): Promise<ReadonlyMap<string, FindingHistory | OpenFinding>> {
  const open = await tx
    .selectFrom('finding')
    .select([sql<string[]>`array_agg(key)`.as('keys'), 'first_seen'])
    .where('database', '=', database)
    .where('state', '=', 'open')
    .groupBy('first_seen')
    .execute()
  const states = new Map<string, FindingHistory | OpenFinding>()
  for (const { keys, first_seen } of open) {
    const state: OpenFinding = { state: 'open', firstSeen: first_seen.toISOString(), acceptance: null }
    for (const key of keys) states.set(key, state)
  }
  for (const each of await listFindings(tx, database, 'more than open')) states.set(each.key, each)
  return states
}

export interface FindingEvent {
  readonly at: string
  readonly event:
    'found' | 'resolved' | 'returned' | 'accepted' | 'acceptance_requested' | 'acceptance_withdrawn'
  readonly actorName: string | null
  readonly note: string | null
}

/** What happened to one finding, oldest first. */
export async function listFindingEvents(
  tx: StoreReadTx,
  database: string,
  key: string,
): Promise<FindingEvent[]> {
  const rows = await tx
    .selectFrom('finding_event')
    .select(['at', 'event', 'note', sql<string | null>`tabellion.name_of(actor)`.as('actorName')])
    .where('database', '=', database)
    .where('key', '=', key)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

export interface TrendPoint {
  readonly takenAt: string
  readonly score: number
  readonly severities: Readonly<Record<Severity, number>>
}

/** The newest recorded scores of a database, oldest first. */
export async function listTrend(tx: StoreReadTx, database: string, limit = 90): Promise<TrendPoint[]> {
  const rows = await tx
    .selectFrom('scan')
    .select(['taken_at', 'score', 'severities'])
    .where('database', '=', database)
    .orderBy('taken_at', 'desc')
    .limit(limit)
    .execute()
  return rows
    .map((row) => ({
      takenAt: row.taken_at.toISOString(),
      score: row.score,
      severities: row.severities as Record<Severity, number>,
    }))
    .reverse()
}
