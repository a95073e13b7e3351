import { commands, type Command } from '@/lib/catalog/types'
import { type Constraint, type Policy, type Relation } from '@/lib/catalog/types-relation'
import type { Functions } from '@/lib/sql/context'
import type { Expr } from '@/lib/sql/expression'
import { inlined } from '@/lib/sql/inline'
import { parseExpression } from '@/lib/sql/parse'
import {
  binding,
  failOpen,
  opensByAttributes,
  truthfulness,
  type Binding,
  type FailOpen,
  type Truthfulness,
} from '@/lib/sql/predicate'
import type { Facts } from './facts'
import { quote } from './identity'
import { kept, memo, ofFacts, perFacts } from './memo'
import type { Text } from './rule'
import { sameSet } from './same-set'

export interface DecidingPart {
  readonly part: Expr
  readonly clause: 'USING' | 'WITH CHECK'
}

/** A policy as rules read it. Everything is worked out once, when it is asked for. */
export interface PolicyFacts {
  /** Parsed USING and WITH CHECK; `null` where the policy has none. */
  readonly using: Expr | null
  readonly check: Expr | null
  /** Why they could not be read; what depends on them is then unknown. */
  readonly failed: Text | null
  /** What new rows must satisfy: WITH CHECK, else USING where the command reuses it; `null` is no condition. */
  readonly effectiveCheck: Expr | null
  /** The expressions that really decide: USING (unless for INSERT), and WITH CHECK where it is for new rows. */
  readonly deciding: readonly DecidingPart[]
  /** Roles it opens rows to; `null` is PUBLIC. Empty: only roles that are exempt, or that nobody can be. */
  readonly exposed: readonly (string | null)[]
  truth(part: Expr): Truthfulness
  /** Do these columns decide? */
  binds(part: Expr, columns: ReadonlySet<string>): Binding
  failOpen(part: Expr): FailOpen | false | null
  /** Is there a branch by the row's own attributes alone, beside these columns and the session? */
  opensByAttributes(part: Expr, columns: ReadonlySet<string>): boolean
}

/** The commands a policy is for. */
export const commandsOf = (policy: Policy): readonly Command[] =>
  policy.command === null ? commands : alone[policy.command]

const alone: Readonly<Record<Command, readonly Command[]>> = {
  SELECT: ['SELECT'],
  INSERT: ['INSERT'],
  UPDATE: ['UPDATE'],
  DELETE: ['DELETE'],
}

/** The same roles; they come in order. */
export const sameRoles = (a: Policy['roles'], b: Policy['roles']): boolean =>
  a === b || (a !== null && b !== null && a.length === b.length && a.every((role, at) => role === b[at]))

/** Does it decide about rows that are read or changed (USING), or about new ones (WITH CHECK)? */
export const usesUsing = (policy: Policy) => policy.command !== 'INSERT'
export const usesCheck = (policy: Policy) => policy.command !== 'SELECT' && policy.command !== 'DELETE'

const ownAlias = 'own_row'

/** Policies of the same expressions, roles and command, on tables of one owner with the same columns NOT NULL, are read once. */
export function policyFactsOf(facts: Facts, relation: Relation, policy: Policy): PolicyFacts {
  const row = rowIn(facts, relation)
  const { using, check } = policy
  const name = `${quote(relation.name)}.`
  if (using?.includes(name) || check?.includes(name)) return new ReadPolicy(facts, relation, policy, row)
  const byUsing = alike(facts, row)
  let byCheck = byUsing.get(using)
  if (!byCheck) byUsing.set(using, (byCheck = new Map()))
  const same = byCheck.get(check)
  const found = same?.find((each) => each.isOf(relation, policy))
  if (found) return found
  const made = new ReadPolicy(facts, relation, policy, row)
  if (made.failed !== null) return made
  if (same) same.push(made)
  else byCheck.set(check, [made])
  return made
}

const alike = perFacts((_facts, _row: Row) => new Map<string | null, Map<string | null, ReadPolicy[]>>())

