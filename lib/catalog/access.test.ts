import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { access, accessMatrix, effectiveRoles, type AccessVerdict } from './access'
import { readSnapshot } from './read'
import { commands, type Command, type RelationId, type Snapshot } from './types'

/** What a session can really do: no privilege, no row, some rows, every row. */
type Reality = 'refused' | 'none' | 'some' | 'all'

const asReality: Readonly<Record<Exclude<AccessVerdict, 'unknown'>, Reality>> = {
  'no-grant': 'refused',
  denied: 'none',
  filtered: 'some',
  open: 'all',
  'open-by-policy': 'all',
  bypass: 'all',
}

const own = `tenant = current_setting('probe.tenant', true)::int`

/** Row-level policies of one table each; `$t` is the table, `$p` the prefix of this run's roles. */
const policySets: Readonly<Record<string, string>> = {
  none: '',
  all_own: `create policy a on $t using (${own})`,
  all_true: `create policy a on $t using (true)`,
  all_one_is_one: `create policy a on $t using (1 = 1)`,
  all_false: `create policy a on $t using (false)`,
  all_check_only: `create policy a on $t with check (true)`,
  all_own_check_true: `create policy a on $t using (${own}) with check (true)`,
  all_true_check_own: `create policy a on $t using (true) with check (${own})`,
  select_own: `create policy a on $t for select using (${own})`,
  select_true: `create policy a on $t for select using (true)`,
  insert_own: `create policy a on $t for insert with check (${own})`,
  insert_true: `create policy a on $t for insert with check (true)`,
  insert_without_check: `create policy a on $t for insert`,
  update_own: `create policy a on $t for update using (${own})`,
  update_true: `create policy a on $t for update using (true)`,
  update_check_only: `create policy a on $t for update with check (true)`,
  update_own_check_true: `create policy a on $t for update using (${own}) with check (true)`,
  update_true_check_own: `create policy a on $t for update using (true) with check (${own})`,
  update_true_check_false: `create policy a on $t for update using (true) with check (false)`,
  update_true_select_own: `create policy a on $t for update using (true); create policy b on $t for select using (${own})`,
  delete_own: `create policy a on $t for delete using (${own})`,
  delete_true: `create policy a on $t for delete using (true)`,
  restrictive_alone: `create policy a on $t as restrictive using (true)`,
  restrictive_true: `create policy a on $t using (true); create policy b on $t as restrictive using (true)`,
  restrictive_own: `create policy a on $t using (true); create policy b on $t as restrictive using (${own})`,
  restrictive_false: `create policy a on $t using (true); create policy b on $t as restrictive using (false)`,
  restrictive_check_only: `create policy a on $t using (true); create policy b on $t as restrictive with check (${own})`,
  restrictive_select: `create policy a on $t using (true); create policy b on $t as restrictive for select using (${own})`,
  own_or_true: `create policy a on $t using (${own}); create policy b on $t for select using (true)`,
  own_or_false: `create policy a on $t using (${own}); create policy b on $t for select using (false)`,
  to_group: `create policy a on $t to $p_group using (true)`,
  to_group_and_public: `create policy a on $t to $p_group using (true); create policy b on $t using (${own})`,
  to_owner: `create policy a on $t to $p_owner using (true)`,
  restrictive_to_group: `create policy a on $t using (true); create policy b on $t as restrictive to $p_group using (${own})`,
}

const roleNames = [
  'owner', 'heir', 'stepheir', 'app', 'app_member', 'app_member_later', 'app_outsider', 'group', 'grouped', 'group_outsider',
  'bypass', 'bypass_member', 'super', 'reader', 'writer', 'reader_member', 'database_owner', 'viewer', 'nobody',
] // prettier-ignore

const rolesSql = (p: string, version: number) => `
create role ${p}_owner; create role ${p}_app; create role ${p}_group; create role ${p}_nobody; create role ${p}_viewer;
create role ${p}_heir; grant ${p}_owner to ${p}_heir;
create role ${p}_stepheir noinherit; grant ${p}_owner to ${p}_stepheir;
create role ${p}_app_member; grant ${p}_app to ${p}_app_member;
create role ${p}_app_member_later; grant ${p}_app_member to ${p}_app_member_later;
create role ${p}_app_outsider noinherit; grant ${p}_app to ${p}_app_outsider;
create role ${p}_grouped; grant ${p}_group, ${p}_app to ${p}_grouped;
create role ${p}_group_outsider noinherit; grant ${p}_group to ${p}_group_outsider;
create role ${p}_bypass bypassrls; create role ${p}_bypass_member; grant ${p}_bypass to ${p}_bypass_member;
create role ${p}_super superuser;
create role ${p}_reader; grant pg_read_all_data to ${p}_reader;
create role ${p}_reader_member; grant ${p}_reader to ${p}_reader_member;
create role ${p}_writer; grant pg_write_all_data to ${p}_writer;
create role ${p}_database_owner;
${version >= 16 ? `grant ${p}_app to ${p}_nobody with inherit false; grant ${p}_group to ${p}_group_outsider with inherit true;` : ''}`

