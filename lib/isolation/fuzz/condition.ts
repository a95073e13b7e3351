import type { Dice } from './dice'
import { furtherAtoms, furtherSubQueries } from './atoms'

/** Names that a condition may use, as SQL. */
export interface Names {
  readonly tenant: string
  readonly kind: string
  readonly flag: string
  readonly owner: string
  /** A generated text of tenant and kind, where there is one. */
  readonly label: string | null
  /** Helper functions that take a tenant, as `f.h1`. */
  readonly helpers: readonly string[]
  /** Functions without arguments that return an array of tenants. */
  readonly arrays: readonly string[]
  readonly tables: boolean
  /** Tables and views that say who belongs where. */
  readonly members: readonly string[]
  /** There are operators and casts of the database's own. */
  readonly own: boolean
  /** Tables of tenants with `id`, `kind`, `owner`, each with its tenant as text. */
  readonly others: readonly { readonly name: string; readonly tenant: string }[]
}

export const tenants = [`'a'`, `'b'`, `'c'`]
const kinds = [`'x'`, `'y'`, 'null::text']

/** A spelling of the session's tenant. */
export const sessionTenant = (dice: Dice): string =>
  dice.pick([
    `current_setting('f.tenant', true)`,
    `nullif(current_setting('f.tenant', true), '')`,
    `coalesce(current_setting('f.tenant', true), '')`,
    `(select current_setting('f.tenant', true))`,
    `coalesce(nullif(current_setting('f.tenant', true), ''), 'a')`,
    `lower(current_setting('f.tenant', true))`,
    `(current_setting('f.token', true)::jsonb ->> 't')`,
    `split_part(current_setting('f.path', true), '/', 1)`,
    `(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'tenant')`,
    `(nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'user_metadata' ->> 'tenant')`,
  ])

export const sessionUser = (dice: Dice): string =>
  dice.pick([
    `nullif(current_setting('f.usr', true), '')::int`,
    `nullif(current_setting('f.usr', true), '')::int`,
    `coalesce(nullif(current_setting('f.usr', true), '')::int, 1)`,
  ])

/** A random Boolean expression over a row and the session. */
export function condition(dice: Dice, names: Names, depth: number): string {
  if (depth <= 0 || dice.chance(0.25)) return atom(dice, names)
  const inner = () => condition(dice, names, depth - 1)
  switch (dice.below(12)) {
    case 0:
    case 1:
    case 2:
      return `(${inner()} and ${inner()})`
    case 3:
    case 4:
      return `(${inner()} or ${inner()})`
    case 5:
      return `(not ${inner()})`
    case 6:
      return `coalesce(${inner()}, ${dice.pick(['true', 'false', names.flag])})`
    case 7:
      return `(case when ${inner()} then ${inner()} else ${dice.pick(['true', 'false', 'null', inner()])} end)`
    case 8:
      return `((${inner()}) is ${dice.pick(['true', 'not true', 'false', 'not false', 'null', 'not null'])})`
    case 9:
      return `((${inner()}) = (${inner()}))`
    case 10:
      return `(select ${inner()})`
    default:
      return `(${inner()} and ${atom(dice, names)})`
  }
}

function atom(dice: Dice, names: Names): string {
  const session = () => sessionTenant(dice)
  const { tenant, kind, flag, owner, label } = names
  const simple: (() => string)[] = [
    () => `(${tenant} = ${session()})`,
    () => `(${tenant} = ${session()})`,
    () => `(${tenant} = ${session()})`,
    () => `(${tenant} ${dice.pick(['<>', '>=', '<'])} ${session()})`,
    () => `(${tenant} is not distinct from ${session()})`,
    () => `(${tenant} = any (string_to_array(current_setting('f.list', true), ',')))`,
    () => `(${tenant} in (${dice.some(tenants, 0.5).concat(session()).join(', ')}))`,
    () => `(${tenant} not in (${dice.pick(tenants)}, ${dice.pick([session(), kind, 'null'])}))`,
    () => `(${tenant} like ${dice.pick([session(), `'a%'`])} || ${dice.pick([`'%'`, `''`])})`,
    () => `(${session()} like ${tenant} || '%')`,
    () => `(current_setting('f.tags', true)::jsonb ? ${tenant})`,
    () => `(nullif(${tenant}, ${dice.pick(tenants)}) is null)`,
    () => `(${tenant}::char(2) = ${session()}::char(2))`,
    () => held(dice, dice.pick([tenant, tenant, kind])),
    () => `(coalesce(${tenant}, ${kind}, 'a') = ${session()})`,
    () => `${flag}`,
    () => `(${kind} = ${dice.pick(kinds)})`,
    () => `(${kind} is ${dice.pick(['null', 'not null'])})`,
    () => `(${tenant} is ${dice.pick(['null', 'not null'])})`,
    () => `(${owner} = ${sessionUser(dice)})`,
    () => `(${owner} between 1 and ${dice.pick(['1', '2', sessionUser(dice)])})`,
    () => `(current_user = ${dice.pick([`'f_app'`, `'f_other'`])})`,
    () => `(${session()} is ${dice.pick(['null', 'not null'])})`,
    () => `(coalesce(${owner}, 1.5) / 2 ${dice.pick(['> 0', '= 0', 'is null'])})`,
    () => `(${tenant}::f.short = ${session()}::f.short)`,
    () =>
      `(${tenant} = ${dice.pick(['any', 'all'])} (string_to_array(${dice.pick([kind, session()])}, ',')))`,
    () => `((string_to_array(${kind}, ',') || ${dice.pick([tenant, 'null::text'])}) is not null)`,
    () => `(greatest(${tenant}, ${session()}) = ${dice.pick([tenant, session()])})`,
    () => `(${tenant} || '/' || ${kind} = ${session()} || '/x')`,
    () => dice.pick(['true', 'false', 'null::boolean']),
  ]
  if (names.own)
    simple.push(
      () => `(${tenant} operator(f.===) ${session()})`,
      () => `(${session()} operator(f.===) ${dice.pick([tenant, kind])})`,
    )
  if (label !== null) {
    simple.push(
      () => `(${label} = ${session()} || '/x')`,
      () => `(${label} like ${session()} || '/%')`,
    )
  }
  if (names.helpers.length > 0) {
    simple.push(() => `${dice.pick(names.helpers)}(${dice.pick([tenant, tenant, session(), kind])})`)
  }
  if (names.arrays.length > 0) simple.push(() => `(${tenant} = any (${dice.pick(names.arrays)}()))`)
  if (names.tables) simple.push(...subQueries(dice, names))
  const further = dice.chance(0.3) ? furtherAtoms(dice, names, session) : []
  if (further.length > 0) return drawn(dice, dice.pick(further))
  if (names.tables && dice.chance(0.15)) return drawn(dice, dice.pick(furtherSubQueries(dice, names)))
  return dice.pick(simple)()
}

