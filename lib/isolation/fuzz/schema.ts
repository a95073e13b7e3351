import type { Config } from '@/lib/config/schema'
import { beside } from './beside'
import type { Names } from './condition'
import type { Dice } from './dice'
import { reader } from './readers'
import { functions } from './routines'
import { rows, support } from './support'
import { table, type Table } from './table'
import { teller } from './tellers'
import { views } from './views'
import { writer } from './writers'

/** A random database: what makes it, what is asked about it, and which tables have which columns. */
export interface Fuzzed {
  readonly sql: string
  readonly isolation: NonNullable<Config['isolation']>
  readonly tables: readonly Table[]
  /** The table that each relation and function asked about reads or writes. */
  readonly behind: ReadonlyMap<string, Table>
  /** Functions whose result names no tenant and is asked for all the same. */
  readonly tellers: ReadonlySet<string>
  /** Tables whose statements may change the rows of a table, by its name. */
  readonly causes: ReadonlyMap<string, readonly string[]>
  /** Statements that come when the rows are there. */
  readonly late: readonly string[]
}

type Block = NonNullable<Config['isolation']>

const roles = `do $$ declare r text; begin foreach r in array array['f_owner', 'f_app', 'f_other', 'f_staff', 'f_clerk'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; begin grant f_staff to f_app; exception when others then null; end; begin grant f_app to f_clerk; exception when others then null; end; end $$`

/** Tables of all kinds, views and functions over them, members who may join, sessions that say who they are in many ways. */
export function fuzzed(dice: Dice, count: number, version: number): Fuzzed {
  const out: string[] = [
    roles,
    'create schema f authorization f_owner',
    'grant usage on schema f to f_app, f_other, f_staff',
    'set role f_owner',
    ...types(dice),
  ]
  // Where there are any, the prover waits with nothing.
  const own = dice.chance(0.4)
  if (own) out.push(...casts(dice))
  const same = dice.pick(['a = b', 'a = b', 'a is not distinct from b', 'a = b or b is null', 'true'])
  out.push(
    `create function f.same(a text, b text) returns boolean language sql immutable as $$ select ${same} $$`,
    ...(own ? ['create operator f.=== (function = f.same, leftarg = text, rightarg = text)'] : []),
  )
  const members = support(dice, out)
  const helpers = { ...functions(dice, members, own, out), members, own }
  const late: string[] = []
  const tables: Table[] = []
  for (let at = 1; at <= count; at++)
    tables.push(...table(dice, `f.t${at}`, tables, helpers, version, out, late))
  const owning = tables.filter((each) => each.columns.includes('tenant'))
  const behind = new Map(tables.map((each) => [each.name, each]))
  const columns: { relation: string; column: string | null }[] = owning.map((each) => ({
    relation: each.name,
    column: 'tenant',
  }))
  const also = (relation: string, of: Table, column: string | null = 'tenant') => {
    behind.set(relation, of)
    columns.push({ relation, column })
  }
  const tellers = new Set<string>()
  owning.forEach((each, at) => {
    const names: Names = { ...plain, tenant: each.cast === '' ? 'tenant' : 'tenant::text', ...helpers }
    let returns: string | null = null
    if (dice.chance(0.25)) {
      const id = reader(dice, each, at, names, out)
      returns = id.replace(/\(.*$/, '')
      also(id, each)
    }
    const making = { dice, table: each, name: `f.v${at + 1}`, names, version, out, late, reader: returns }
    if (dice.chance(0.4)) for (const name of views(making)) also(name, each)
    if (dice.chance(0.15)) {
      const id = teller(dice, each, at, names, out)
      tellers.add(id)
      also(id, each, null)
    }
    if (dice.chance(0.25)) {
      const { id, column } = writer(dice, each, at, names, version, out)
      also(id, each, column)
    }
  })
  const others = beside(dice, tables, out)
  if (dice.chance(0.12)) out.push(setter(dice))
  out.push('reset role', rows(dice))
  return {
    sql: `${out.join(';\n')};\n`,
    tables,
    behind,
    tellers,
    causes: others.causes,
    late: [...late, ...others.late],
    isolation: {
      threat: 'dml',
      nullTenant: dice.chance(0.2) ? 'shared' : 'foreign',
      tenants: columns,
      tenantVia: tables.flatMap(({ name, parent, columns: own }) =>
        parent === null || own.includes('tenant')
          ? []
          : [{ relation: name, column: 'parent', parent, parentColumn: 'id' }],
      ),
      principals: principals(dice),
      untrusted: dice.chance(0.5) ? ['claims.user_metadata'] : [],
    },
  }
}

const plain = {
  tenant: 'tenant',
  kind: 'kind',
  flag: 'flag',
  owner: 'owner',
  label: null,
  tables: true,
  others: [],
}

function types(dice: Dice): readonly string[] {
  return [
    'create domain f.short as varchar(1)',
    `create domain f.place as text${dice.chance(0.3) ? ` check (value <> 'c')` : ''}`,
    `create domain f.known as text check (value in ('a', 'b', 'x'))`,
    // Not in the order of their letters.
    `create type f.clinic as enum ('c', 'a', 'b')`,
    'create type f.key as (v text)',
    'create type f.wrapped as (v text)',
  ]
}

/** From a text to what holds it, and from a clinic to its number. */
function casts(dice: Dice): readonly string[] {
  const wrap = dice.pick(['p', 'p', 'lower(p)', `coalesce(p, 'a')`, `case p when 'c' then 'a' else p end`])
  const rank = dice.pick(['1', '2', '2'])
  return [
    `create function f.wrap(p text) returns f.wrapped language sql immutable as $$ select row(${wrap})::f.wrapped $$`,
    'create cast (text as f.wrapped) with function f.wrap(text)',
    `create function f.rank(p f.clinic) returns int language sql immutable as $$ select case p when 'a' then 1 when 'b' then ${rank} else 3 end $$`,
    'create cast (f.clinic as int) with function f.rank(f.clinic)',
  ]
}

/** A function by which a session says who it is. */
function setter(dice: Dice): string {
  const member = `exists (select 1 from f.members m where m.tenant = p and m.usr = nullif(current_setting('f.usr', true), '')::int)`
  const test = dice.pick(['true', member, member, `p <> 'b'`])
  const body = `begin if ${test} then perform set_config('f.tenant', p, false); end if; end`
  const sql = `create function f.enter(p text) returns void language plpgsql as $$ ${body} $$`
  return dice.named('setting by a call', sql, '')
}

function principals(dice: Dice): NonNullable<Block['principals']> {
  const one = (name: string, tenant: string | null, usr: number, role: string) => ({
    name,
    tenants: tenant === null ? [] : [tenant],
    login: null,
    role,
    settings: {
      'f.usr': String(usr),
      ...(tenant === null
        ? {}
        : {
            'f.tenant': tenant,
            'f.list': `${tenant},z`,
            'f.path': `${tenant}/home`,
            'f.token': `{"t": "${tenant}"}`,
            'f.tags': `["${tenant}"]`,
          }),
    },
    claims:
      tenant === null
        ? dice.pick([null, { sub: String(usr) }])
        : { sub: String(usr), tenant, user_metadata: { tenant } },
  })
  return [
    ...(dice.chance(0.6) ? [one('N', null, 3, 'f_app')] : []),
    one('A', 'a', 1, 'f_app'),
    one('B', 'b', 2, dice.pick(['f_app', 'f_clerk'])),
  ]
}
