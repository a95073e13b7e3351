import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, type TestDatabase } from '@/db/test-database'
import { ledgerWorld, type LedgerWorld } from '@/db/test-ledger'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import { sha256 } from './merkle'
import type { ProblemKind, Report } from './report'
import { seal } from './seal'
import { verify } from './verify'

const suffix = randomBytes(4).toString('hex')
const who = { application: `app_${suffix}`, owner: `own_${suffix}`, sealer: `sea_${suffix}` }
const major = Math.max(...majors())

/** What one attack meets. */
interface Scene {
  readonly client: Client
  readonly database: TestDatabase
  readonly home: string
  /** The checkpoint that somebody outside has held since before the attack. */
  readonly outside: string
  as(role: keyof typeof who): Promise<Client>
}

const sealAndSign = async (url: string, home: string) => {
  await seal(url, 't')
  return (await makeCheckpoint(url, 't', [ledgerKeys(home).current]))?.note ?? ''
}

/** Everything a superuser can do about triggers, and undo again. */
const unguarded = (work: string) => `
  alter event trigger ledger_commands disable; alter event trigger ledger_drops disable; alter event trigger ledger_follow disable;
  alter table ledger.audit_logs disable trigger all; alter table ledger.block disable trigger all;
  alter table ledger.leaves disable trigger all; alter table ledger.node disable trigger all; alter table ledger.checkpoint disable trigger all;
  do $d$ declare p regclass; begin for p in select inhrelid::regclass from pg_inherits where inhparent = 'ledger.audit_logs'::regclass loop
    execute format('alter table %s disable trigger all', p); end loop; end $d$;
  ${work};
  alter table ledger.audit_logs enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate;
  do $d$ declare p regclass; t text; begin
    for p in select inhrelid::regclass from pg_inherits where inhparent = 'ledger.audit_logs'::regclass loop
      execute format('alter table %s enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate', p);
    end loop;
    foreach t in array array['block', 'leaves', 'node', 'checkpoint'] loop
      execute format('alter table ledger.%I enable always trigger refuse_row, enable always trigger refuse_statement, enable always trigger refuse_truncate', t);
    end loop; end $d$;
  alter event trigger ledger_commands enable always; alter event trigger ledger_drops enable always; alter event trigger ledger_follow enable always`

const uncaptured = (work: string) => `
  alter event trigger ledger_commands disable;
  alter table public.notes disable trigger ledger_capture, disable trigger ledger_capture_insert, disable trigger ledger_capture_delete; ${work};
  alter table public.notes enable always trigger ledger_capture, enable always trigger ledger_capture_insert, enable always trigger ledger_capture_delete;
  alter event trigger ledger_commands enable always`