const drawn = (dice: Dice, [construct, sql]: readonly [string, () => string]) =>
  dice.named(construct, sql(), 'false')

/** A document of the session that holds one of the row. */
function held(dice: Dice, value: string): string {
  const list = `current_setting('f.tags', true)::jsonb`
  return dice.pick([
    `(${list} @> to_jsonb(${value}))`,
    `(${list} @> jsonb_build_array(${value}))`,
    `(jsonb_build_array(${value}, ${dice.pick(tenants)}::text) <@ ${list})`,
    `(current_setting('f.token', true)::jsonb @> jsonb_build_object('t', ${value}))`,
    `(${list} ?| array[${value}, ${dice.pick(tenants)}::text])`,
  ])
}

function subQueries(dice: Dice, names: Names): (() => string)[] {
  const { tenant, kind } = names
  const user = () => sessionUser(dice)
  const members = () => dice.pick(names.members)
  const inside = () =>
    dice.pick([
      `m.usr = ${user()}`,
      `m.usr = ${user()} and m.active`,
      `m.usr = ${user()} or m.role = 'admin'`,
      `m.usr = ${user()} and m.role = ${kind}`,
    ])
  return [
    () => `(${tenant} in (select m.tenant from ${members()} m where ${inside()}))`,
    () => `(${tenant} in (select m.tenant from ${members()} m where ${inside()}))`,
    () => `exists (select 1 from ${members()} m where m.tenant = ${tenant} and (${inside()}))`,
    () => `exists (select 1 from ${members()} m where ${inside()})`,
    () => `(not exists (select 1 from f.blocked b where b.tenant = ${tenant}))`,
    () => `(${tenant} not in (select b.tenant from f.blocked b))`,
    () => `((select m.tenant from ${members()} m where ${inside()} order by 1 limit 1) = ${tenant})`,
    () => `((select count(*) from ${members()} m where m.tenant = ${tenant} and (${inside()})) > 0)`,
    () => `((select max(m.tenant) from ${members()} m where ${inside()}) = ${tenant})`,
    () => `(${tenant} = any (array(select m.tenant from ${members()} m where ${inside()})))`,
    () =>
      `coalesce((select m.active from ${members()} m where m.tenant = ${tenant} and ${inside()} limit 1), ${dice.pick(['true', 'false'])})`,
    () =>
      `((select bool_or(m.active) from ${members()} m where m.tenant = ${tenant}) is ${dice.pick(['true', 'not false', 'null'])})`,
    () =>
      `exists (select 1 from ${members()} m left join f.blocked b on b.tenant = m.tenant where m.tenant = ${tenant} and m.usr = ${user()} and b.tenant is null)`,
    () =>
      `exists (select 1 from (select tenant, usr from f.members union select tenant, 1 from f.blocked) u where u.tenant = ${tenant} and u.usr = ${user()})`,
    () =>
      `exists (select ${dice.pick(['m.tenant', 'max(m.tenant)'])} from ${members()} m where m.tenant = ${tenant} and (${inside()}) group by ${dice.pick(['m.tenant', 'rollup (m.tenant)', '()'])})`,
    () =>
      `exists (select 1 from ${members()} m where ${inside()} having ${dice.pick(['true', 'count(*) > 0'])})`,
    () =>
      `(not exists (select 1 from only f.${dice.pick(['blocked b where b', 'members m where m'])}.tenant = ${tenant}))`,
    () =>
      `(coalesce((select n from (select m.tenant, count(m.role) as n from ${members()} m group by m.tenant) c where c.tenant = ${tenant}), 1) = 0)`,
    () => `(${tenant} <> all (select b.tenant from f.blocked b where b.tenant is not null))`,
  ]
}