const table = (name: string, p: string) => `
create table ${name} (id int generated by default as identity, tenant int default current_setting('probe.insert', true)::int, note text);
insert into ${name} (tenant) values (1), (2);
alter table ${name} owner to ${p}_owner;`

const grantees = (p: string) => `${p}_app, ${p}_group_outsider, ${p}_bypass, ${p}_viewer`

function schemaSql(p: string, version: number): string {
  const parts = [
    `create schema t; grant usage on schema t to public;`,
    `create schema hidden;`,
    `create schema probe; grant usage on schema probe to public;`,
    `create function probe.attempt(command text) returns text language plpgsql as $f$
     declare touched bigint;
     begin
       execute command;
       get diagnostics touched = row_count;
       raise exception 'touched %', touched;
     exception when others then return sqlstate || ' ' || sqlerrm;
     end $f$;
     create function probe.rows() returns table (tenant int) language sql security definer as 'values (1), (2)';
     create function probe.nothing() returns trigger language plpgsql as 'begin return new; end';`,
  ]
  for (const [name, policies] of Object.entries(policySets)) {
    for (const force of [false, true]) {
      const t = `t.${name}${force ? '_forced' : ''}`
      parts.push(table(t, p), `grant select, insert, update, delete on ${t} to ${grantees(p)};`)
      parts.push(
        `alter table ${t} enable row level security;`,
        force ? `alter table ${t} force row level security;` : '',
      )
      parts.push(policies.replaceAll('$t', t).replaceAll('$p', p), ';')
    }
  }
  for (const t of [
    't.off',
    'hidden.off',
    't.off_public',
    't.off_columns',
    't.rls_columns',
    't.off_no_select',
    't.off_dormant',
    't.revoked',
  ]) {
    parts.push(table(t, p))
  }
  parts.push(`
    grant all on t.off, hidden.off, t.off_dormant to ${grantees(p)};
    create policy a on t.off_dormant using (false);
    grant select on t.off_public to public;
    grant select (id), insert (note), update (note) on t.off_columns, t.rls_columns to ${grantees(p)};
    alter table t.rls_columns enable row level security; create policy a on t.rls_columns using (${own});
    grant update, delete on t.off_no_select to ${grantees(p)};
    revoke all on t.revoked from ${p}_owner;`)
  parts.push(`
    create table t.parent (tenant int default current_setting('probe.insert', true)::int, note text) partition by list (tenant);
    create table t.child_1 partition of t.parent for values in (1);
    create table t.child_2 partition of t.parent for values in (2);
    insert into t.parent values (1), (2);
    alter table t.parent enable row level security; create policy a on t.parent using (${own});
    alter table t.parent owner to ${p}_owner;
    grant all on t.parent, t.child_2 to ${grantees(p)};
    create table t.ancestor (tenant int default current_setting('probe.insert', true)::int, note text);
    create table t.descendant () inherits (t.ancestor);
    insert into t.ancestor values (1); insert into t.descendant values (2);
    alter table t.descendant enable row level security;
    grant all on t.ancestor to ${grantees(p)};`)
  const view = (name: string, body: string, owner: string, options = '') => `
    create view t.${name} ${options} as ${body}; alter view t.${name} owner to ${p}_${owner};
    grant select, insert, update, delete on t.${name} to ${grantees(p)};`
  parts.push(
    view('v_owner', 'select * from t.all_own', 'owner'),
    view('v_owner_forced', 'select * from t.all_own_forced', 'owner'),
    view('v_super', 'select * from t.all_own_forced', 'super'),
    view('v_bypass', 'select * from t.all_own_forced', 'bypass'),
    view('v_viewer', 'select * from t.all_own', 'viewer'),
    view('v_nobody', 'select * from t.all_own', 'nobody'),
    view('v_hidden', 'select * from hidden.off', 'owner'),
    view('v_denied', 'select * from t.none', 'viewer'),
    view('v_true', 'select * from t.all_true', 'viewer'),
    view('v_columns', 'select tenant, note from t.off_columns', 'viewer'),
    view('v_column', 'select id from t.off_columns', 'viewer'),
    view('v_note', 'select note, id from t.off_columns', 'viewer'),
    view('v_of_view', 'select * from t.v_owner_forced', 'viewer'),
    view('v_of_view_nobody', 'select * from t.v_owner_forced', 'nobody'),
    view(
      'v_exists',
      `select a.* from t.all_own a where exists (select 1 from t.off o where o.tenant = a.tenant)`,
      'viewer',
    ),
    view('v_group_by', 'select tenant, count(*)::text as note from t.all_own group by tenant', 'viewer'),
    view('v_partition', 'select * from t.parent', 'viewer'),
    view('v_constant', 'select 1 as tenant, null::text as note union all select 2, null', 'owner'),
    view('v_helper', `select * from t.all_own where note is distinct from probe.attempt('')`, 'viewer'),
    view('v_routine', 'select tenant from probe.rows()', 'viewer'),
    view('v_instead', 'select * from t.all_own', 'viewer'),
    `create trigger a instead of update on t.v_instead for each row execute function probe.nothing();
     create materialized view t.m as select * from t.all_own; alter materialized view t.m owner to ${p}_owner;
     grant select on t.m to ${grantees(p)};`,
  )
  if (version >= 15) {
    const invoker = 'with (security_invoker = yes)'
    parts.push(
      view('i_own', 'select * from t.all_own', 'super', invoker),
      view('i_own_forced', 'select * from t.all_own_forced', 'owner', invoker),
      view('i_denied', 'select * from t.none', 'super', invoker),
      view('i_of_definer', 'select * from t.v_super', 'owner', invoker),
      view('v_of_invoker', 'select * from t.i_own', 'bypass'),
      view('v_of_invoker_nobody', 'select * from t.i_own', 'nobody'),
      view('i_columns', 'select tenant, note from t.off_columns', 'owner', invoker),
      view('i_spelled', 'select * from t.all_own', 'super', 'with (security_invoker = tru)'),
      view('i_off', 'select * from t.all_own_forced', 'super', 'with (security_invoker = off)'),
    )
  }
  return parts.join('\n')
}

