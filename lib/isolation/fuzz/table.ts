import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'

/** A table of a random database: what a statement may give it, and whose its rows are. */
export interface Table {
  readonly name: string
  /** Columns that take values, `id` aside. Without `tenant` a row belongs to whom its parent belongs. */
  readonly columns: readonly string[]
  /** The table that its `parent` names a row of. */
  readonly parent: string | null
  /** The table whose partition or heir it is. */
  readonly partOf: string | null
  /** What makes a text one of its tenants: `::f.clinic`, or nothing. */
  readonly cast: string
  /** A key holds together rows of one tenant. */
  readonly within: boolean
  /** Its conditions may look at rows of other tables of tenants; nobody looks at its rows. */
  readonly asks: boolean
}

/** What a condition may use of every table. */
export type Helpers = Pick<Names, 'helpers' | 'arrays' | 'members' | 'own'>

const nullable = (dice: Dice) => (dice.chance(0.5) ? ' not null' : '')

/**
 * A table with random policies, grants, constraints and triggers, some of them children of an earlier one, some in parts
 * that can be reached by their own names.
 */
export function table(
  dice: Dice,
  name: string,
  earlier: readonly Table[],
  helpers: Helpers,
  version: number,
  out: string[],
  late: string[],
): readonly Table[] {
  const parent = dice.chance(0.3)
    ? (earlier.find((each) => isParent(each, earlier) && dice.chance(0.5)) ?? null)
    : null
  const via = parent !== null && dice.chance(0.4)
  const parts = parent === null ? dice.pick(['', '', '', '', '', 'partitions', 'heir'] as const) : ''
  const type = via ? '' : dice.pick(['text', 'text', 'text', 'varchar(9)', 'f.place', 'f.clinic'])
  const cast = type === 'f.clinic' ? '::f.clinic' : ''
  const labelled = !via && cast === '' && dice.chance(0.2)
  const key = parent === null ? null : keyOf(dice, parent, via, version)
  const made: Table = {
    name,
    columns: [...(via ? [] : ['tenant']), 'kind', 'flag', 'owner', ...(parent ? ['parent'] : [])],
    parent: parent?.name ?? null,
    partOf: null,
    cast,
    within: key?.holds === true && key.within,
    asks: dice.chance(0.3),
  }
  const fallback = dice.pick(['', '', ` default 'a'`, ` default current_setting('f.tenant', true)${cast}`])
  const columns = [
    parts === 'partitions' ? 'id int' : 'id int primary key',
    ...(via ? [] : [`tenant ${type}${nullable(dice)}${fallback}`]),
    `kind text, flag boolean${nullable(dice)}, owner int`,
    ...(labelled ? [`label text generated always as (coalesce(tenant, '') || '/' || kind) stored`] : []),
    ...(parent ? ['parent int'] : []),
  ]
  out.push(
    `create table ${name} (${columns.join(', ')})${parts === 'partitions' ? ' partition by list (tenant)' : ''}`,
  )
  if (parent && key) reference(dice, made, parent, key, out, late)
  if (!via && dice.chance(0.25)) {
    const test = dice.pick([
      `kind = tenant`,
      `tenant in ('a', 'b')`,
      `flag or tenant = 'a'`,
      `split_part(kind, '/', 1) = tenant`,
    ])
    const add = `alter table ${name} add check (${test})`
    // Rows that were there before it need not keep it.
    if (dice.chance(0.4))
      late.push(
        dice.named(
          'NOT VALID check',
          `${add} not ${version >= 18 && dice.chance(0.4) ? 'enforced' : 'valid'}`,
          '',
        ),
      )
    else out.push(add)
  }
  const names: Names = {
    tenant: via
      ? `(select up.tenant::text from ${parent.name} up where up.id = parent)`
      : `tenant${cast && '::text'}`,
    kind: 'kind',
    flag: 'flag',
    owner: 'owner',
    label: labelled ? 'label' : null,
    ...helpers,
    tables: true,
    others: made.asks
      ? earlier
          .filter(({ columns, partOf, asks }) => columns.includes('tenant') && partOf === null && !asks)
          .map((each) => ({ name: each.name, tenant: 'tenant::text' }))
      : [],
  }
  const pieces = parts === '' ? [] : split(dice, made, parts, out)
  for (const each of [made, ...pieces]) guarded(dice, each, names, out)
  if (!via) triggers(dice, made, pieces, out)
  return [made, ...pieces]
}

/** Keys of a table in parts hold for each part alone. */
const isParent = (table: Table, all: readonly Table[]) =>
  table.columns.includes('tenant') &&
  table.partOf === null &&
  all.every(({ partOf }) => partOf !== table.name)

interface Key {
  readonly within: boolean
  readonly actions: string
  /** `later`: older rows need not keep it; `never`: it is not enforced; `off`: its triggers are switched off. */
  readonly how: 'valid' | 'later' | 'never' | 'off'
  /** Rows that are there keep it. */
  readonly holds: boolean
}

function keyOf(dice: Dice, parent: Table, via: boolean, version: number): Key {
  const actions = dice.pick(['', ' on delete cascade', ' on delete set null', ' on update cascade'])
  const within = !via && dice.chance(0.5)
  const how = dice.chance(0.3)
    ? dice.pick(['later', 'off', version >= 18 ? 'never' : 'later'] as const)
    : 'valid'
  const all = dice.chance(0.2) ? ' on delete cascade on update cascade' : actions
  return { within: within && parent.columns.includes('tenant'), actions: all, how, holds: how === 'valid' }
}

