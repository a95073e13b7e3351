import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { withoutComments } from './audit-facts'
import type { Facts } from './facts'
import { fires } from './trees'

export type Refusal = 'always' | 'sometimes' | 'never'

const atOnce =
  /^\s*(declare\b(?:(?!\bbegin\b)[\s\S])*)?begin\s+raise\s+(?!notice\b|warning\b|info\b|log\b|debug\b)\w/i

/**
 * Does the function of a trigger raise? `always` when that is the first thing it does. A function that looks at OLD
 * falls through in a statement trigger, where OLD is null, unless it asks for TG_OP or TG_LEVEL first.
 */
export function refusal(facts: Facts, trigger: Trigger): Refusal {
  const body = facts.routine.get(trigger.routine)?.body
  if (body === undefined || body === null) return 'sometimes'
  const text = withoutComments(body)
  if (atOnce.test(text)) return 'always'
  if (!/\braise\b/i.test(text)) return 'never'
  if (trigger.level === 'statement' && /\b(old|new)\s*\./i.test(text) && !/\btg_(op|level)\b/i.test(text))
    return 'never'
  return 'sometimes'
}

/** How surely an operation on the table is refused by its triggers, and whether that holds in replica mode too. */
export function refused(
  facts: Facts,
  table: Relation,
  event: 'insert' | 'update' | 'delete' | 'truncate',
): { readonly refusal: Refusal; readonly always: boolean } {
  let best: Refusal = 'never'
  let always = false
  for (const trigger of table.triggers) {
    if (trigger.timing !== 'before' || !fires(trigger) || !trigger.events.includes(event)) continue
    if (trigger.columns.length > 0 || trigger.when !== null) continue
    const found = refusal(facts, trigger)
    if (found === 'never') continue
    if (found === 'always' || best === 'never') best = found
    if (found === 'always' && trigger.enabled === 'always') always = true
  }
  return { refusal: best, always }
}
