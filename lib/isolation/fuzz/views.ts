import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'
import type { Table } from './table'

interface Making {
  readonly dice: Dice
  readonly table: Table
  /** What a view is called that stands first, as `f.v1`. */
  readonly name: string
  readonly names: Names
  readonly version: number
  readonly out: string[]
  readonly late: string[]
  /** A function that returns rows of the table, where there is one. */
  readonly reader: string | null
}

const columns = 'id, tenant, kind, flag, owner'

/** A view of a table, sometimes one on top of it, or one of another kind; their names. */
export function views(making: Making): readonly string[] {
  const { dice, name, table, names, out } = making
  if (dice.chance(0.15)) {
    const all = `select ${columns} from ${table.name}`
    const word = dice.pick(['except', 'except', 'intersect', 'except all', 'union', 'union all'])
    out.push(
      `create view ${name} as ${all} where ${condition(dice, names, 1)} ${word} ${all} where ${condition(dice, names, 1)}`,
      `grant select on ${name} to f_app`,
    )
    return [name]
  }
  if (dice.chance(0.35)) return special(making)
  if (dice.chance(0.15)) return instead(making)
  view(making, name, table.name)
  if (!dice.chance(0.3)) return [name]
  const above = name.replace('f.v', 'f.w')
  view(making, above, name)
  return [name, above]
}

function options({ dice, version }: Making, check: boolean): string {
  const some = dice.some(
    [
      'security_barrier = true',
      ...(version >= 15 ? ['security_invoker = true'] : []),
      ...(check ? [`check_option = ${dice.pick(['local', 'cascaded'])}`] : []),
    ],
    0.4,
  )
  return some.length > 0 ? ` with (${some.join(', ')})` : ''
}

function view(making: Making, name: string, of: string): void {
  const { dice, names, out } = making
  out.push(
    `create view ${name}${options(making, true)} as select ${columns} from ${of} where ${condition(dice, names, 2)}`,
    `grant ${dice.pick(['select', 'select, insert, update, delete'])} on ${name} to f_app`,
  )
}

/** Views that rows do not go through one by one. */
function special(making: Making): readonly string[] {
  const { dice, table, name, names, out, late, reader } = making
  const test = condition(dice, names, 1)
  const of = table.name
  const session = sessionTenant(dice)
  const own = dice.pick([test, `${names.tenant} = ${session}`, `(${names.tenant} = ${session}) and ${test}`])
  const order = dice.pick(['kind', 'owner', 'tenant'])
  const kinds: (readonly [construct: string, sql: string])[] = [
    ['DISTINCT ON', `select distinct on (${order}) ${columns} from ${of} where ${own} order by ${order}, id`],
    [
      'DISTINCT ON',
      `select ${columns} from (select distinct on (${order}) * from ${of} order by ${order}, id) w where ${own}`,
    ],
    [
      'window in a view',
      `select ${columns} from (select *, row_number() over (partition by ${order} order by id) as n from ${of}) w where n = 1 and ${own}`,
    ],
    [
      'window in a view',
      `select id, first_value(tenant) over (partition by kind order by id) as tenant, kind, flag, owner from ${of} where ${own}`,
    ],
    [
      'window in a view',
      `select id, lag(tenant) over (order by id) as tenant, kind, flag, owner from (select * from ${of} where ${own}) w`,
    ],
    ['LIMIT in a view', `select ${columns} from (select * from ${of} order by id limit 60) w where ${own}`],
    ['LIMIT in a view', `select ${columns} from ${of} where ${own} order by id limit 1`],
    [
      'groups in a view',
      `select min(id) as id, tenant, max(kind) as kind, bool_or(flag) as flag, max(owner) as owner from ${of} where ${own} group by tenant`,
    ],
    [
      'groups in a view',
      `select min(id) as id, max(tenant::text) as tenant, kind, true as flag, 1 as owner from ${of} where ${own} group by kind having count(*) > 1`,
    ],
    [
      'anti-join in a view',
      `select t.* from (select ${columns} from ${of} where ${own}) t left join f.blocked b on b.tenant = t.tenant::text where b.tenant is null`,
    ],
    [
      'anti-join in a view',
      `select ${columns} from ${of} w where not exists (select 1 from f.members m where m.tenant = w.tenant::text and m.usr <> nullif(current_setting('f.usr', true), '')::int)`,
    ],
    [
      'join in a view',
      `select t.id, t.tenant, t.kind, t.flag, t.owner from (select ${columns} from ${of} where ${own}) w join ${of} t on t.${dice.pick(['id', 'tenant', 'owner', 'kind'])} = w.${dice.pick(['id', 'tenant', 'owner', 'kind'])}`,
    ],
    [
      'join in a view',
      `select t.* from (select ${columns} from ${of}) t, f.members m where m.tenant = t.tenant::text and m.usr = nullif(current_setting('f.usr', true), '')::int`,
    ],
    [
      'lateral in a view',
      `select l.* from f.members m cross join lateral (select ${columns} from ${of} t where t.tenant::text = m.tenant) l where m.usr = nullif(current_setting('f.usr', true), '')::int`,
    ],
    ['WITH in a view', `with w as (select ${columns} from ${of} where ${own}) select * from w`],
  ]
  if (reader !== null)
    kinds.push(
      [
        'view of a function',
        `select r.id, r.tenant, 'x'::text as kind, true as flag, 1 as owner from ${reader}(${dice.pick([session, `'a'`])}) r`,
      ],
      [
        'view of a function',
        `select t.id, r.tenant, t.kind, t.flag, t.owner from ${of} t cross join lateral ${reader}(t.tenant::text) r where t.id = r.id`,
      ],
    )
  if (dice.chance(0.25)) {
    out.push(
      dice.named(
        'materialized view',
        `create materialized view ${name} as select ${columns} from ${of} where ${test}`,
        '',
      ),
      dice.named('materialized view', `grant select on ${name} to f_app`, ''),
    )
    if (dice.chance(0.8)) late.push(dice.named('materialized view', `refresh materialized view ${name}`, ''))
    return [name]
  }
  const [construct, sql] = dice.pick(kinds)
  out.push(
    dice.named(construct, `create view ${name}${options(making, false)} as ${sql}`, ''),
    dice.named(construct, `grant select on ${name} to f_app`, ''),
  )
  return [name]
}