function reference(dice: Dice, child: Table, parent: Table, key: Key, out: string[], late: string[]): void {
  const { within, actions, how } = key
  if (within) out.push(`alter table ${parent.name} add unique (tenant, id)`)
  const add = `alter table ${child.name} add foreign key (${within ? 'tenant, parent' : 'parent'}) references ${parent.name} ${within ? '(tenant, id)' : ''}${actions}`
  const named = (construct: string, sql: string) => late.push(dice.named(construct, sql, ''))
  if (how === 'valid' || how === 'off') out.push(add)
  if (how === 'off') named('key switched off', `alter table ${child.name} disable trigger all`)
  if (how === 'later') named('NOT VALID key', `${add} not valid`)
  if (how === 'never') named('key not enforced', `${add} not enforced`)
}

function split(dice: Dice, whole: Table, how: 'partitions' | 'heir', out: string[]): readonly Table[] {
  const piece = (suffix: string): Table => ({ ...whole, name: whole.name + suffix, partOf: whole.name })
  const named = piece('_p')
  if (how === 'heir') {
    out.push(`create table ${named.name} () inherits (${whole.name})`)
    return [named]
  }
  const other = piece('_q')
  out.push(
    `create table ${named.name} partition of ${whole.name} for values in (${dice.pick([`'a'`, `'b'`, `'a', 'c'`])})`,
    `create table ${other.name} partition of ${whole.name} default`,
  )
  return [named, other]
}

/** Row security, policies and grants. */
function guarded(dice: Dice, { name, partOf }: Table, names: Names, out: string[]): void {
  if (dice.chance(0.9)) out.push(`alter table ${name} enable row level security`)
  if (dice.chance(0.25)) out.push(`alter table ${name} force row level security`)
  // Half of them as somebody would write them, with or without a slip; the others anything at all.
  const sensible = dice.chance(0.5)
  const own = () =>
    `(${names.tenant} = ${sessionTenant(dice)}${dice.chance(0.3) ? ` ${dice.pick(['and', 'or'])} ${condition(dice, names, 1)}` : ''})`
  const test = (depth: number) => (sensible ? own() : condition(dice, names, depth))
  const policies = 1 + dice.below(sensible ? 2 : 4)
  for (let at = 0; at < policies; at++) {
    const command = dice.pick(['all', 'all', 'select', 'insert', 'update', 'delete'])
    const using = command === 'insert' ? '' : ` using (${test(3)})`
    const needsCheck = command === 'insert' || (['all', 'update'].includes(command) && dice.chance(0.35))
    const check = needsCheck ? ` with check (${test(2)})` : ''
    const kind = dice.chance(0.25) ? 'restrictive' : 'permissive'
    const role = dice.pick(['public', 'public', 'f_app', 'f_app', 'f_staff', 'f_other'])
    out.push(`create policy p${at} on ${name} as ${kind} for ${command} to ${role}${using}${check}`)
  }
  const grants = dice.some(
    [
      'select',
      'insert',
      'delete',
      dice.pick(['update', 'update', 'update (kind, flag)', 'update (kind)']),
      ...(dice.chance(0.2) ? ['insert (id, kind)'] : []),
      ...(dice.chance(0.04) ? ['truncate'] : []),
    ],
    0.85,
  )
  const often = partOf === null ? 1 : 0.6
  if (grants.length > 0 && dice.chance(often))
    out.push(`grant ${grants.join(', ')} on ${name} to ${dice.pick(['f_app', 'f_app', 'f_staff'])}`)
}

/** One or two on the table, in the order of their names, and some on a partition or heir alone or switched off there. */
function triggers(dice: Dice, table: Table, pieces: readonly Table[], out: string[]): void {
  const own = dice.some(['tr', 'us'], 0.15)
  for (const each of own) trigger(dice, table, each, out)
  for (const piece of pieces) {
    if (dice.chance(0.2)) trigger(dice, piece, 'up', out)
    if (piece.name.endsWith('_q') && own.length > 0 && dice.chance(0.2))
      out.push(`alter table ${piece.name} disable trigger ${dice.pick(own)}`)
  }
}

function trigger(dice: Dice, { name, cast }: Table, called: string, out: string[]): void {
  const short = `${called}_${name.slice(2)}`
  const session = sessionTenant(dice)
  const body = dice.pick([
    `begin new.tenant := ${session}${cast}; return new; end`,
    `begin if new.tenant is null then new.tenant := ${session}${cast}; end if; return new; end`,
    `begin if new.tenant::text <> ${session} then raise exception 'no'; end if; return new; end`,
    `begin if new.tenant::text is distinct from ${session} then return null; end if; return new; end`,
    `begin if tg_op = 'UPDATE' and new.tenant is distinct from old.tenant then raise exception 'no'; end if; return new; end`,
    `begin new.kind := new.tenant; return new; end`,
    `begin new.tenant := coalesce(new.kind, new.tenant::text)${cast}; return new; end`,
  ])
  out.push(`create function f.${short}() returns trigger language plpgsql as $$ ${body} $$`)
  const events = dice.pick(['insert', 'insert or update', 'update', 'update of tenant'])
  out.push(`create trigger ${called} before ${events} on ${name} for each row execute function f.${short}()`)
  if (dice.chance(0.15))
    out.push(`alter table ${name} enable ${dice.pick(['always', 'replica'])} trigger ${called}`)
}