/** Statements that read no column, so that only the command's own rights count. */
const probes: Readonly<Record<Command, readonly string[]>> = {
  SELECT: [`select 1 from $t`],
  INSERT: [`set local probe.insert = '1'`, `set local probe.insert = '2'`].map(
    (set) => `${set}; insert into $t default values`,
  ),
  UPDATE: [`update $t set note = 'x'`, `update $t set tenant = 1`, `update $t set tenant = 2`],
  DELETE: [`delete from $t`],
}

/** Relations that hold one row of their own; all others show two. */
const single = new Set(['child_1', 'child_2', 'descendant'])

/** Null where the statements cannot tell: they name a column that a view does not have. */
function reality(command: Command, all: readonly string[], rows: number): Reality | 'not for anyone' | null {
  // A partition refuses rows of another one, and that is no question of access.
  const answers = all.filter((each) => !each.startsWith('23514') && !each.startsWith('42703'))
  if (answers.length === 0) return null
  if (answers.every((each) => each.startsWith('55000') || each.startsWith('42809'))) return 'not for anyone'
  const touched = answers.map((each) => (each.startsWith('P0001 touched ') ? Number(each.slice(14)) : null))
  const refused = answers.map((each) => each.startsWith('42501') && !each.includes('row-level security'))
  if (refused.every(Boolean)) return 'refused'
  const rest = touched.filter((_, i) => !refused[i])
  if (rest.every((count) => count === null || count === 0)) return 'none'
  const full = command === 'INSERT' ? 1 : rows
  return rest.every((count) => count === full) ? 'all' : 'some'
}