class ReadPolicy implements PolicyFacts {
  readonly using: Expr | null
  readonly check: Expr | null
  readonly failed: Text | null
  readonly effectiveCheck: Expr | null
  readonly deciding: readonly DecidingPart[]
  readonly exposed: readonly (string | null)[]
  readonly #facts: Facts
  readonly #row: Row
  readonly #policy: Policy
  readonly #owner: string
  readonly #answered = new Map<Expr, Answers>()

  constructor(facts: Facts, relation: Relation, policy: Policy, row: Row) {
    const using = parsed(facts, relation, policy.using)
    const check = parsed(facts, relation, policy.check)
    const failed = using.failed ?? check.failed
    this.using = using.expr
    this.check = check.expr
    this.failed = failed === null ? null : unreadable(relation, policy, failed)
    this.effectiveCheck = policy.check !== null ? check.expr : policy.command === 'INSERT' ? null : using.expr
    this.deciding = decidingIn(
      facts,
      usesUsing(policy) ? using.expr : null,
      usesCheck(policy) ? check.expr : null,
    )
    this.exposed = exposedIn(facts, policy.roles ?? everyone, relation.owner)
    this.#facts = facts
    this.#row = row
    this.#policy = policy
    this.#owner = relation.owner
  }

  /** Is it what is to be said of this policy too? Expressions and NOT NULL columns are known to be the same. */
  isOf({ owner }: Relation, { command, roles }: Policy): boolean {
    return command === this.#policy.command && roles === this.#policy.roles && owner === this.#owner
  }

