import type { Column, Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import type { Setup } from '../../types'
import type { Mined } from './mine'
import { likeTexts, regexText } from './patterns'
import { mayBeNull } from './pending'
import type { Scope } from './scope'
import { canary, categoryOf, fitted, formats, looksLike, nth } from './values'

/** What values a column may be given: types by name, what conditions compare with, who asks. */
export class Domains {
  private readonly enums: ReadonlyMap<string, readonly string[]>
  private readonly domainChecks: ReadonlyMap<string, readonly string[]>
  /** Values of the principals' sessions that are no tenants: user ids, e-mails, roles. */
  readonly people: readonly string[]
  private readonly tenantLike: ReadonlySet<string>

  constructor(
    readonly scope: Scope,
    readonly mined: Mined,
  ) {
    const { snapshot, setup } = scope
    this.enums = new Map(snapshot.enums.map((each) => [each.id, each.values]))
    this.domainChecks = new Map(
      (snapshot.types ?? []).flatMap(({ id, shape }) =>
        shape.kind === 'domain' ? [[id, shape.checks.map(({ definition }) => definition)]] : [],
      ),
    )
    this.people = [...sessionValues(setup), ...rolesAsked(scope)].filter(
      (value) => !scope.tenants.includes(value),
    )
    this.tenantLike = tenantLike(scope)
  }

  /** What the column's domain asks, the column standing for VALUE. */
  domainConditions = (column: Column): string[] =>
    (this.domainChecks.get(column.type) ?? []).flatMap((text) => {
      const [, expression] = /^CHECK \((.*)\)(?: NOT VALID)?$/s.exec(text) ?? []
      return expression === undefined ? [] : expression.replaceAll(/\bVALUE\b/g, () => ident(column.name))
    })

  isTenant = (relation: Relation, column: string) => this.tenantLike.has(`${relation.id} ${column}`)

  /** Some condition of another relation, or a function, mentions it. */
  isAsked = (relation: Relation) => (this.mined.interesting.get(relation.id)?.size ?? 0) > 0

  isHot = (relation: Relation, column: string) =>
    this.mined.interesting.get(relation.id)?.has(column) ?? false

  /** The value of a row that nothing is special about; `undefined` leaves it to the column's default. */
  plain(relation: Relation, column: Column, n: number): string | null | undefined {
    if (column.generated || column.identity) return undefined
    const given = column.default
    if (given !== null && !/current_setting|current_user|session_user/.test(given) && !this.isOwnCall(given))
      return this.varied(column, n)
    const category = categoryOf(column.baseType)
    if (!column.notNull && category !== 'text') return null
    return this.enums.get(column.baseType)?.[0] ?? nth(sized(column), n) ?? (column.notNull ? '' : null)
  }

  /** Mostly the default; of numbers and times every third row another, so that orders and sums differ. */
  private varied(column: Column, n: number): string | undefined {
    const category = categoryOf(column.baseType)
    const counts = category === 'integer' || category === 'number'
    return counts && n % 3 === 0 && !/nextval/.test(column.default ?? '') ? String(n % 89) : undefined
  }

  private isOwnCall = (text: string) =>
    this.scope.snapshot.routines.some((each) => each.extension === null && text.includes(`${each.name}(`))

  /** A value that no other row has. */
  fresh(column: Column, n: number): string | null {
    return this.enums.get(column.baseType)?.[n % 7] ?? nth(sized(column), n)
  }

  /** Everything worth trying in this column beside the plain value, most telling first. */
  candidates(relation: Relation, column: Column, n: number): (string | null)[] {
    const type = sized(column)
    const near = [...(this.mined.near.get(`${relation.id} ${column.name}`) ?? [])]
    const category = categoryOf(column.baseType)
    const found: (string | null)[] = []
    if (category === 'boolean') found.push('true', 'false')
    found.push(...(this.enums.get(column.baseType) ?? []))
    if (category === 'text' && this.isHot(relation, column.name))
      found.push(...this.pathsOfTwo(near, n).slice(0, 6), ...this.withTenants(near))
    found.push(...near.filter((text) => looksLike(text, type)))
    if (this.isHot(relation, column.name)) {
      if (category === 'integer' || category === 'number')
        found.push(...this.scope.tenants.filter((text) => looksLike(text, type)))
      if (category === 'date' || category === 'timestamp')
        found.push(...[...this.mined.literals].filter((text) => isDay.test(text)).slice(0, 4))
      found.push(...this.people.filter((text) => looksLike(text, type)))
      if (['text', 'json', 'array', 'uuid'].includes(category)) found.push(...this.bearing(column, n))
    }
    if (category === 'text') found.push(...this.texts(column, near, n))
    if (category === 'timestamp' || category === 'date')
      found.push('2001-02-03', '2099-02-03', 'infinity', 'now', ...soon())
    if (category === 'integer' || category === 'number')
      for (const text of near.filter((each) => looksLike(each, column.baseType)))
        found.push(String(Number(text) + 1), String(Number(text) - 1))
    if (category === 'integer' || category === 'number') found.push('1', '0', '2')
    if (category === 'bytes')
      for (const text of [...near, '32'])
        if (/^\d{1,3}$/.test(text))
          found.push(`\\x${'ab'.repeat(Number(text))}`, `\\x${hex(n, Number(text))}`)
    if (category === 'range') found.push('empty', '(,)')
    if (category === 'array') found.push(...this.lists(column, near, n))
    if (category === 'json') found.push('{}', '[]', '[{}]', '{"a":1}', '"a"')
    if (category === 'other' && !this.enums.has(column.baseType)) found.push('{}', '', '1', '(,)', '()')
    if (mayBeNull(relation, column)) found.push(null)
    return [...new Set(found)]
  }

  /** What a pattern asks for, a tenant standing where anything may. */
  private withTenants = (patterns: readonly string[]) =>
    patterns
      .filter((text) => /[^%]%$|^%[^%]/.test(text))
      .flatMap((text) => this.scope.tenants.slice(0, 2).flatMap((each) => likeTexts(text, each)[0] ?? []))

  /** Values that carry a tenant inside: a path, a document, a list. */
  private bearing(column: Column, n: number): string[] {
    const { tenants } = this.scope
    const category = categoryOf(column.baseType)
    if (category === 'uuid') return tenants.filter((each) => looksLike(each, 'uuid'))
    if (category === 'array') {
      const element = column.baseType.slice(0, -2)
      const fits = [...tenants, ...this.people].filter((each) => looksLike(each, element))
      return [
        ...fits.map((each) => `{${JSON.stringify(each)}}`),
        `{${fits.map((each) => JSON.stringify(each)).join(',')}}`,
      ]
    }
    if (category === 'json') {
      const told = [...tenants, ...this.people].filter((each) => !/^[{[]/.test(each))
      // Named below every key, and as a key itself.
      const whole = (value: string) => {
        const keys = [...this.mined.jsonKeys].map((key) => [key, value])
        return JSON.stringify({ ...Object.fromEntries(keys), [value]: true })
      }
      return [...told.map(whole), ...told.map((each) => JSON.stringify([each]))]
    }
    const between = [...this.mined.literals].filter((each) => /^[^\w\s'%]{1,3}$/.test(each)).slice(0, 6)
    const forms: ((tenant: string) => string)[] = [
      (each) => each,
      ...between.map((sign) => (each: string) => `${each}${sign}${canary(n)}`),
      (each) => `${each}/${canary(n)}`,
      (each) => `${canary(n)}/${each}`,
      (each) => `${each}:${canary(n)}`,
      (each) => `${each}-${canary(n)}`,
      (each) => `${canary(n)}@${each}`,
    ]
    return forms.flatMap((form) => tenants.map(form)).filter((text) => looksLike(text, sized(column)))
  }

  /** Paths that begin with one tenant and name another where a condition asks for their second or a later part. */
  private pathsOfTwo(near: readonly string[], n: number): string[] {
    const { tenants } = this.scope
    const signs = near.filter((each) => /^[^\w\s'%]$/.test(each))
    const places = near.filter((each) => /^[2-5]$/.test(each)).map(Number)
    return signs.slice(0, 2).flatMap((sign) =>
      places.slice(0, 2).flatMap((place) =>
        tenants.slice(0, 3).flatMap((first) =>
          [...tenants.slice(0, 3), ...this.people.slice(0, 3)]
            .filter((each) => each !== first)
            .map((other) => {
              const between = Array.from({ length: place - 2 }, (_, at) => canary(n + at))
              return [first, ...between, other, canary(n)].join(sign)
            }),
        ),
      ),
    )
  }

  private lists(column: Column, near: readonly string[], n: number): string[] {
    const element = column.baseType.slice(0, -2)
    const values = [
      ...(this.enums.get(element) ?? []),
      ...near.filter((text) => looksLike(text, element)).slice(0, 6),
      ...[nth(element, n)].filter((each): each is string => each !== null && !this.enums.has(element)),
    ]
    return [
      '{}',
      ...values.map((each) => `{${JSON.stringify(each)}}`),
      `{${values.map((each) => JSON.stringify(each)).join(',')}}`,
    ]
  }

  private texts(column: Column, near: readonly string[], n: number): string[] {
    const type = sized(column)
    const patterns = [
      ...near,
      ...(this.domainChecks.get(column.type) ?? []).flatMap((text) =>
        [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, inner]) => inner ?? ''),
      ),
    ]
    const lengths = patterns.filter((text) => /^\d{1,3}$/.test(text)).map(Number)
    return [
      'shared-one',
      ...patterns.flatMap((text) => likeTexts(text, canary(n))),
      ...patterns.map((text) => (/[\\^$[\](){}|+*?]/.test(text) ? (regexText(text, n) ?? '') : '')),
      ...lengths.flatMap((length) => [
        String(n).padStart(length, '1').slice(-length),
        canary(n).padStart(length, 'x').slice(-length),
      ]),
      ...formats(n),
    ]
      .map((text) => fitted(text, type))
      .filter((text) => text !== '')
  }
}

/** Roles that the principals' roles are members of, where a condition asks about a role that a row names. */
function rolesAsked({ snapshot, setup }: Scope): string[] {
  const asks = snapshot.relations.some(({ policies }) =>
    policies.some(({ using, check }) => /\bpg_has_role\(/.test(`${using} ${check}`)),
  )
  const own = new Set(setup.principals.map(({ role }) => role))
  return asks ? snapshot.memberships.filter(({ member }) => own.has(member)).map(({ role }) => role) : []
}

/** A day in any order of its parts. */
const isDay = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/

/** An hour and a day from now, for what may last only so long. */
const soon = () => [3_600_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString())

/** So many bytes that tell `n`. */
const hex = (n: number, bytes: number) =>
  n
    .toString(16)
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2)

/** The type with its modifier, a domain being its base. */
export const sized = (column: Column) =>
  column.type.startsWith(column.baseType) ? column.type : column.baseType

/** Texts that the principals' sessions hold, deep inside their claims too. */
export function sessionValues(setup: Setup): string[] {
  const found = new Set<string>()
  const walk = (value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') found.add(String(value))
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) walk(inner)
  }
  for (const { settings, claims, login } of setup.principals) {
    for (const text of Object.values(settings)) {
      found.add(text)
      try {
        walk(JSON.parse(text))
      } catch {
        for (const part of text.split(',')) found.add(part.trim())
      }
    }
    walk(claims)
    if (login !== null) found.add(login)
  }
  return [...found].filter((each) => each !== '')
}

/**
 * Columns that hold a tenant: declared, tied to one by a foreign key, or named alike in a table that is not declared.
 */
function tenantLike({ snapshot, setup, tables }: Scope): Set<string> {
  const found = new Set(setup.tenants.map(({ relation, column }) => `${relation} ${column}`))
  const declared = new Set([...setup.tenants, ...setup.tenantVia].map(({ relation }) => relation))
  for (const table of tables.values())
    if (table.tenancy?.kind === 'column') found.add(`${table.relation.id} ${table.tenancy.column}`)
  if (setup.membership) found.add(`${setup.membership.relation} ${setup.membership.tenant}`)
  const spread = () => {
    for (const relation of snapshot.relations)
      for (const { kind, columns, references } of relation.constraints) {
        if (kind !== 'foreign' || !references) continue
        columns.forEach((column, at) => {
          const here = `${relation.id} ${column}`
          const there = `${references.relation} ${references.columns[at] ?? ''}`
          if (references.relation === relation.id && here !== there) return // who is above is another
          if (found.has(here)) found.add(there)
          else if (found.has(there)) found.add(here)
        })
      }
  }
  spread()
  const kinds = new Set(
    snapshot.relations.flatMap((relation) =>
      relation.columns
        .filter(({ name }) => found.has(`${relation.id} ${name}`) && name !== 'id')
        .map(({ name, baseType }) => `${name} ${baseType}`),
    ),
  )
  for (const relation of snapshot.relations)
    if (!declared.has(relation.id))
      for (const { name, baseType } of relation.columns)
        if (kinds.has(`${name} ${baseType}`)) found.add(`${relation.id} ${name}`)
  for (let size = -1; size !== found.size;) {
    size = found.size
    spread()
  }
  return found
}
