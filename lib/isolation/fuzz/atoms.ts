import { sessionUser, tenants, type Names } from './condition'
import type { Dice } from './dice'

/** Conditions by the name of what is special about them. */
export type Drawn = readonly [construct: string, sql: () => string]

/** Conditions over a row and the session, with types and casts of the database's own. */
export function furtherAtoms(dice: Dice, names: Names, session: () => string): readonly Drawn[] {
  const { tenant, kind, owner } = names
  const either = () => dice.pick([tenant, tenant, kind])
  const clinic = (text: string) => `${text}::text::f.clinic`
  const ownCasts = (): readonly Drawn[] => [
    ['own cast', () => `(((${either()}::f.wrapped).v) = ${session()})`],
    ['own cast', () => `(${clinic(tenant)}::int = ${dice.pick(['1', owner, `${clinic(session())}::int`])})`],
  ]
  return [
    ['enum', () => `(${clinic(tenant)} = ${clinic(session())})`],
    ['enum', () => `(${clinic(tenant)} ${dice.pick(['<', '<=', '>'])} ${clinic(session())})`],
    [
      'enum',
      () =>
        `(${clinic(tenant)} = any (enum_range(${dice.pick(['null', clinic(session())])}, ${clinic(session())})))`,
    ],
    ['enum', () => `(greatest(${clinic(tenant)}, 'a') = ${clinic(session())})`],
    ...(names.own ? ownCasts() : []),
    ['domain', () => `(${either()}::f.known = ${session()})`],
    ['domain', () => `(${tenant}::f.short = any (string_to_array(${session()}, '/')::f.short[]))`],
    ['array', () => `(array[${tenant}, ${kind}] && string_to_array(current_setting('f.list', true), ','))`],
    ['array', () => `(string_to_array(current_setting('f.list', true), ',') @> array[${either()}])`],
    [
      'array',
      () =>
        `(array_position(string_to_array(${session()}, '/'), ${either()}) ${dice.pick(['is not null', '= 1'])})`,
    ],
    [
      'array',
      () =>
        `((array_remove(array[${tenant}, ${dice.pick(tenants)}::text], ${dice.pick(tenants)}))[1] = ${session()})`,
    ],
    [
      'array',
      () =>
        `((string_to_array(${session()} || ',' || ${kind}, ','))[${dice.pick(['1', '2', owner])}] = ${tenant})`,
    ],
    [
      'jsonb',
      () =>
        `(jsonb_build_object('t', ${tenant}, 'k', ${kind}) ->> ${dice.pick([`'t'`, `'k'`])} = ${session()})`,
    ],
    ['jsonb', () => `(current_setting('f.token', true)::jsonb = jsonb_build_object('t', ${either()}))`],
    [
      'jsonb',
      () => `(${tenant} in (select jsonb_array_elements_text(current_setting('f.tags', true)::jsonb)))`,
    ],
    ['jsonb', () => `(current_setting('f.tags', true)::jsonb - ${either()} = '[]')`],
    [
      'role',
      () =>
        `(pg_has_role(current_user, ${dice.pick([`'f_staff'`, `'f_other'`])}, ${dice.pick([`'member'`, `'usage'`])}))`,
    ],
    ['row', () => `((${tenant}, ${kind}) = (${session()}, ${dice.pick([kind, `'x'`])}))`],
    ['row', () => `((${tenant}, ${owner}) ${dice.pick(['<', '>='])} (${session()}, 2))`],
  ]
}

/** Conditions that look at other tables. */
export function furtherSubQueries(dice: Dice, names: Names): readonly Drawn[] {
  const { tenant, kind, owner } = names
  const user = () => sessionUser(dice)
  const members = () => dice.pick(names.members)
  const team = () => `from f.teams g where g.usr = ${user()}`
  const found: Drawn[] = [
    ['list of tenants', () => `exists (select 1 ${team()} and ${tenant} = any (g.places))`],
    ['list of tenants', () => `(${tenant} in (select unnest(g.places) ${team()}))`],
    ['list of tenants', () => `(${tenant} = any (coalesce((select g.places ${team()} limit 1), '{}')))`],
    ['list of tenants', () => `exists (select 1 ${team()} and g.places @> array[${tenant}])`],
    ['list of tenants', () => `exists (select 1 ${team()} and g.places && array[${tenant}, ${kind}])`],
    ['document of tenants', () => `exists (select 1 ${team()} and g.doc ? ${tenant})`],
    ['document of tenants', () => `exists (select 1 ${team()} and g.doc @> to_jsonb(${tenant}))`],
    ['document of tenants', () => `exists (select 1 ${team()} and g.doc ->> 0 = ${tenant})`],
    ['document of tenants', () => `(${tenant} in (select jsonb_array_elements_text(g.doc) ${team()}))`],
    [
      'anti-join',
      () => `(not exists (select 1 from ${members()} m where m.tenant = ${tenant} and m.usr <> ${user()}))`,
    ],
    [
      'anti-join',
      () =>
        `(${tenant} not in (select m.tenant from ${members()} m where m.tenant is not null and m.usr is distinct from ${user()}))`,
    ],
    [
      'first of each',
      () =>
        `exists (select 1 from (select distinct on (m.usr) m.usr, m.tenant from ${members()} m order by m.usr, ${dice.pick(['m.tenant', 'm.role', 'm.tenant desc'])}) d where d.tenant = ${tenant} and d.usr = ${user()})`,
    ],
    [
      'window',
      () =>
        `exists (select 1 from (select m.*, row_number() over (partition by m.usr order by m.tenant) as n from ${members()} m) d where d.n = 1 and d.tenant = ${tenant} and d.usr = ${user()})`,
    ],
    [
      'lateral',
      () =>
        `exists (select 1 from ${members()} m cross join lateral (select b.tenant from f.blocked b where b.tenant = m.tenant) x where m.tenant = ${tenant} and m.usr = ${user()})`,
    ],
    [
      'with',
      () =>
        `(with mine as (select m.tenant from ${members()} m where m.usr = ${user()}) select ${tenant} in (select tenant from mine))`,
    ],
  ]
  const [other] = names.others.length > 0 ? [dice.pick(names.others)] : []
  if (!other) return found
  const theirs = `(o.${other.tenant})`
  return [
    ...found,
    [
      'rows of tenants',
      () => `exists (select 1 from ${other.name} o where ${theirs} = ${tenant} and o.owner = ${user()})`,
    ],
    [
      'rows of tenants',
      () =>
        `(${owner} in (select o.owner from ${other.name} o where ${theirs} = ${tenant} and o.kind = ${kind}))`,
    ],
    [
      'rows of tenants',
      () => `((select o.kind from ${other.name} o where o.id = ${user()} limit 1) = ${kind})`,
    ],
  ]
}