  truth(part: Expr) {
    const answers = this.#answers(part)
    return (answers.truth ??= truthfulness(inlined(part, this.#facts), this.#row, functionsOf(this.#facts)))
  }

  binds(part: Expr, columns: ReadonlySet<string>) {
    const { binds } = this.#answers(part)
    const known = binds.get(columns)
    if (known) return known
    const made = binding(part, columns, this.#row)
    binds.set(columns, made)
    return made
  }

  opensByAttributes(part: Expr, columns: ReadonlySet<string>) {
    return opensByAttributes(part, columns, this.#row, functionsOf(this.#facts))
  }

  failOpen(part: Expr) {
    const known = this.#answers(part)
    if (known.failOpen === undefined)
      known.failOpen = failOpen(inlined(part, this.#facts), this.#row, functionsOf(this.#facts))
    return known.failOpen
  }

  #answers(part: Expr): Answers {
    const answered = this.#answered.get(part)
    if (answered) return answered
    const byRow = answersByExpr(this.#facts, part)
    const known: Answers = byRow.get(this.#row) ?? { binds: new Map() }
    byRow.set(this.#row, known)
    this.#answered.set(part, known)
    return known
  }
}

const everyone: readonly null[] = [null]

interface Row {
  readonly notNull: (column: string) => boolean
}

/** One row for equal sets of NOT NULL columns. */
const rowOf = memo((notNull: ReadonlySet<string>): Row => ({ notNull: (column) => notNull.has(column) }))

/** One list for all policies of the same expressions. */
function decidingIn(facts: Facts, using: Expr | null, check: Expr | null): readonly DecidingPart[] {
  const known = decidingByCheck(facts, using)
  const found = known.get(check)
  if (found) return found
  const made: DecidingPart[] = []
  if (using) made.push({ part: using, clause: 'USING' })
  if (check) made.push({ part: check, clause: 'WITH CHECK' })
  known.set(check, made)
  return made
}

const decidingByCheck = perFacts(
  (_facts, _using: Expr | null) => new Map<Expr | null, readonly DecidingPart[]>(),
)

/** Thousands of policies name the same roles on tables of one owner. */
function exposedIn(
  facts: Facts,
  roles: readonly (string | null)[],
  owner: string,
): readonly (string | null)[] {
  const known = exposedByOwner(facts, roles)
  const found = known.get(owner)
  if (found) return found
  const made = roles.filter(
    (role) =>
      role === null || !(facts.roles.exempt(role) || backend.has(role) || isShelf(facts, owner, role)),
  )
  known.set(owner, made)
  return made
}

const exposedByOwner = perFacts(
  (_facts, _roles: readonly (string | null)[]) => new Map<string, readonly (string | null)[]>(),
)

/** The table's owner, whom nobody can log in as or become: its policies are what definer functions live by. */
function isShelf(facts: Facts, owner: string, role: string): boolean {
  if (role !== owner || facts.role.get(role)?.login !== false) return false
  return [...facts.roles.reachedBy(role)].every((name) => name === role || facts.roles.superuser(name))
}

/** Known backends of platforms that pass policies by design. */
const backend = new Set(['service_role'])

interface Answers {
  truth?: Truthfulness
  failOpen?: FailOpen | false | null
  readonly binds: Map<ReadonlySet<string>, Binding>
}

/** The same expression is on thousands of tables: answers hang on it, and on which columns are NOT NULL. */
const answersByExpr = perFacts((_facts, _part: Expr) => new Map<Row, Answers>())

interface ParsedText {
  readonly expr: Expr | null
  readonly failed: string | null
}

function parsed(facts: Facts, relation: Relation, text: string | null): ParsedText {
  if (text === null) return { expr: null, failed: null }
  const name = `${quote(relation.name)}.`
  let result
  if (
    text.includes(name) &&
    !text.includes(`'${name}`) &&
    !facts.snapshot.schemas.some((schema) => schema.name === relation.name)
  ) {
    // One text for all tables that differ by their own name only.
    result = parseExpression(text.replace(ownName(name), `${ownAlias}.`), ownAlias)
  } else result = parseExpression(text, text.includes(name) ? relation.name : '')
  return 'failed' in result ? { expr: null, failed: result.failed } : { expr: result.expr, failed: null }
}

const ownName = kept(
  (name) => new RegExp(`(?<![\\p{L}\\p{N}_$".])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'gu'),
)

function unreadable(relation: Relation, policy: Policy, reason: string): Text {
  const name = `${policy.name} (${relation.id})`
  return {
    en: `The expression of policy ${name} could not be read: ${reason}`,
    pt: `A expressão da política ${name} não pôde ser lida: ${reason}`,
  }
}

/** Columns that are never null: NOT NULL, part of the primary key, or a validated `col is not null` check. */
const rowIn = perFacts((facts, relation: Relation): Row => {
  const declared = declaredNotNull(facts, relation.columns)
  const bound: string[] = []
  for (const constraint of relation.constraints) {
    if (constraint.kind !== 'primary' && !isPresenceCheck(constraint)) continue
    for (const name of constraint.columns) if (!declared.has(name)) bound.push(name)
  }
  return rowOf(bound.length === 0 ? declared : sameSet([...declared, ...bound]))
})

/** Tables that are alike share one list of columns. */
const declaredNotNull = perFacts((_facts, columns: Relation['columns']) =>
  sameSet(columns.filter((column) => column.notNull).map((column) => column.name)),
)

const isPresenceCheck = ({ kind, validated, enforced, columns, expression }: Constraint): boolean =>
  kind === 'check' &&
  validated &&
  enforced &&
  columns.length === 1 &&
  /^\(*("[^"]+"|\w+) IS NOT NULL\)*$/i.test(expression ?? '')

/** Volatility and context functions of a snapshot, for lib/sql. */
export const functionsOf = ofFacts((facts): Functions => {
  const contexts = new Set(facts.config.contextFunctions ?? [])
  const volatility = new Map<string, 'immutable' | 'stable' | 'volatile'>()
  for (const routine of facts.snapshot.routines) {
    const name = `${routine.schema}.${routine.name}`
    // Overloads: the least stable one counts.
    if (volatility.get(name) === undefined || routine.volatility !== 'immutable')
      volatility.set(name, routine.volatility)
  }
  return { volatility: (name) => volatility.get(name), isContext: (name) => contexts.has(name) }
})
