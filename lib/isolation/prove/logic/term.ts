/**
 * Values as the prover sees them: constants, variables and applications of functions to them. Two terms are the same
 * when their keys are. NULL is no term: whether a value is NULL is told by the case that holds it (lib/isolation/prove/logic/value.ts).
 */
export type Term = Constant | Variable | Application

interface Typed {
  readonly key: string
  /** Type as PostgreSQL prints it; `null` is not known. */
  readonly type: string | null
}

export type Constant = Typed & { readonly kind: 'constant'; readonly text: string }
/** `free`: nobody chose it; it stands for something that was not understood. */
export type Variable = Typed & { readonly kind: 'variable'; readonly name: string; readonly free: boolean }
/** `sql` is an expression with `$1`, `$2` … in the places of its arguments. */
export type Application = Typed & {
  readonly kind: 'application'
  readonly sql: string
  readonly args: readonly Term[]
}

export const constant = (text: string, type: string | null): Constant => ({
  kind: 'constant',
  text,
  type,
  // Of other types equal texts need not be equal values: 0.1 as real is another number than as double precision.
  key: `'${family(type) ?? type ?? '?'}:${text}`,
})

export const variable = (name: string, type: string | null, free = false): Variable => ({
  kind: 'variable',
  name,
  type,
  free,
  key: name,
})

export const application = (sql: string, args: readonly Term[], type: string | null): Application => ({
  kind: 'application',
  sql,
  args,
  type,
  key: `${sql}(${args.map((arg) => arg.key).join(',')})`,
})

const families: Readonly<Record<string, string>> = {
  text: 'text',
  'character varying': 'text',
  name: 'text',
  smallint: 'int',
  integer: 'int',
  bigint: 'int',
  oid: 'int',
  uuid: 'uuid',
  boolean: 'boolean',
  date: 'date',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  bytea: 'bytea',
}

/** Types whose equal values have equal texts and stay equal under every function: what congruence may be used on. */
export function family(type: string | null): string | null {
  if (type === null) return null
  let found = known.get(type)
  if (found === undefined) known.set(type, (found = familyOf(type)))
  return found
}

const known = new Map<string, string | null>()

function familyOf(type: string): string | null {
  const bare = type.replace(/\(.*?\)/, '').replace(/ {2,}/g, ' ')
  return families[bare] ?? (enums.has(bare) ? bare : null)
}

const enums = new Set<string>()

/** Enum types compare by their labels alone. */
export function knowEnums(names: Iterable<string>): void {
  for (const name of names) enums.add(name)
  known.clear()
}

/** What PostgreSQL prints under DateStyle ISO; a time with a zone is printed in the session's, so that no text tells of it. */
const printed: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d*[1-9])?$/,
  timestamptz: /^never$/,
  bytea: /^\\x([0-9a-f]{2})*$/,
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Is this text what PostgreSQL prints for a value of the type? Only then do equal values mean equal texts. */
export function isCanonical(text: string, type: string | null): boolean {
  const kind = family(type)
  if (kind === 'uuid') return uuid.test(text)
  if (kind === 'int') return /^(0|-?[1-9]\d*)$/.test(text)
  if (kind === 'boolean') return text === 'true' || text === 'false'
  if (kind !== null && printed[kind]) return printed[kind].test(text)
  return kind !== null
}

/** Does it contain a value that nobody chose? */
export function usesFree(term: Term): boolean {
  if (term.kind === 'variable') return term.free
  return term.kind === 'application' && term.args.some(usesFree)
}

/** Is it made of constants alone? */
export const isGround = (term: Term): boolean =>
  term.kind === 'constant' || (term.kind === 'application' && term.args.every(isGround))

/** A constant of whose type equal values have one text. */
export const isExact = (term: Term) => term.kind === 'constant' && isCanonical(term.text, term.type)

/** Are these constants of which it is known that they are two? */
export function differ(one: Term, two: Term): boolean {
  if (one.kind !== 'constant' || two.kind !== 'constant' || one.text === two.text) return false
  const kind = family(one.type)
  return kind !== null && kind === family(two.type) && isExact(one) && isExact(two)
}

/** A text cast of a value that prints one way only. */
export const isPrinted = (term: Term) =>
  term.kind === 'application' &&
  term.sql === '($1)::text' &&
  ['uuid', 'int'].includes(family(term.args[0]?.type ?? null) ?? '')

/** Two texts in one. */
export const isJoined = (term: Term) =>
  term.kind === 'application' &&
  term.sql === '($1 || $2)' &&
  term.args.every((arg) => family(arg.type) === 'text')
