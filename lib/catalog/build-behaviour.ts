import type { Book } from './book'
import { byName, byText, yes } from './book'
import type { Drafts, Texts } from './build-relation'
import type { DependRow } from './sql/depends'
import type { PolicyRow } from './sql/policies'
import type { RuleRow, TriggerRow } from './sql/triggers'
import type { ColumnUse, Command, RewriteRule, RoutineId, Trigger } from './types'
import { whenOf } from './trigger-when'

/** What an object uses, by its kind and OID. */
export interface Uses {
  reads(of: string, oid: string): readonly ColumnUse[]
  calls(of: string, oid: string): readonly RoutineId[]
}

const noReads: readonly ColumnUse[] = []
const noCalls: readonly RoutineId[] = []

export function usesOf(rows: readonly DependRow[], book: Book): Uses {
  const reads = new Map<string, { relation: string; column: number }[]>()
  const calls = new Map<string, Set<RoutineId>>()
  for (const [of, oid, isRoutine, refers, column] of rows) {
    const key = `${of}${oid}`
    if (yes(isRoutine)) {
      const routine = book.routine(refers)
      if (!routine) continue
      const known = calls.get(key)
      if (known) known.add(routine)
      else calls.set(key, new Set([routine]))
    } else {
      const use = { relation: refers, column: Number(column) }
      const known = reads.get(key)
      if (known) known.push(use)
      else reads.set(key, [use])
    }
  }
  return {
    reads: (of, oid) => {
      const found = reads.get(of + oid)
      return found ? book.columnUses(found) : noReads
    },
    calls: (of, oid) => {
      const found = calls.get(of + oid)
      return found ? [...found].sort(byText) : noCalls
    },
  }
}

const policyCommands: Readonly<Record<string, Command>> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
}

export function addPolicies(
  rows: readonly PolicyRow[],
  drafts: Drafts,
  book: Book,
  texts: Texts,
  uses: Uses,
) {
  const using = texts.get('using')
  const checks = texts.get('with check')
  for (const [oid, relation, name, command, permissive, roles] of rows) {
    const draft = drafts.get(relation)
    if (!draft) continue
    draft.policies.push({
      name,
      command: policyCommands[command] ?? null,
      permissive: yes(permissive),
      roles: roles === '0' ? null : roles.split(' ').map(book.role).sort(byText),
      using: using?.get(oid) ?? null,
      check: checks?.get(oid) ?? null,
      reads: uses.reads('p', oid),
      calls: uses.calls('p', oid),
      comment: book.comment('pg_policy', oid),
    })
  }
  for (const draft of drafts.values()) draft.policies.sort(byName)
}

const enabled: Readonly<Record<string, Trigger['enabled']>> = {
  O: 'origin',
  A: 'always',
  R: 'replica',
  D: 'disabled',
}

/** Bits of `pg_trigger.tgtype`. */
const bit = { row: 1, before: 2, insert: 4, delete: 8, update: 16, truncate: 32, instead: 64 }

export function addTriggers(
  rows: readonly TriggerRow[],
  drafts: Drafts,
  book: Book,
  texts: Texts,
  lost: Set<string>,
) {
  const definitions = texts.get('trigger')
  for (const row of rows) {
    const [
      oid,
      relation,
      name,
      routineOid,
      type,
      state,
      constraint,
      columns,
      args,
      cloned,
      oldTable,
      newTable,
    ] = row
    const draft = drafts.get(relation)
    if (!draft) continue
    const routine = book.routine(routineOid)
    if (!routine) {
      lost.add(relation)
      continue
    }
    const bits = Number(type)
    const names = book.relations.get(relation)?.columns ?? []
    const definition = definitions?.get(oid)
    draft.triggers.push({
      name,
      routine,
      timing: bits & bit.instead ? 'instead of' : bits & bit.before ? 'before' : 'after',
      level: bits & bit.row ? 'row' : 'statement',
      events: (['insert', 'update', 'delete', 'truncate'] as const).filter((event) => bits & bit[event]),
      columns: columns === '' ? [] : columns.split(' ').map((n) => names[Number(n)] ?? ''),
      when: definition === undefined ? null : whenOf(definition),
      enabled: enabled[state] ?? 'origin',
      constraint: yes(constraint),
      arguments: args === null ? [] : argumentsOf(args),
      cloned: yes(cloned),
      oldTable,
      newTable,
      comment: book.comment('pg_trigger', oid),
    })
  }
  for (const draft of drafts.values()) draft.triggers.sort(byName)
}

/** `tgargs`: texts that each end with a zero byte. */
const argumentsOf = (hex: string) => Buffer.from(hex, 'hex').toString('utf8').split('\0').slice(0, -1)

const ruleEvents: Readonly<Record<string, Command>> = { 1: 'SELECT', 2: 'UPDATE', 3: 'INSERT', 4: 'DELETE' }

/** Adds the rewrite rules, and to views their definition and what it reads. */
export function addRules(rows: readonly RuleRow[], drafts: Drafts, texts: Texts, uses: Uses) {
  for (const [oid, relation, name, event, instead, state] of rows) {
    const draft = drafts.get(relation)
    if (!draft) continue
    if (name === '_RETURN' && (draft.kind === 'view' || draft.kind === 'matview')) {
      draft.definition = texts.get('view')?.get(oid) ?? null
      draft.reads = uses.reads('v', oid)
      draft.calls = uses.calls('v', oid)
      continue
    }
    const rule: RewriteRule = {
      name,
      event: ruleEvents[event] ?? 'SELECT',
      instead: yes(instead),
      enabled: enabled[state] ?? 'origin',
      definition: texts.get('rule')?.get(oid) ?? null,
      reads: uses.reads('v', oid),
    }
    draft.rules.push(rule)
  }
  for (const draft of drafts.values()) draft.rules.sort(byName)
}
