import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { lineCommands } from '../lines'
import { checksOf } from './regression'
import { pgtapTest, plainTest } from './regression-sql'
import { setupOf } from '../setup/setup'

let db: TestDatabase
const role = `reg_${randomBytes(4).toString('hex')}`
const head = { database: 'clinic', takenAt: '2026-01-01T00:00:00Z' }
const [B, C] = ['b0000000-0000-4000-8000-00000000000b', 'c0000000-0000-4000-8000-00000000000c']

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`
    create role ${role};
    create table clinics (id uuid primary key);
    create table patients (id uuid primary key default gen_random_uuid(), clinic_id uuid not null references clinics, name text);
    create table visits (id int primary key, patient_id uuid not null references patients, note text);
    alter table clinics enable row level security; alter table patients enable row level security; alter table visits enable row level security;
    create policy own on clinics using (id = nullif(current_setting('app.clinic_id', true), '')::uuid);
    create policy own on patients using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
    create policy own on visits using (exists (select from patients p where p.id = patient_id and p.clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid));
    grant select, insert, update, delete on patients, visits to ${role}; grant select on clinics to ${role}`)
})
afterAll(async () => {
  await db.run(`drop owned by ${role}; drop role ${role}`)
  await db.drop()
})

async function checks() {
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, { applicationRoles: [role] }))
  const reached = ['public.clinics', 'public.patients', 'public.visits'].flatMap((relation) =>
    (relation === 'public.clinics' ? (['SELECT'] as const) : lineCommands).map((command) => ({
      relation,
      role,
      command,
    })),
  )
  return checksOf(snapshot, setup, reached)
}

/** Runs a script on a connection of its own, as psql would, and answers what it said. */
async function ran(script: string): Promise<string> {
  const client = await db.connect()
  const said: string[] = []
  client.on('notice', ({ message }) => said.push(message ?? ''))
  try {
    await client.query(script)
    return said.join('\n')
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end()
  }
}
const plain = async () => ran(plainTest(head, await checks()))

const holes = [
  [
    'reading',
    'create policy hole on patients for select using (true)',
    'drop policy hole on patients',
    'reads no foreign row of public.patients',
  ],
  [
    'row security off',
    'alter table patients disable row level security',
    'alter table patients enable row level security',
    'deletes no foreign row of public.patients',
  ],
  [
    'adding',
    'create policy hole on patients for insert with check (true)',
    'drop policy hole on patients',
    'adds no foreign row to public.patients',
  ],
  [
    'changing, with what reading needs',
    'create policy hole on visits for update using (true); create policy see on visits for select using (true)',
    'drop policy hole on visits; drop policy see on visits',
    'changes no foreign row of public.visits',
  ],
] as const

describe('the plain SQL test', () => {
  test('fails where there is nothing to reach: it would show nothing', async () => {
    expect(await plain()).toContain('nothing was tested')
  })

  test('passes on an isolated schema, and leaves nothing behind', async () => {
    await db.run(`insert into clinics values ('${B}'), ('${C}');
      insert into patients (id, clinic_id, name) values ('${B}', '${B}', 'b'), ('${C}', '${C}', 'c');
      insert into visits values (1, '${B}', 'x')`)
    const before = await db.run('table patients')
    expect(await plain()).toMatch(/isolation holds: \d+ checks, [1-9]\d* of them with rows/)
    expect(await db.run('table patients')).toEqual(before)
  })

  test.each(holes)('fails on a hole for %s, and names it', async (_what, open, close, named) => {
    await db.run(open)
    const said = await plain()
    await db.run(close)
    expect(said).toContain('isolation is broken')
    expect(said).toContain(named)
  })

  test('fails where own rows can be given away', async () => {
    await db.run(`insert into clinics values ('a0000000-0000-4000-8000-00000000000a');
      insert into patients (clinic_id) values ('a0000000-0000-4000-8000-00000000000a');
      alter policy own on patients with check (true)`)
    const said = await plain()
    await db.run('drop policy own on patients')
    await db.run(
      `create policy own on patients using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid)`,
    )
    expect(said).toContain('moves no row to another tenant in public.patients')
    expect(await plain()).toContain('isolation holds')
  })
})

describe('the pgTAP test', () => {
  // The extension is not on the embedded server: stand-ins of the three functions that the test needs.
  const standIns = `
    create function plan(n integer) returns text language sql as $$ select '1..' || n $$;
    create function "is"(have anyelement, want anyelement, what text) returns text language sql as
      $$ select case when have is not distinct from want then 'ok - ' else 'not ok - ' end || what $$;
    create function finish() returns setof text language sql as $$ select ''::text where false $$;`

  async function tap(): Promise<{ plan: number; lines: string[] }> {
    const client = await db.connect()
    try {
      const results = (await client.query(pgtapTest(head, await checks()))) as unknown as {
        rows: Record<string, string>[]
      }[]
      const said = results.flatMap(({ rows }) => rows.map((row) => Object.values(row)[0] ?? ''))
      const plan = Number(said.find((line) => line.startsWith('1..'))?.slice(3))
      return { plan, lines: said.filter((line) => /^(not )?ok - /.test(line)) }
    } finally {
      await client.end()
    }
  }

  test('plans as many as it runs, passes on an isolated schema and fails on a leaking one', async () => {
    await db.run(standIns)
    const sound = await tap()
    expect(sound.lines).toHaveLength(sound.plan)
    expect(sound.lines.filter((line) => line.startsWith('not'))).toEqual([])
    await db.run('create policy hole on patients for select using (true)')
    const leaking = await tap()
    await db.run('drop policy hole on patients')
    expect(leaking.lines).toContain(`not ok - ${role}/A: reads no foreign row of public.patients`)
  })
})
