import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { memo, ofFacts, type Facts } from './facts'
import { gather } from './gather'
import { qualified, quote } from './identity'
import { findRelation } from './tenants'

/** The audit class in a table's comment: `[sens audit=all rls=R2]`. */
const auditClass = /\[[^\]]*\baudit=(all|writes|none)\b[^\]]*\]/

/**
 * Tables whose changes must be in the audit trail: tenant, personal or sensitive data, or named in the configuration;
 * the log itself, reference tables, exempt ones (`audit=none` in the
 * comment, or the configuration) and those declared as audited by other means are left out.
 */
export const auditedTables = memo((facts: Facts): readonly Relation[] => {
  const { exempt, declared, named } = configured(facts)
  return facts.roots.filter((table) => {
    if (exempt.has(table.id) || declared.has(table.id) || facts.audit.logs.has(table)) return false
    if (table.comment !== null && auditClass.exec(table.comment)?.[1] === 'none') return false
    return named.has(table.id) || (facts.holdsTenantData(table) && !facts.isReference(table))
  })
})

/** The tables that the configuration speaks of. */
const configured = ofFacts(({ config: { audit }, snapshot }) => {
  const ids = (names: readonly string[] | undefined) =>
    new Set((names ?? []).map((name) => findRelation(snapshot, name)?.id))
  return { exempt: ids(audit?.exempt), declared: ids(audit?.declared), named: ids(audit?.tables) }
})

/** Triggers of a table that write the audit trail. */
export function auditTriggers(facts: Facts, table: Relation): readonly Trigger[] {
  const { functions } = facts.audit
  const writes = (trigger: Trigger) => functions.has(trigger.routine)
  return table.triggers.every(writes) ? table.triggers : table.triggers.filter(writes)
}

/** Triggers whose function could not be read and may be writing the trail. */
export const opaqueTriggers = (facts: Facts, table: Relation): readonly Trigger[] =>
  table.triggers.filter((trigger) => facts.audit.opaque.has(trigger.routine))

/**
 * Triggers of the audited table that shares its audit function with the most others: what a table without any may copy.
 * Empty where each table has a function of its own.
 */
export const modelTriggers = ofFacts((facts): readonly Trigger[] => {
  const uses = new Map<string, Relation[]>()
  for (const table of facts.roots) {
    for (const { routine } of auditTriggers(facts, table)) {
      if (uses.get(routine)?.at(-1) !== table) gather(uses, routine, table)
    }
  }
  const [best] = [...uses].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
  if (!best) return []
  const [routine, tables] = best
  // One function used by one table only may be made for it, unless it is told the table by TG_TABLE_NAME.
  const body = facts.routine.get(routine as Trigger['routine'])?.body ?? ''
  if (tables.length < 2 && !/\btg_(table_name|relid|relname)\b/i.test(body)) return []
  let model: { readonly triggers: readonly Trigger[]; readonly events: number } = { triggers: [], events: -1 }
  for (const table of tables) {
    const triggers = auditTriggers(facts, table).filter((t) => t.routine === routine)
    const events = wholeEvents(triggers)
    if (events > model.events) model = { triggers, events }
  }
  return model.triggers
})

const events = ['insert', 'update', 'delete', 'truncate'] as const

/** How many events fire for every row that changes. */
const wholeEvents = (triggers: readonly Trigger[]) =>
  events.filter((event) =>
    triggers.some((t) => t.columns.length === 0 && t.when === null && t.events.includes(event)),
  ).length

/**
 * The call that puts a table under audit, where the log brings a function for it: `watch(regclass, …)` beside the functions
 * that capture. Those may be made for one table each, and copying such a trigger would break every write.
 */
export function watchCall(facts: Facts, table: Relation): string | null {
  const schemas = new Set([...facts.audit.functions].map((id) => facts.routine.get(id)?.schema))
  const found = facts.snapshot.routines.find(
    (routine) =>
      routine.name === 'watch' &&
      schemas.has(routine.schema) &&
      routine.arguments.includes('relation regclass'),
  )
  const id = qualified(table.schema, table.name).replaceAll("'", "''")
  return found ? `select ${quote(found.schema)}.watch('${id}')` : null
}

/** `create trigger` for `table` after the model of `trigger`, for these events; then always enabled. */
export function triggerSql(
  table: Relation,
  trigger: Trigger,
  events: readonly string[] = trigger.events,
  name: string = trigger.name,
): string[] {
  const id = qualified(table.schema, table.name)
  const transition = [
    ...(trigger.oldTable && events.every((e) => e === 'update' || e === 'delete')
      ? [`old table as ${quote(trigger.oldTable)}`]
      : []),
    ...(trigger.newTable && events.every((e) => e === 'update' || e === 'insert')
      ? [`new table as ${quote(trigger.newTable)}`]
      : []),
  ]
  const referencing = transition.length > 0 ? ` referencing ${transition.join(' ')}` : ''
  const values = trigger.arguments.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')
  const routine = trigger.routine.slice(0, trigger.routine.lastIndexOf('('))
  return [
    `create trigger ${quote(name)} ${trigger.timing} ${events.join(' or ')} on ${id}${referencing} for each ${trigger.level} execute function ${routine}(${values})`,
    `alter table ${id} enable always trigger ${quote(name)}`,
  ]
}

/** A name for a new trigger, constraint or index of `table`: at most 63 bytes and not taken by one of these. */
export function freshName(wanted: string, taken: readonly string[]): string {
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? '' : `_${attempt}`
    const room = 63 - suffix.length
    // No character takes more than three bytes for each of its units.
    const fits = wanted.length * 3 <= room || Buffer.byteLength(wanted) <= room
    const name = (fits ? wanted : cut(wanted, room)) + suffix
    if (!taken.includes(name)) return name
  }
}

function cut(text: string, bytes: number): string {
  let out = ''
  let size = 0
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > bytes) break
    out += character
  }
  return out
}
