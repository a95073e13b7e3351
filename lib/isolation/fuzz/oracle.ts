import type { Client } from 'pg'
import type { Principal, Question, Setup } from '../types'
import type { Dice } from './dice'

const values = {
  tenant: [`'a'`, `'b'`, `'c'`, 'null'],
  kind: [`'x'`, `'a'`, `'b/x'`, 'null'],
  flag: ['true', 'false', 'null'],
  owner: ['1', '2', 'null'],
}

/** Every row of the small world, without its id. */
const world: readonly string[] = values.tenant.flatMap((tenant) =>
  values.kind.flatMap((kind) =>
    values.flag.flatMap((flag) => values.owner.map((owner) => `${tenant}, ${kind}, ${flag}, ${owner}`)),
  ),
)

const sets: readonly string[] = [
  ...values.kind.map((value) => `kind = ${value}`),
  ...values.flag.map((value) => `flag = ${value}`),
  ...values.tenant.flatMap((tenant) => [
    `tenant = ${tenant}`,
    `tenant = ${tenant}, flag = true`,
    `tenant = ${tenant}, kind = ${tenant}`,
    `tenant = ${tenant}, flag = false, kind = 'x'`,
    `tenant = ${tenant}, owner = 1, flag = true`,
  ]),
  'owner = 1',
  'owner = 2, flag = true',
]

/** Runs statements one by one as somebody, each in a table that holds one row; says whether one of them crossed. */
const helper = `
create or replace function public.fuzz_try(kind text, tab text, statements text[], world text[], who jsonb, as_role text, other text)
returns boolean language plpgsql as $helper$
declare was boolean; is_now boolean; n bigint; left_there boolean; setting record;
begin
  for i in 1 .. coalesce(array_length(statements, 1), 0) loop
    begin
      execute format('delete from %s', tab);
      perform set_config('session_replication_role', 'replica', true);
      if world[i] is not null then execute format('insert into %s values (0, %s)', tab, world[i]); end if;
      perform set_config('session_replication_role', 'origin', true);
      execute format('select exists (select 1 from %s t where %s)', tab, other) into was;
      for setting in select * from jsonb_each_text(who) loop perform set_config(setting.key, setting.value, true); end loop;
      execute format('set local role %I', as_role);
      execute statements[i];
      get diagnostics n = row_count;
      reset role;
      execute format('select exists (select 1 from %s t where %s)', tab, other) into is_now;
      execute format('select exists (select 1 from %s)', tab) into left_there;
      if (kind = 'INSERT' and is_now) or (kind = 'UPDATE' and n > 0 and (was or is_now))
        or (kind = 'DELETE' and was and not left_there) then return true; end if;
      raise exception 'again';
    exception when others then null;
    end;
  end loop;
  return false;
end $helper$`

