import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '../prove/session'
import type { IsolationCommand, Principal } from '../types'

/** Statements of a principal that PostgreSQL let reach rows of others, the first for each command. */
export type Crossings = ReadonlyMap<IsolationCommand, string>

/**
 * Tries statements on one table as a principal and looks what became of the rows of others; all of it is taken back.
 * @param client superuser, in a database with rows of several tenants
 */
export async function crossingsOn(
  client: Client,
  table: Relation,
  tenant: string,
  principal: Principal,
): Promise<Crossings> {
  const own = principal.tenants.map(literal).join(', ') || 'null'
  const foreign = `(t.${ident(tenant)}::text in (${own})) is not true`
  await client.query('begin')
  try {
    await client.query(helper)
    const tries: (readonly [IsolationCommand, string])[] = [
      ['SELECT', `select count(*) > 0 from ${table.id} t where ${foreign}`],
      ...(await inserts(client, table, foreign)).map((sql) => ['INSERT', sql] as const),
      ...updates(table, tenant, foreign, principal).map((sql) => ['UPDATE', sql] as const),
      ['DELETE', `delete from ${table.id} t where ${foreign}`],
      ['DELETE', `delete from ${table.id}`],
      ['DELETE', `truncate ${table.id} cascade`],
    ]
    for (const [name, value] of Object.entries(principal.settings))
      await client.query('select set_config($1, $2, true)', [name, value])
    const { rows } = await client.query<{ at: number }>(
      'select at from pg_temp.crossings($1, $2, $3, $4, $5) at order by at',
      [table.id, foreign, principal.role, tries.map(([command]) => command), tries.map(([, sql]) => sql)],
    )
    return new Map(rows.map(({ at }) => tries[at - 1]!))
  } finally {
    await client.query('rollback')
  }
}

/**
 * Runs statements one by one as a role, undoes each, and tells the first of each command that crossed. What became of the
 * rows of others is told by where they lie and who wrote them last, so that a change is seen that changes no value.
 */
const helper = `
create or replace function pg_temp.crossings(tab text, other text, as_role text, commands text[], statements text[])
returns setof int language plpgsql as $helper$
declare state text; before text; now text; crossed boolean; found text[] := '{}';
begin
  state := format('select count(*) || coalesce(string_agg(ctid::text || xmin::text, '' '' order by ctid), '''') from %s t where %s', tab, other);
  execute state into before;
  for i in 1 .. cardinality(statements) loop
    continue when commands[i] = any (found);
    crossed := false;
    begin
      execute format('set local role %I', as_role);
      if commands[i] = 'SELECT' then execute statements[i] into crossed;
      else
        execute statements[i];
        reset role;
        execute state into now;
        crossed := now is distinct from before;
      end if;
      raise exception 'again';
    exception when others then null;
    end;
    if crossed then
      found := found || commands[i];
      return next i;
    end if;
  end loop;
end $helper$`

/** Rows of others again under another key, with all columns and with those alone that must have a value. */
async function inserts(client: Client, table: Relation, foreign: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ row: string }>(
    `select to_jsonb(t)::text as row from ${table.id} t where ${foreign} limit 3`,
  )
  const writable = table.columns.filter((column) => column.generated === null)
  const needed = writable.filter((column) => column.notNull || column.name.endsWith('_id'))
  const keyed = new Set(
    table.indexes.flatMap((index) => (index.unique ? index.keys.map(({ column }) => column) : [])),
  )
  const texts = table.columns.filter(({ name, baseType }) => keyed.has(name) && baseType === 'text')
  return rows.flatMap(({ row }) => {
    const whole = JSON.parse(row) as Record<string, unknown>
    const renamed = texts.map(({ name }) => [name, `${String(whole[name])} again`])
    const other = { ...whole, ...Object.fromEntries(renamed), id: crypto.randomUUID() }
    return [writable, needed].flatMap((columns) => {
      const names = columns.map((column) => ident(column.name)).join(', ')
      const from = `jsonb_populate_record(null::${table.id}, ${literal(JSON.stringify(other))}::jsonb)`
      return [`insert into ${table.id} (${names}) select ${names} from ${from}`]
    })
  })
}

function updates(
  table: Relation,
  tenant: string,
  foreign: string,
  { tenants }: Principal,
): readonly string[] {
  const columns = table.columns.filter((column) => column.generated === null)
  const [own] = tenants
  return [
    ...columns.flatMap(({ name }) => [
      `update ${table.id} t set ${ident(name)} = ${ident(name)} where ${foreign}`,
      `update ${table.id} t set ${ident(name)} = ${ident(name)}`,
    ]),
    ...(own === undefined
      ? []
      : [
          `update ${table.id} t set ${ident(tenant)} = ${literal(own)} where ${foreign}`,
          `update ${table.id} t set ${ident(tenant)} = (select c.id from public.clinics c where c.id::text <> ${literal(own)} limit 1)`,
        ]),
  ]
}