/** A view whose changes a trigger or a rule makes. */
function instead(making: Making): readonly string[] {
  const { dice, table, name, names, out } = making
  const { cast } = table
  const of = table.name
  const session = sessionTenant(dice)
  out.push(
    `create view ${name}${options(making, false)} as select id, tenant::text as tenant, kind, flag, owner from ${of} where ${dice.pick([condition(dice, names, 1), `${names.tenant} = ${session}`])}${dice.chance(0.5) ? ' offset 0' : ''}`,
    `grant select, insert, update, delete on ${name} to f_app`,
  )
  const guard = dice.pick([
    '',
    '',
    `if new.tenant is distinct from ${session} then raise exception 'no'; end if; `,
  ])
  const changed = dice.pick([`kind = new.kind`, `tenant = new.tenant${cast}`, `tenant = ${session}${cast}`])
  const insert = `insert into ${of} (id, tenant, kind) values (new.id, ${dice.pick(['new.tenant', session])}${cast}, new.kind)`
  const update = `update ${of} set ${changed} where ${dice.pick(['id = old.id', `tenant::text = new.tenant`, `id = old.id and tenant::text = ${session}`])}`
  const remove = `delete from ${of} where ${dice.pick(['id = old.id', 'tenant::text = old.tenant', 'kind = old.kind'])}`
  if (dice.chance(0.5)) {
    const short = name.slice(2)
    const definer = dice.chance(0.5) ? ' security definer set search_path = f, pg_temp' : ''
    const body = `begin if tg_op = 'DELETE' then ${remove}; return old; end if; ${guard}if tg_op = 'INSERT' then ${insert}; else ${update}; end if; return new; end`
    out.push(
      `create function f.io_${short}() returns trigger language plpgsql${definer} as $$ ${body} $$`,
      dice.named(
        'INSTEAD OF',
        `create trigger io instead of insert or update or delete on ${name} for each row execute function f.io_${short}()`,
        '',
      ),
    )
  } else
    for (const [event, act] of [
      ['insert', insert],
      ['update', update],
      ['delete', remove],
    ] as const)
      out.push(
        dice.named(
          'rule of a view',
          `create rule io_${event} as on ${event} to ${name} do instead ${act}`,
          '',
        ),
      )
  return [name]
}