describe('the ledger under attack', () => {
  let world: LedgerWorld
  let outside = ''
  beforeAll(async () => {
    world = await ledgerWorld(major, who, {
      guard: true,
      fill: async (database, home) => {
        outside = await sealAndSign(database.url, home)
        await closeConnections()
      },
    })
  }, 120_000)
  afterAll(async () => {
    const { client, database } = await world.copy()
    await client.query(`reassign owned by ${who.owner} to postgres`).catch(() => undefined)
    await client.end()
    await database.drop()
    await world.drop()
  })

  const scene = async <T>(work: (scene: Scene) => Promise<T>): Promise<T> => {
    const { database, client } = await world.copy()
    const opened: Client[] = [client]
    try {
      return await work({
        client,
        database,
        home: world.home,
        outside,
        as: async (role) => {
          const other = await database.connect(database.urlAs(who[role], 'x'))
          opened.push(other)
          return other
        },
      })
    } finally {
      await closeConnections()
      await Promise.all(opened.map((each) => each.end()))
      await database.drop()
    }
  }

  const judged = (
    { database, home }: Pick<Scene, 'database' | 'home'>,
    notes: readonly string[] = [],
  ): Promise<Report> =>
    verify(database.url, 't', {
      trusted: trustedKeys(home),
      outside: notes.map((note) => ({ by: 'elsewhere', note })),
    })

  const kinds = (report: Report): ProblemKind[] => [
    ...new Set(report.checks.flatMap((check) => check.problems.map((problem) => problem.kind))),
  ]
  const notesOf = (report: Report) => report.checks.flatMap((check) => check.notes.map((note) => note.kind))

  test('left alone, everything agrees', () =>
    scene(async (at) => {
      const report = await judged(at, [at.outside])
      expect(kinds(report)).toEqual([])
      expect(report.verdict).toBe('intact')
      expect(report.checks.map((check) => [check.id, check.outcome])).toEqual([
        ['content', 'pass'],
        ['tree', 'pass'],
        ['membership', 'pass'],
        ['checkpoints', 'pass'],
        ['witnesses', 'pass'],
        ['rows', 'pass'],
        ['configuration', 'pass'],
      ])
      expect(report.to).toBe(407)
    }))

  /** Attack, who, what, and what takes the guard away so that the same attack goes through. */
  const prevented: [name: string, role: keyof typeof who, attack: string, without: string][] = [
    [
      '1 application updates an entry',
      'application',
      `update ledger.audit_logs set actor_role = 'x' where id = 1`,
      unguarded(
        `grant usage on schema ledger to ${who.application}; grant select, update on ledger.audit_logs to ${who.application}; alter table ledger.audit_logs disable row level security`,
      ).split('alter table ledger.audit_logs enable always')[0] ?? '',
    ],
    [
      '2 application deletes an entry',
      'application',
      `delete from ledger.audit_logs where id = 1`,
      unguarded(
        `grant usage on schema ledger to ${who.application}; grant select, delete on ledger.audit_logs to ${who.application}; alter table ledger.audit_logs disable row level security`,
      ).split('alter table ledger.audit_logs enable always')[0] ?? '',
    ],
    [
      '3 application forges an entry',
      'application',
      `insert into ledger.audit_logs (action) values ('read')`,
      `grant usage on schema ledger to ${who.application}; grant insert on ledger.audit_logs to ${who.application}; alter table ledger.audit_logs disable row level security`,
    ],
    [
      '4 application empties a table under audit',
      'application',
      `truncate public.notes`,
      `grant truncate on public.notes to ${who.application}`,
    ],
    [
      '5 application turns triggers off for its session',
      'application',
      `set session_replication_role = replica`,
      `alter role ${who.application} superuser`,
    ],
    [
      '6 application switches a capture trigger off',
      'application',
      `alter table public.notes disable trigger ledger_capture`,
      `alter event trigger ledger_commands disable; grant ${who.owner} to ${who.application}`,
    ],
    [
      '7 application calls the capture of a change',
      'application',
      `select ledger.record_change('INSERT', 'public.notes'::regclass, null, '{"id": 9}', '[0:5]={"","","{}","{}","{}",""}')`,
      `grant usage on schema ledger to ${who.application}; grant execute on function ledger.record_change(text, oid, json, json, text[]) to ${who.application}; grant ledger_owner to ${who.application}; grant all on ledger.audit_logs to public; alter table ledger.audit_logs disable row level security; grant execute on all functions in schema ledger to ${who.application}`,
    ],
    [
      '9 application copies into the log',
      'application',
      `do $$ begin execute 'copy ledger.audit_logs (action) from program ''true'''; end $$`,
      `grant usage on schema ledger to ${who.application}; grant insert on ledger.audit_logs to ${who.application}; alter table ledger.audit_logs disable row level security; grant pg_execute_server_program to ${who.application}`,
    ],
    [
      '10 application claims another signed actor',
      'application',
      `set ledger.token = '00000000-0000-4000-8000-000000000001||s|9999999999|${'0'.repeat(64)}'; update public.notes set kind = 'spoofed' where id = 1`,
      `alter event trigger ledger_commands disable; create or replace function ledger.signed_actor(token text, out actor uuid, out role text, out session text) language plpgsql as 'begin actor := split_part(token, ''|'', 1)::uuid; end'`,
    ],
    [
      '10b application asks for a token of another',
      'application',
      `select ledger.issue_token('00000000-0000-4000-8000-000000000001')`,
      `grant ledger_binder to ${who.application}; grant usage on schema ledger to ${who.application}`,
    ],
    [
      '15 sealer updates an entry',
      'sealer',
      `set role ledger_sealer; update ledger.audit_logs set actor_role = 'x'`,
      unguarded(
        `grant select, update on ledger.audit_logs to ledger_sealer; alter table ledger.audit_logs disable row level security`,
      ).split('alter table ledger.audit_logs enable always')[0] ?? '',
    ],
    [
      '16 sealer deletes a block',
      'sealer',
      `set role ledger_sealer; delete from ledger.block`,
      unguarded(`grant delete on ledger.block to ledger_sealer`).split(
        'alter table ledger.audit_logs enable always',
      )[0] ?? '',
    ],
    [
      '16b sealer reads what entries say',
      'sealer',
      `set role ledger_sealer; select new_values from ledger.audit_logs`,
      `grant select on ledger.audit_logs to ledger_sealer`,
    ],
    [
      '18 owner switches capture off',
      'owner',
      `alter table public.notes disable trigger all`,
      `alter event trigger ledger_commands disable`,
    ],
    [
      '19 owner drops the capture trigger',
      'owner',
      `drop trigger ledger_capture on public.notes`,
      `alter event trigger ledger_drops disable`,
    ],
    [
      '20 owner drops the table',
      'owner',
      `drop table public.notes`,
      `alter event trigger ledger_drops disable`,
    ],
    [
      '21 owner swaps the table for a copy',
      'owner',
      `alter table public.notes rename to notes_away`,
      `alter event trigger ledger_commands disable`,
    ],
    [
      '22 owner rewrites values by their type',
      'owner',
      `alter table public.notes alter column kind type varchar(80) using 'rewritten'`,
      `alter event trigger ledger_rewrites disable`,
    ],
    [
      '24 owner becomes the log’s owner',
      'owner',
      `set role ledger_owner`,
      `grant ledger_owner to ${who.owner}`,
    ],
    [
      '26 log’s owner drops the refusal',
      'owner',
      `set role ledger_owner; drop trigger audit_logs_refuse_row on ledger.audit_logs`,
      `grant ledger_owner to ${who.owner}; alter event trigger ledger_drops disable`,
    ],
    [
      '26b log’s owner deletes entries',
      'owner',
      `set role ledger_owner; delete from ledger.audit_logs where id = 1`,
      `grant ledger_owner to ${who.owner}; ${unguarded('grant all on ledger.audit_logs to ledger_owner').split('alter table ledger.audit_logs enable always')[0] ?? ''}`,
    ],
    [
      '27 log’s owner replaces capture by nothing',
      'owner',
      `set role ledger_owner; create or replace function ledger.capture_public_notes() returns trigger language plpgsql as 'begin return null; end'`,
      `grant ledger_owner to ${who.owner}; alter event trigger ledger_commands disable`,
    ],
    [
      '27b log’s owner replaces what a refusal does',
      'owner',
      `set role ledger_owner; create or replace function ledger.refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
      `grant ledger_owner to ${who.owner}; alter event trigger ledger_commands disable`,
    ],
  ]

  test.each(prevented)('%s: refused, and not without its guard', (_name, role, attack, without) =>
    scene(async (at) => {
      // As the log's owner the attack must fail by its guard, not for want of the role.
      if (attack.startsWith('set role ledger_owner;'))
        await at.client.query(`grant ledger_owner to ${who.owner}`)
      try {
        const attacker = await at.as(role)
        await expect(attacker.query(attack)).rejects.toMatchObject({
          code: expect.stringMatching(/^(42501|2BP01)$/),
        })
        await at.client.query(without)
        const other = await at.as(role)
        await other.query(attack)
      } finally {
        await at.client
          .query(`revoke ledger_owner from ${who.owner}, ${who.application}; revoke ${who.owner} from ${who.application};
          revoke ledger_binder from ${who.application}; revoke pg_execute_server_program from ${who.application}; alter role ${who.application} nosuperuser`)
      }
    }),
  )

  const entries = (client: Client) =>
    client.query<{
      action: string
      table_name: string
      actor_user_id: string | null
      actor_proof: string
      session_role: string
      new_values: Record<string, unknown> | null
    }>('select * from ledger.audit_logs where xact_id::text::bigint > 0 order by id desc limit 5')

  test('8 shadowing functions and tables: the right entry all the same', () =>
    scene(async (at) => {
      const app = await at.as('application')
      await app.query(`create temp table audit_logs (id int); set search_path = pg_temp, public;
        create function pg_temp.sha256(bytea) returns bytea language sql as $$ select 'x'::bytea $$;
        update public.notes set kind = 'shadow' where id = 7`)
      expect((await entries(at.client)).rows[0]).toMatchObject({
        action: 'update',
        table_name: 'public.notes',
        new_values: { kind: 'shadow' },
      })
      expect(kinds(await judged(at))).toEqual([])
    }))

  test('10c a plain setting is kept as a claim beside the login; a signed one is signed', () =>
    scene(async (at) => {
      const user = '00000000-0000-4000-8000-00000000000a'
      const app = await at.as('application')
      await app.query(`set app.user_id = '${user}'; update public.notes set kind = 'claimed' where id = 7`)
      expect((await entries(at.client)).rows[0]).toMatchObject({
        actor_user_id: user,
        actor_proof: 'claimed',
        session_role: who.application,
      })
      const { rows } = await at.client.query<{ token: string }>(
        `select ledger.issue_token('${user}', 'nurse', 's1') as token`,
      )
      await app.query(
        `set app.user_id = '00000000-0000-4000-8000-00000000000b'; set ledger.token = '${rows[0]?.token}'; update public.notes set kind = 'signed' where id = 7`,
      )
      expect((await entries(at.client)).rows[0]).toMatchObject({
        actor_user_id: user,
        actor_proof: 'signed',
        session_role: who.application,
      })
      const changed = rows[0]?.token.replace(
        '00000000-0000-4000-8000-00000000000a',
        '00000000-0000-4000-8000-00000000000b',
      )
      await app.query(`set ledger.token = '${changed}'`)
      await expect(app.query(`update public.notes set kind = 'other' where id = 7`)).rejects.toMatchObject({
        code: '42501',
      })
      const { rows: late } = await at.client.query<{ token: string }>(
        `select ledger.issue_token('${user}', p_valid_for => '-1 second') as token`,
      )
      await app.query(`set ledger.token = '${late[0]?.token}'`)
      await expect(app.query(`update public.notes set kind = 'late' where id = 7`)).rejects.toMatchObject({
        code: '42501',
      })
    }))

  test('11, 12 rolled back writes leave none, savepoints the right ones', () =>
    scene(async (at) => {
      const app = await at.as('application')
      const before = (await at.client.query('select from ledger.audit_logs')).rowCount ?? 0
      await app.query(`begin; update public.notes set kind = 'undone' where id = 7; rollback`)
      await app.query(
        `begin; savepoint a; update public.notes set kind = 'one' where id = 7; rollback to a; update public.notes set kind = 'two' where id = 7; commit`,
      )
      expect((await at.client.query('select from ledger.audit_logs')).rowCount).toBe(before + 1)
      await sealAndSign(at.database.url, at.home)
      expect(kinds(await judged(at))).toEqual([])
    }))

  test('17 sealer adds a block that it made up: found', () =>
    scene(async (at) => {
      const sealer = await at.as('sealer')
      await sealer.query(`set role ledger_sealer;
        insert into ledger.leaves values (407, array[1], sha256('made up'));
        insert into ledger.block (number, first_position, tree_size, snapshot_before, snapshot_after, visible_below, root, system_identifier)
        select number + 1, 407, 408, snapshot_after, snapshot_after, visible_below, root, system_identifier from ledger.block order by number desc limit 1`)
      expect(kinds(await judged(at))).toEqual(expect.arrayContaining(['content', 'root', 'misplaced']))
    }))

  test('23 owner swallows writes by a rule: nothing was written, nothing is told, and the rule is seen', () =>
    scene(async (at) => {
      const owner = await at.as('owner')
      await owner.query(
        `create rule swallow as on update to public.notes do instead nothing; update public.notes set kind = 'swallowed'`,
      )
      const report = await judged(at)
      expect(kinds(report)).toEqual(['guard'])
      expect(report.checks.at(-1)?.problems[0]?.about).toMatch(/rule swallow/)
    }))

  test('25 a new table is born closed', () =>
    scene(async (at) => {
      const owner = await at.as('owner')
      await owner.query('create table public.fresh (id int primary key)')
      const { rows } = await at.client.query(
        `select relrowsecurity and relforcerowsecurity as closed from pg_class where oid = 'public.fresh'::regclass`,
      )
      expect(rows).toEqual([{ closed: true }])
    }))

  /** What a superuser does with every trigger off and on again, and what finds it; `outside` alone where nothing inside can. */
  const detected: [name: string, attack: string, found: ProblemKind[]][] = [
    [
      '28 edits a sealed entry',
      unguarded(`update ledger.audit_logs set actor_role = 'innocent' where id = 3`),
      ['content'],
    ],
    [
      '28b edits only its time',
      unguarded(
        `update ledger.audit_logs set occurred_at = occurred_at - interval '1 microsecond' where id = 3`,
      ),
      ['content'],
    ],
    [
      '28c swaps which field changed',
      unguarded(`update ledger.audit_logs set changed_fields = '{kind}' where id = 402`),
      ['content', 'row-differs'],
    ],
    ['29 deletes a sealed entry', unguarded(`delete from ledger.audit_logs where id = 3`), ['missing']],
    ['29b empties the log', unguarded(`truncate ledger.audit_logs`), ['missing']],
    [
      '30 swaps two entries',
      unguarded(`create temp table s as select * from ledger.audit_logs where id in (3, 4);
       delete from ledger.audit_logs where id in (3, 4); update s set id = 7 - id; insert into ledger.audit_logs overriding system value select * from s`),
      ['content'],
    ],
    [
      '31 inserts an old entry between sealed ones',
      unguarded(`create temp table s as select * from ledger.audit_logs where id = 3;
       update s set id = 900001, actor_role = 'made up'; alter table ledger.audit_logs disable row level security; insert into ledger.audit_logs overriding system value select * from s; alter table ledger.audit_logs enable row level security`),
      ['stray'],
    ],
    [
      '31b reorders the leaves',
      unguarded(
        `update ledger.leaves set ids = ids[2:2] || ids[1:1] || ids[3:], hashes = substring(hashes from 33 for 32) || substring(hashes from 1 for 32) || substring(hashes from 65)`,
      ),
      ['root'],
    ],
    [
      '33 edits an entry and forges its leaf',
      unguarded(`update ledger.audit_logs set actor_role = 'x' where id = 1;
       update ledger.leaves l set hashes = overlay(hashes placing (select ledger.leaf(e) from ledger.audit_logs e where id = 1) from 1) where first_position = 0`),
      ['root'],
    ],
    [
      '36 writes with capture off',
      uncaptured(`update public.notes set kind = 'quiet' where id = 9`),
      ['row-differs'],
    ],
    [
      '36b writes a protected column with capture off',
      uncaptured(`update public.notes set body = 'quiet' where id = 9`),
      ['row-differs'],
    ],
    [
      '36c inserts with capture off',
      uncaptured(`insert into public.notes values (9001)`),
      ['row-unrecorded'],
    ],
    ['37 deletes a row with capture off', uncaptured(`delete from public.notes where id = 9`), ['row-gone']],
    [
      '37b brings a deleted row back',
      uncaptured(`insert into public.notes values (400, null, 'k400', 'text 400')`),
      ['row-back'],
    ],
    [
      '37c leaves capture off',
      `alter event trigger ledger_commands disable; alter table public.notes disable trigger ledger_capture`,
      ['guard'],
    ],
    [
      '37d gives the application the log',
      `grant update on ledger.audit_logs to ${who.application}`,
      ['guard'],
    ],
    ['37e lets the log’s owner sign in', `alter role ledger_owner login`, ['guard']],
    [
      '37f leaves the log without its refusal',
      `alter event trigger ledger_commands disable; alter table ledger.audit_logs disable trigger audit_logs_refuse_row`,
      ['guard'],
    ],
    [
      '37g leaves one partition without its refusal',
      `do $$ begin execute format('alter event trigger ledger_commands disable'); execute format('alter table %s disable trigger audit_logs_refuse_row', (select tableoid::regclass from ledger.audit_logs limit 1)); end $$`,
      ['guard'],
    ],
    [
      '27c replaces capture by nothing',
      `alter event trigger ledger_commands disable; create or replace function ledger.capture_public_notes() returns trigger language plpgsql security definer as 'begin return null; end'`,
      ['guard'],
    ],
    [
      'swaps the key of a checkpoint',
      unguarded(`update ledger.checkpoint set note = replace(note, '— tabellion', '— tabellion2')`),
      ['signature'],
    ],
    [
      'signs with a key of its own',
      unguarded(
        `update ledger.checkpoint set note = overlay(note placing 'AAAAAAAA' from length(note) - 40)`,
      ),
      ['signature'],
    ],
    ['forges a stored root', unguarded(`update ledger.block set root = sha256('x')`), ['root']],
    [
      'moves an entry to another block',
      unguarded(`update ledger.block set snapshot_after = snapshot_before`),
      ['misplaced'],
    ],
  ]

  test.each(detected)('superuser %s: found', (_name, attack, found) =>
    scene(async (at) => {
      try {
        await at.client.query(attack)
        const report = await judged(at)
        expect(kinds(report)).toEqual(expect.arrayContaining(found))
        expect(report.verdict).toBe('broken')
      } finally {
        await at.client.query('alter role ledger_owner nologin')
      }
    }),
  )

  test('32 superuser cuts the tail with its checkpoint: only somebody outside can tell', () =>
    scene(async (at) => {
      await at.client.query(`insert into public.notes values (5001, null, 'tail', 'x')`)
      const tail = await sealAndSign(at.database.url, at.home)
      await at.client.query(
        `${unguarded(`delete from ledger.audit_logs where id > 407; delete from ledger.leaves where first_position >= 407;
        delete from ledger.block where number = 2; delete from ledger.checkpoint where tree_size > 407`)}; ${uncaptured('delete from public.notes where id = 5001')}`,
      )
      expect(kinds(await judged(at))).toEqual([])
      expect(kinds(await judged(at, [at.outside]))).toEqual([])
      expect(kinds(await judged(at, [at.outside, tail]))).toEqual(['truncated'])
    }))

  test('34 superuser with the signing key rewrites all of history: only somebody outside can tell', () =>
    scene(async (at) => {
      await at.client.query(
        unguarded(`update ledger.audit_logs set actor_role = 'innocent' where id = 3;
        delete from ledger.leaves; delete from ledger.block; delete from ledger.node; delete from ledger.checkpoint`),
      )
      await sealAndSign(at.database.url, at.home)
      expect(kinds(await judged(at))).toEqual([])
      const report = await judged(at, [at.outside])
      expect(kinds(report)).toEqual(['forked'])
      expect(report.verdict).toBe('broken')
    }))

  test('35 superuser deletes an unsealed entry: its row tells', () =>
    scene(async (at) => {
      await at.client.query(`update public.notes set kind = 'window' where id = 9`)
      await at.client.query(unguarded(`delete from ledger.audit_logs where id > 407`))
      expect(kinds(await judged(at))).toEqual(['row-differs'])
    }))

  test('38, 39 what only the row’s transaction betrays is a note, and is said to be no more', () =>
    scene(async (at) => {
      await at.client.query(
        uncaptured(
          `update public.notes set kind = 'ghost' where id = 9; update public.notes set kind = 'k9' where id = 9`,
        ),
      )
      const report = await judged(at)
      expect(kinds(report)).toEqual([])
      expect(notesOf(report)).toContain('touched-rows')
    }))

  test('42 an old backup in the place of the database: the tail is gone, says who held it', () =>
    scene(async (backup) => {
      const newer = await scene(async (at) => {
        await at.client.query(`update public.notes set kind = 'after the backup' where id = 9`)
        return sealAndSign(at.database.url, at.home)
      })
      expect(kinds(await judged(backup, [newer]))).toEqual(['truncated'])
    }))

  test('43 a copy on another server is not sealed', () =>
    scene(async (at) => {
      await at.client.query(unguarded(`update ledger.block set system_identifier = 1`))
      await at.client.query(`update public.notes set kind = 'elsewhere' where id = 9`)
      await expect(seal(at.database.url, 't')).rejects.toMatchObject({ kind: 'conflict' })
    }))

  test('44 switching capture off and on again between checkpoints stays in the record of configurations', () =>
    scene(async (at) => {
      await at.client.query(
        `alter event trigger ledger_commands disable; alter table public.notes disable trigger ledger_capture; insert into public.pairs values (7, 'z', 'w')`,
      )
      await sealAndSign(at.database.url, at.home)
      await at.client.query(
        `alter table public.notes enable always trigger ledger_capture; alter event trigger ledger_commands enable always; insert into public.pairs values (8, 'z', 'w')`,
      )
      await sealAndSign(at.database.url, at.home)
      const report = await judged(at)
      expect(kinds(report)).toEqual(['guard'])
      expect(notesOf(report)).toContain('configuration-changed')
    }))

  test('46 two histories shown to two people: neither checkpoint fits the other’s log', () =>
    scene(async (at) => {
      const other = await scene(async (twin) => {
        await twin.client.query(`update public.notes set kind = 'shown to one' where id = 9`)
        return sealAndSign(twin.database.url, twin.home)
      })
      await at.client.query(`update public.notes set kind = 'shown to another' where id = 9`)
      await sealAndSign(at.database.url, at.home)
      expect(kinds(await judged(at, [other]))).toEqual(['forked'])
    }))

  test('without the keys nothing is called intact by the database’s own word', () =>
    scene(async (at) => {
      const report = await verify(at.database.url, 't', { trusted: [] })
      expect(report.verdict).toBe('unknown')
      expect(sha256(Buffer.from(report.verdict)).length).toBe(32)
    }))
})
