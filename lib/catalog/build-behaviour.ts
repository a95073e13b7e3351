import { lately, perNames } from './alike'
import type { Book } from './book'
import { byText, inOrder, once, yes } from './book'
import type { Drafts, Texts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import type { PolicyUses, Using } from './policy-uses'
import { cells } from './rows'
import type { PolicyRow, PolicyTraits } from './sql/policies'
import type { RuleRow, TriggerRow, TriggerTraits } from './sql/triggers'
import type { ColumnUse, Policy, Trigger } from './types-relation'
import type { Command, RoutineId } from './types'
import { whenOf } from './trigger-when'

/** What an object uses: relations with their columns, and routines. */
export interface Uses {
  readonly reads: readonly ColumnUse[]
  readonly calls: readonly RoutineId[]
}

const nothing: Uses = { reads: [], calls: [] }

/** Reads a list as the statements send it: relation and column number, or f and the routine, with commas between. */
export function usesOf(list: string | null | undefined, book: Book): Uses {
  if (!list) return nothing
  const relations = new Map<string, number[]>()
  const calls: RoutineId[] = []
  for (const item of list.split(',')) {
    const space = item.indexOf(' ')
    if (item.startsWith('f')) {
      const routine = book.routine(item.slice(1, space))
      if (routine && !calls.includes(routine)) calls.push(routine)
    } else {
      const relation = item.slice(0, space)
      const column = Number(item.slice(space + 1))
      const known = relations.get(relation)
      if (known) known.push(column)
      else relations.set(relation, [column])
    }
  }
  return { reads: book.columnUses(relations), calls: inOrder(calls, byText) }
}

const policyCommands: Readonly<Record<string, Command>> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
}

export function policyTaker(drafts: Drafts, book: Book, uses: PolicyUses): (row: PolicyRow) => void {
  const rolesOf = once((roles: string) =>
    roles === '{0}' ? null : roles.slice(1, -1).split(',').map(book.role).sort(byText),
  )
  const traitsOf = once((text: string) => {
    const [command, permissive, roles] = cells(text) as unknown as PolicyTraits
    return { command: policyCommands[command] ?? null, permissive: yes(permissive), roles: rolesOf(roles) }
  })
  return (row) => {
    // By place, here and below: taking an array apart by names costs more than all the rest of it.
    const oid = row[1]
    const relation = row[2]
    const draft = drafts.get(relation)
    if (!draft) return
    const { command, permissive, roles } = traitsOf(row[5])
    const policy: Writable<Policy> = {
      name: book.same(row[0]),
      command,
      permissive,
      roles,
      using: null,
      check: null,
      reads: nothing.reads,
      calls: nothing.calls,
      comment: book.comment('pg_policy', oid),
    }
    draft.policies.push(policy)
    uses.want({ oid, relation, using: row[3], check: row[4], policy })
  }
}

/** Asks for the texts of a policy whose columns are known. */
export function policyTexts(drafts: Drafts, expressions: Expressions): (using: Using) => void {
  return ({ oid, relation, using, check, policy }) => {
    const id = drafts.get(relation)?.id
    const names = policy.reads.find((use) => use.relation === id)?.columns ?? none
    if (using) expressions.want({ relation, part: `using ${oid}`, tree: using, names }, policy, 'using')
    if (check) expressions.want({ relation, part: `with check ${oid}`, tree: check, names }, policy, 'check')
  }
}

const enabled: Readonly<Record<string, Trigger['enabled']>> = {
  O: 'origin',
  A: 'always',
  R: 'replica',
  D: 'disabled',
}

/** Bits of `pg_trigger.tgtype`. */
const bit = { row: 1, before: 2, insert: 4, delete: 8, update: 16, truncate: 32, instead: 64 }

export function triggerTaker(
  drafts: Drafts,
  book: Book,
  texts: Texts,
  lost: Set<string>,
): (row: TriggerRow) => void {
  const definitions = texts.get('trigger')
  const namesOf = lately((relation) => book.relations.get(relation)?.columns ?? none)
  const traitsOf = perNames((names, text) =>
    triggerTraits(names, cells(text) as unknown as TriggerTraits, book),
  )
  return ([name, oid, relation, text]) => {
    const draft = drafts.get(relation)
    if (!draft) return
    const traits = traitsOf(namesOf(relation), text)
    const routine = traits.routine
    if (!routine) {
      lost.add(relation)
      return
    }
    const definition = definitions?.get(oid)
    draft.triggers.push({
      name: book.same(name),
      routine,
      timing: traits.timing,
      level: traits.level,
      events: traits.events,
      columns: traits.columns,
      when: definition === undefined ? null : whenOf(definition),
      enabled: traits.enabled,
      constraint: traits.constraint,
      arguments: traits.arguments,
      cloned: traits.cloned,
      oldTable: traits.oldTable,
      newTable: traits.newTable,
      comment: book.comment('pg_trigger', oid),
    })
  }
}

/** What a trigger has in common with those of other tables; no routine where it is gone. */
function triggerTraits(names: readonly string[], traits: TriggerTraits, book: Book) {
  const [routine, type, state, constraint, cloned, columns, args, oldTable, newTable] = traits
  const bits = Number(type)
  return {
    routine: book.routine(routine),
    timing: bits & bit.instead ? 'instead of' : bits & bit.before ? 'before' : 'after',
    level: bits & bit.row ? 'row' : 'statement',
    events: eventsOf(bits),
    columns: columns === '' ? none : columns.split(' ').map((n) => names[Number(n)] ?? ''),
    enabled: enabled[state] ?? 'origin',
    constraint: yes(constraint),
    arguments: args === null ? none : argumentsOf(args),
    cloned: yes(cloned),
    oldTable,
    newTable,
  } as const
}

const none: readonly string[] = []

const eventsOf = once((bits: number) =>
  (['insert', 'update', 'delete', 'truncate'] as const).filter((event) => bits & bit[event]),
)

/** `tgargs`: texts that each end with a zero byte. */
const argumentsOf = (hex: string) => Buffer.from(hex, 'hex').toString('utf8').split('\0').slice(0, -1)

const ruleEvents: Readonly<Record<string, Command>> = { 1: 'SELECT', 2: 'UPDATE', 3: 'INSERT', 4: 'DELETE' }

/** Adds the rewrite rules, and to views their definition and what it reads. */
export function addRules(
  rows: readonly RuleRow[],
  drafts: Drafts,
  texts: Texts,
  book: Book,
  uses: ReadonlyMap<string, string>,
) {
  for (const [oid, relation, name, event, instead, state] of rows) {
    const draft = drafts.get(relation)
    if (!draft) continue
    const { reads, calls } = usesOf(uses.get('v' + oid), book)
    if (name === '_RETURN' && (draft.kind === 'view' || draft.kind === 'matview')) {
      draft.definition = texts.get('view')?.get(oid) ?? null
      // Before 16 a view's rule depends on the view itself.
      draft.reads = reads.filter((use) => use.relation !== draft.id)
      draft.calls = calls
      continue
    }
    draft.rules.push({
      name,
      event: ruleEvents[event] ?? 'SELECT',
      instead: yes(instead),
      enabled: enabled[state] ?? 'origin',
      definition: texts.get('rule')?.get(oid) ?? null,
      reads,
    })
  }
}
