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
}

/** What a condition may use of every table. */
export type Helpers = Pick<Names, 'helpers' | 'arrays'>

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
  out: string[],
): readonly Table[] {
  const parent = dice.chance(0.3)
    ? (earlier.find((each) => isParent(each, earlier) && dice.chance(0.5)) ?? null)
    : null
  const via = parent !== null && dice.chance(0.4)
  const parts = parent === null ? dice.pick(['', '', '', '', '', 'partitions', 'heir'] as const) : ''
  const labelled = !via && dice.chance(0.2)
  const made: Table = {
    name,
    columns: [...(via ? [] : ['tenant']), 'kind', 'flag', 'owner', ...(parent ? ['parent'] : [])],
    parent: parent?.name ?? null,
    partOf: null,
  }
  const fallback = dice.pick(['', '', ` default 'a'`, ` default current_setting('f.tenant', true)`])
  const columns = [
    parts === 'partitions' ? 'id int' : 'id int primary key',
    ...(via
      ? []
      : [
          `tenant ${dice.pick(['text', 'text', 'text', 'varchar(9)', 'f.place'])}${nullable(dice)}${fallback}`,
        ]),
    `kind text, flag boolean${nullable(dice)}, owner int`,
    ...(labelled ? [`label text generated always as (coalesce(tenant, '') || '/' || kind) stored`] : []),
    ...(parent ? ['parent int'] : []),
  ]
  out.push(
    `create table ${name} (${columns.join(', ')})${parts === 'partitions' ? ' partition by list (tenant)' : ''}`,
  )
  if (parent) reference(dice, made, parent, out)
  if (!via && dice.chance(0.2))
    out.push(
      `alter table ${name} add check (${dice.pick([`kind = tenant`, `tenant in ('a', 'b')`, `flag or tenant = 'a'`, `split_part(kind, '/', 1) = tenant`])})${dice.chance(0.3) ? ' not valid' : ''}`,
    )
  const names: Names = {
    tenant: via ? `(select up.tenant from ${parent.name} up where up.id = parent)` : 'tenant',
    kind: 'kind',
    flag: 'flag',
    owner: 'owner',
    label: labelled ? 'label' : null,
    ...helpers,
    tables: true,
  }
  const pieces = parts === '' ? [] : split(dice, made, parts, out)
  for (const each of [made, ...pieces]) guarded(dice, each, names, out)
  if (!via) triggers(dice, name, pieces, out)
  return [made, ...pieces]
}

/** Keys of a table in parts hold for each part alone. */
const isParent = (table: Table, all: readonly Table[]) =>
  table.columns.includes('tenant') &&
  table.partOf === null &&
  all.every(({ partOf }) => partOf !== table.name)

function reference(dice: Dice, child: Table, parent: Table, out: string[]): void {
  const actions = dice.pick(['', ' on delete cascade', ' on delete set null', ' on update cascade'])
  const also = dice.chance(0.2) ? ' on delete cascade on update cascade' : actions
  if (child.columns.includes('tenant') && dice.chance(0.4)) {
    out.push(`alter table ${parent.name} add unique (tenant, id)`)
    out.push(
      `alter table ${child.name} add foreign key (tenant, parent) references ${parent.name} (tenant, id)${also}`,
    )
  } else out.push(`alter table ${child.name} add foreign key (parent) references ${parent.name}${also}`)
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
function triggers(dice: Dice, name: string, pieces: readonly Table[], out: string[]): void {
  const own = dice.some(['tr', 'us'], 0.15)
  for (const each of own) trigger(dice, name, each, out)
  for (const piece of pieces) {
    if (dice.chance(0.2)) trigger(dice, piece.name, 'up', out)
    if (piece.name.endsWith('_q') && own.length > 0 && dice.chance(0.2))
      out.push(`alter table ${piece.name} disable trigger ${dice.pick(own)}`)
  }
}

function trigger(dice: Dice, name: string, called: string, out: string[]): void {
  const short = `${called}_${name.slice(2)}`
  const session = sessionTenant(dice)
  const body = dice.pick([
    `begin new.tenant := ${session}; return new; end`,
    `begin if new.tenant is null then new.tenant := ${session}; end if; return new; end`,
    `begin if new.tenant <> ${session} then raise exception 'no'; end if; return new; end`,
    `begin if new.tenant is distinct from ${session} then return null; end if; return new; end`,
    `begin if tg_op = 'UPDATE' and new.tenant is distinct from old.tenant then raise exception 'no'; end if; return new; end`,
    `begin new.kind := new.tenant; return new; end`,
    `begin new.tenant := coalesce(new.kind, new.tenant); return new; end`,
  ])
  out.push(`create function f.${short}() returns trigger language plpgsql as $$ ${body} $$`)
  const events = dice.pick(['insert', 'insert or update', 'update', 'update of tenant'])
  out.push(`create trigger ${called} before ${events} on ${name} for each row execute function f.${short}()`)
  if (dice.chance(0.15))
    out.push(`alter table ${name} enable ${dice.pick(['always', 'replica'])} trigger ${called}`)
}