describe.each(majors().map((major) => [major]))('access on PostgreSQL %i', (major) => {
  const p = `acc_${randomBytes(4).toString('hex')}`
  const name = (role: string) => `${p}_${role}`
  let db: TestDatabase
  let snapshot: Snapshot
  beforeAll(async () => {
    db = await testDatabase(major)
    await db.run(rolesSql(p, major) + schemaSql(p, major))
    await db.run(`alter database ${db.name} owner to ${p}_database_owner`)
    snapshot = await readSnapshot(db.url)
  })
  afterAll(async () => {
    await db.drop()
    const other = await testDatabase(major)
    for (const role of roleNames) await other.run(`drop role if exists ${name(role)}`)
    await other.drop()
  })

  test('agrees with what a SET ROLE session can really do', async () => {
    const client = await db.connect()
    const found = await db.run<{ id: string; oid: string }>(
      `select format('%I.%I', n.nspname, c.relname) as id, c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace`,
    )
    const oids = new Map(found.map(({ id, oid }) => [id, oid]))
    const wrong: string[] = []
    let decided = 0
    const undecided = new Set<string>()
    for (const role of roleNames) {
      await client.query(`begin; set local role ${name(role)}; set local probe.tenant = '1'`)
      for (const relation of snapshot.relations) {
        const { rows } = await client.query(
          `select command, probe.attempt(command) as answer from unnest($1::text[]) command`,
          [commands.flatMap((command) => probes[command].map((sql) => sql.replace('$t', relation.id)))],
        )
        const answers = rows.map((row: { answer: string }) => row.answer)
        const [state] = (
          await client.query('select row_security_active($1::oid) as active', [oids.get(relation.id)])
        ).rows
        let at = 0
        for (const command of commands) {
          const count = probes[command].length
          const real = reality(command, answers.slice(at, at + count), single.has(relation.name) ? 1 : 2)
          const { verdict, because } = access(snapshot, relation.id, name(role), command)
          if (verdict === 'unknown') undecided.add(`${relation.id} ${command}`)
          else {
            decided++
            const applies = ['filtered', 'denied', 'open-by-policy'].includes(verdict)
            const ordinary = relation.kind === 'table' || relation.kind === 'partitioned'
            if (ordinary && verdict !== 'no-grant' && state.active !== applies) {
              wrong.push(
                `${relation.id} ${role} ${command}: ${verdict}, but row security is ${state.active ? 'on' : 'off'}`,
              )
            }
            const same =
              real === 'not for anyone'
                ? verdict === 'no-grant' || verdict === 'denied'
                : asReality[verdict] === real
            if (real !== null && !same && relation.name !== 'v_exists') {
              wrong.push(
                `${relation.id} ${role} ${command}: ${verdict}, really ${real} (${answers.slice(at, at + count).join(' | ')}) because ${because.map((b) => b.sentence).join(' ')}`,
              )
            }
          }
          at += count
        }
      }
      await client.query('rollback')
    }
    await client.end()
    expect([...undecided].sort()).toEqual(['t.v_instead UPDATE', 't.v_routine SELECT'])
    expect(decided).toBeGreaterThan(6000)
    expect(wrong).toEqual([])
  })

  test('takes the most exposed table behind a view', () => {
    const view = 't.v_exists' as RelationId
    expect(access(snapshot, view, name('app'), 'SELECT').verdict).toBe('open')
  })

  test('tells when a statement that reads columns is held back further', async () => {
    const client = await db.connect()
    await client.query(`begin; set local role ${name('app')}; set local probe.tenant = '1'`)
    const touched = async (sql: string) => (await client.query(sql)).rowCount
    for (const [table, command, blind, reading] of [
      ['update_true', 'denied', 2, 0],
      ['update_true_select_own', 'filtered', 2, 1],
    ] as const) {
      const answer = access(snapshot, `t.${table}` as RelationId, name('app'), 'UPDATE')
      expect(answer.verdict).toBe('open-by-policy')
      expect(answer.because).toContainEqual(
        expect.objectContaining({ kind: 'implied-select', select: command }),
      )
      expect(await touched(`update t.${table} set note = 'x'`)).toBe(blind)
      expect(await touched(`update t.${table} set note = 'x' where id > 0`)).toBe(reading)
    }
    await client.query('rollback')
    await client.end()
  })

  test('names the roles that can touch something', () => {
    const roles = effectiveRoles(snapshot).map((role) => role.name)
    expect(roles).toEqual(
      expect.arrayContaining(['owner', 'heir', 'app', 'app_member', 'bypass', 'reader'].map(name)),
    )
  })

  test('has a row for every relation, role and command', () => {
    const relations = snapshot.relations.slice(0, 3).map((each) => each.id as RelationId)
    expect(accessMatrix(snapshot, { relations, roles: [name('app'), name('owner')] })).toHaveLength(3 * 2 * 4)
  })
})