export const prepareOracle = (client: Client) => client.query(helper)

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`

/** Whose rows are foreign, as SQL over the alias \`t\`. */
function foreign(principal: Principal, reading: boolean, setup: Setup): string {
  const own = principal.tenants.map(quote).join(', ')
  const nobodys = reading && setup.nullTenant === 'shared' ? 'false' : 'true'
  return own === ''
    ? `(t.tenant is not null or ${nobodys})`
    : `coalesce(t.tenant not in (${own}), ${nobodys})`
}

/**
 * Does PostgreSQL let this principal cross? Statements are tried on rows of a small world, before and after the
 * principal has put all rows it may put into the tables that decide who belongs where. `effort` bounds the tries.
 */
export async function crosses(
  client: Client,
  question: Question,
  table: string,
  setup: Setup,
  dice: Dice,
  effort: number,
): Promise<boolean> {
  const principal = setup.principals.find((each) => each.name === question.principal)
  if (!principal) throw new Error(`No principal ${question.principal}.`)
  for (const joins of [false, true]) {
    await client.query('begin')
    try {
      if (joins) await join(client, principal)
      if (
        question.command === 'SELECT'
          ? await reads(client, question, table, principal, setup)
          : await writes(client, question, table, principal, setup, dice, effort)
      )
        return true
    } finally {
      await client.query('rollback')
    }
  }
  return false
}

async function join(client: Client, principal: Principal): Promise<void> {
  const usr = principal.settings['f.usr'] ?? '1'
  const statements = [
    ...values.tenant.flatMap((tenant) => [
      `update f.members set tenant = ${tenant}`,
      `insert into f.members (usr, tenant, role, active) values (${usr}, ${tenant}, 'user', true)`,
      `insert into f.members (usr, tenant, role, active) values (${usr}, ${tenant}, 'admin', true)`,
    ]),
    `insert into f.members (usr, role) values (${usr}, 'admin')`,
    `update f.members set usr = ${usr}`,
    `update f.members set role = 'admin'`,
    'delete from f.blocked',
    `insert into f.blocked values ('z')`,
  ]
  for (const statement of statements) {
    await client.query('savepoint joining')
    try {
      await become(client, principal)
      await client.query(statement)
      await client.query('reset role')
    } catch {
      await client.query('rollback to savepoint joining')
    }
  }
}

async function become(client: Client, principal: Principal): Promise<void> {
  for (const [name, value] of Object.entries(principal.settings)) {
    await client.query('select set_config($1, $2, true)', [name, value])
  }
  await client.query(`set local role ${principal.role}`)
}

async function reads(
  client: Client,
  question: Question,
  table: string,
  principal: Principal,
  setup: Setup,
): Promise<boolean> {
  await client.query(`set local session_replication_role = replica`)
  await client.query(`do $do$ declare v text; n int := 0; begin
    foreach v in array array[${world.map(quote).join(', ')}] loop
      begin execute format('insert into ${table} values (%s, %s)', n, v); exception when others then null; end;
      n := n + 1;
    end loop; end $do$`)
  await client.query(`set local session_replication_role = origin`)
  await become(client, principal)
  const on = question.relation.replace(/\(.*\)$/, '')
  const sources = question.relation.endsWith(')')
    ? [...values.tenant, ...values.kind].map((value) => `select tenant from ${on}(${value})`)
    : [`select tenant from ${on}`]
  for (const source of sources) {
    await client.query('savepoint reading')
    try {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::int as n from (${source}) t where ${foreign(principal, true, setup)}`,
      )
      if ((rows[0]?.n ?? 0) > 0) return true
    } catch {
      await client.query('rollback to savepoint reading')
      await become(client, principal)
    }
  }
  return false
}

async function writes(
  client: Client,
  question: Question,
  table: string,
  principal: Principal,
  setup: Setup,
  dice: Dice,
  effort: number,
): Promise<boolean> {
  const on = question.relation
  const tries: (readonly [string, string | null])[] = []
  if (question.command === 'INSERT') {
    for (const row of world)
      tries.push([`insert into ${on} (id, tenant, kind, flag, owner) values (5, ${row})`, null])
    for (const kind of values.kind) tries.push([`insert into ${on} (id, kind) values (5, ${kind})`, null])
  } else if (question.command === 'DELETE') {
    for (const row of world) tries.push([`delete from ${on}`, row])
  } else {
    for (const row of world) for (const set of sets) tries.push([`update ${on} set ${set}`, row])
  }
  const share = Math.min(1, effort / tries.length)
  const chosen = tries.filter(() => dice.chance(share))
  const { rows } = await client.query<{ crossed: boolean }>(
    'select public.fuzz_try($1, $2, $3, $4, $5, $6, $7) as crossed',
    [
      question.command,
      table,
      chosen.map(([statement]) => statement),
      chosen.map(([, row]) => row),
      JSON.stringify(principal.settings),
      principal.role,
      foreign(principal, false, setup),
    ],
  )
  return rows[0]?.crossed === true
}
