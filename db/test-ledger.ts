import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'pg'
import { installLedger, runFiles } from './reference/files'
import { testDatabase, type TestDatabase } from './test-database'

/** A folder of keys, and a database with a ledger that watches two tables, made once and copied for each attack. */
export interface LedgerWorld {
  readonly home: string
  /** A copy with its own connection as the superuser. */
  copy(): Promise<{ database: TestDatabase; client: Client }>
  drop(): Promise<void>
}

/** Who attacks: the application, a table's owner, the one who seals. Cluster-wide names of this run alone. */
export interface Attackers {
  readonly application: string
  readonly owner: string
  readonly sealer: string
}

/**
 * @param guard install the event triggers that only a superuser can
 * @param fill what happens before the copies are made, such as sealing
 */
export async function ledgerWorld(
  major: number,
  who: Attackers,
  { guard, fill }: { guard: boolean; fill: (database: TestDatabase, home: string) => Promise<void> },
): Promise<LedgerWorld> {
  const home = mkdtempSync(join(tmpdir(), 'tabellion-world-'))
  const template = await testDatabase(major)
  const client = await template.connect()
  await installLedger(client)
  if (guard) await runFiles(client, [join(import.meta.dirname, 'ledger', 'optional_ddl_guard.sql')])
  await client.query(`
    do $$ begin
      if to_regrole('${who.application}') is null then create role ${who.application} login password 'x'; end if;
      if to_regrole('${who.owner}') is null then create role ${who.owner} login password 'x'; end if;
      if to_regrole('${who.sealer}') is null then create role ${who.sealer} login noinherit password 'x'; end if;
    end $$;
    grant ledger_sealer to ${who.sealer};
    grant usage, create on schema public to ${who.owner};
    set role ${who.owner};
    create table public.notes (id int primary key, clinic_id uuid, kind text, body text);
    create table public.pairs (a int, b text, note text, primary key (a, b));
    reset role;
    alter table public.notes no force row level security; alter table public.notes disable row level security;
    alter table public.pairs no force row level security; alter table public.pairs disable row level security;
    comment on column public.notes.id is 'Key. [int]';
    comment on column public.notes.kind is 'Kind. [pub]';
    comment on column public.notes.body is 'Text. [sens free]';
    select ledger.watch('public.notes'), ledger.watch('public.pairs');
    grant usage on schema public to ${who.application};
    grant select, insert, update, delete on public.notes, public.pairs to ${who.application};
    insert into public.notes select n, null, 'k' || n, 'text ' || n from generate_series(1, 400) n;
    insert into public.pairs values (1, 'x', 'y');`)
  await client.query(`update public.notes set body = 'other', kind = 'seen' where id <= 5`)
  await client.query(`delete from public.notes where id = 400`)
  await client.end()
  await fill(template, home)
  await template.freeze()
  return {
    home,
    async copy() {
      const database = await testDatabase(major, template.name)
      return { database, client: await database.connect() }
    },
    async drop() {
      await template.drop()
      rmSync(home, { recursive: true })
    },
  }
}
