import type { Principal, StoreWriteTx } from '@/lib/db/scope'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import { needsApproval, type AcceptanceKind } from './findings'

const day = 24 * 60 * 60 * 1000

/** Longest a risk may be accepted before somebody has to look again, in days. */
const longestAcceptance = 366

export interface AcceptanceRequest {
  readonly database: string
  readonly key: string
  /** This finding alone, or every finding of its rule. */
  readonly scope: 'object' | 'rule'
  readonly kind: AcceptanceKind
  readonly reason: string
  /** Last day it holds, `yyyy-mm-dd`; only a false positive may go without. */
  readonly until: string | null
}

/**
 * Accepts the risk of a finding, or of every finding of its rule, in the asking person's name. A critical or high one, and
 * a whole rule, count only after `approveAcceptance` by another person: `inForce` says which it is.
 * @throws NotFound for a finding that was never recorded, Conflict when one stands already, Invalid for a bad date.
 */
export async function acceptRisk(
  tx: StoreWriteTx,
  who: Principal,
  request: AcceptanceRequest,
): Promise<{ readonly id: string; readonly inForce: boolean }> {
  const { database, key, scope, kind, reason, until } = request
  const found = await tx
    .selectFrom('finding')
    .select(['severity', 'state', 'rule', 'about'])
    .where('database', '=', database)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!found) throw new NotFound({ en: 'There is no such finding.', pt: 'Este achado não existe.' })
  if (found.state === 'resolved') {
    throw new Conflict({ en: 'This finding is already resolved.', pt: 'Este achado já está resolvido.' })
  }
  rightDate(kind, until)
  const standing = await tx
    .selectFrom('acceptance')
    .select('id')
    .where('database', '=', database)
    .where((e) => (scope === 'rule' ? e('rule', '=', found.rule) : e('key', '=', key)))
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (standing) {
    throw new Conflict({
      en: 'This finding has an acceptance already; withdraw it first.',
      pt: 'Este achado já tem um aceite; revogue-o primeiro.',
    })
  }
  const { id } = await tx
    .insertInto('acceptance')
    .values({
      database,
      ...(scope === 'rule' ? { rule: found.rule } : { key, about: found.about }),
      kind,
      reason: reason.trim(),
      until,
      requested_by: who.userId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, inForce: scope === 'object' && !needsApproval(found.severity) }
}

/** Approves somebody else's acceptance. @throws Conflict for one's own, or one that is approved or withdrawn. */
export async function approveAcceptance(tx: StoreWriteTx, who: Principal, id: string): Promise<void> {
  const standing = await getStanding(tx, id)
  if (standing.requested_by === who.userId) {
    throw new Conflict({
      en: 'Another person has to approve what you requested.',
      pt: 'Outra pessoa precisa aprovar o que você pediu.',
    })
  }
  if (standing.approved_by) {
    throw new Conflict({ en: 'This acceptance is already approved.', pt: 'Este aceite já foi aprovado.' })
  }
  await tx
    .updateTable('acceptance')
    .set({ approved_by: who.userId, approved_at: new Date() })
    .where('id', '=', id)
    .execute()
}

/** Withdraws an acceptance, so that the finding is open again. */
export async function withdrawAcceptance(
  tx: StoreWriteTx,
  who: Principal,
  withdrawal: { readonly id: string; readonly reason: string },
): Promise<void> {
  await getStanding(tx, withdrawal.id)
  await tx
    .updateTable('acceptance')
    .set({ withdrawn_by: who.userId, withdrawn_at: new Date(), withdrawn_reason: withdrawal.reason.trim() })
    .where('id', '=', withdrawal.id)
    .execute()
}

async function getStanding(tx: StoreWriteTx, id: string) {
  const row = await tx
    .selectFrom('acceptance')
    .select(['requested_by', 'approved_by'])
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new NotFound({ en: 'There is no such acceptance.', pt: 'Este aceite não existe.' })
  return row
}

function rightDate(kind: AcceptanceKind, until: string | null) {
  if (until === null) {
    if (kind === 'false_positive') return
    throw wrong('Say until when the risk is accepted.', 'Diga até quando o risco é aceito.')
  }
  const end = Date.parse(`${until}T23:59:59Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(end))
    throw wrong('This is not a date.', 'Isto não é uma data.')
  if (end < Date.now()) throw wrong('This day is over.', 'Este dia já passou.')
  if (end > Date.now() + (longestAcceptance + 1) * day) {
    throw wrong('At most a year; then somebody looks again.', 'No máximo um ano; depois alguém olha de novo.')
  }
}

const wrong = (en: string, pt: string) => new Invalid({ en, pt }, { until: { en, pt } })
