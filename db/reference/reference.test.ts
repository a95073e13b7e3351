import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSnapshot } from '@/lib/catalog/read'
import { loadConfig } from '@/lib/config/config'
import { runRules } from '@/lib/rules/run'
import { readTrustStore } from '@/lib/signatures/trust'
import { verifySignature } from '@/lib/signatures/verify'
import { demonstration, seedClinic } from '../seed/clinic'
import { age } from '../seed/patients'
import { clinicIds, demoPeople } from '../seed/people'
import { ownServer, type OwnServer } from '../own-server'
import { majors, testDatabase, type TestDatabase } from '../test-database'
import { installReference, referenceFiles } from './files'

describe.each(majors().map((major) => [major]))('PostgreSQL %i', (major) => {
  let server: OwnServer
  let database: TestDatabase
  beforeAll(async () => {
    server = await ownServer(major)
    database = await server.database()
  })
  afterAll(async () => {
    await database.drop()
    await server.stop()
  })

  test('installs into an empty database, and a scan finds nothing above low', async () => {
    const client = await database.connect()
    await installReference(client).finally(() => client.end())
    const found = await runRules(await readSnapshot(database.url), {})
    // A server past its end is the server's own finding, and true.
    const ours = found.findings.filter(({ severity, rule }) => severity !== 'low' && rule !== 'version-eol')
    expect(ours.map(({ key }) => key)).toEqual([])
    expect(found.score.value).toBeGreaterThanOrEqual(90)
  })

  test('scores 100 once a person has named its roles and vouched for the reads', async () => {
    const config = loadConfig(join(import.meta.dirname, 'tabellion.config.json'))
    const found = await runRules(await readSnapshot(database.url), {
      ...config,
      // The server's age is not the schema's.
      severity: { 'version-eol': 'low' },
    })
    expect(found.score).toMatchObject({ value: 100, cap: null })
    expect(found.findings.filter(({ severity }) => severity !== 'low').map(({ key }) => key)).toEqual([])
  })

  test('grants nothing to PUBLIC, and classifies every table, column and function', async () => {
    const open = await database.run(
      `select n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
              aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as g
       where n.nspname in ('app', 'ledger', 'public') and g.grantee = 0`,
    )
    expect(open).toEqual([])
    const unsaid = await database.run(
      `select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace::regnamespace::text in ('public', 'ledger') and c.relkind in ('r', 'p', 'v')
         and not c.relispartition and (ledger.class_of(c.oid, a.attnum) is null or obj_description(c.oid) !~ '\\[(pub|int|pers|sens) audit=')
       union all
       select p.oid::regprocedure::text::regclass, '' from pg_proc p where false
       union all
       select null, p.proname from pg_proc p where p.pronamespace::regnamespace::text in ('app', 'ledger')
         and obj_description(p.oid, 'pg_proc') is null`,
    )
    expect(unsaid).toEqual([])
  })

  test('parts notices and messages by quarter; a partition is closed to all who come to it by its name', async () => {
    const parts = await database.run<{ part: string }>(
      `select inhrelid::regclass::text as part from pg_inherits
       where inhparent in ('notifications'::regclass, 'ai_chat_messages'::regclass)`,
    )
    expect(parts.length).toBeGreaterThanOrEqual(12)
    for (const { part } of parts) {
      for (const role of [
        'app_rw',
        'app_patient',
        'dashboard_officer',
        'dashboard_admin',
        'dashboard_viewer',
      ])
        await expect(database.run(`set role ${role}; select from ${part}`)).rejects.toThrow(
          /permission denied/,
        )
      await database.run('reset role')
    }
    const clinic = randomUUID()
    const queued = ['2026-02-10', '2031-05-01', '2031-06-30']
    await database.run(`
      set session_replication_role = replica; set timezone = 'UTC';
      select app.make_partitions('2026-01-01', '2026-03-01');
      insert into notifications (clinic_id, user_id, kind, channel, address_masked, template_code, template_version, queued_at, body_sha256)
      select '${clinic}', '${clinic}', 'appointment', 'email', 'a***', 'lembrete', 1, at::timestamptz, sha256('b') from unnest(array['${queued.join("', '")}']) at;
      reset session_replication_role`)
    const found = await database.run(
      `select tableoid::regclass::text as part, count(*)::int as rows from notifications where clinic_id = '${clinic}' group by 1 order by 1`,
    )
    expect(found).toEqual([
      { part: 'notifications_2026q1', rows: 1 },
      { part: 'notifications_rest', rows: 2 },
    ])
    // The owner is bound too, and what lies in the rest keeps its quarter there.
    expect(await database.run(`set role neonpro_owner; select from notifications_2026q1`)).toEqual([])
    await database.run('reset role')
    const made = await database.run(`select app.make_partitions('2031-04-01', '2031-07-01') as made`)
    // Both quarters of the messages, and of the notices the one that nothing lies in.
    expect(made).toEqual([{ made: 3 }])
    await database.run(`truncate notifications`)
  })

  test('installs without a superuser', async () => {
    const other = await server.database()
    const role = `installer_${randomBytes(4).toString('hex')}`
    await other.run(
      `create role ${role} login createrole password 'x'; alter database ${other.name} owner to ${role}`,
    )
    if (major < 15) await other.run(`alter schema public owner to ${role}`)
    // What an administrator does once for such an installer, as the roles exist on this server already.
    const membership = major >= 16 ? 'with admin true, inherit true, set true' : 'with admin option'
    for (const one of ['neonpro_owner', 'app_gate', 'ledger_owner'])
      await other.run(`grant ${one} to ${role} ${membership}`).catch(() => undefined)
    const client = await other.connect(other.urlAs(role, 'x'))
    try {
      await installReference(client)
    } finally {
      await client.end()
    }
    const [row] = await other.run<{ tables: number }>(
      `select count(*)::int as tables from pg_tables where schemaname = 'public' and tableowner = 'neonpro_owner'`,
    )
    expect(row?.tables).toBeGreaterThanOrEqual(14)
    await other.drop()
  })
})

test('psql runs the same files in the same order', () => {
  const root = join(import.meta.dirname, '../..')
  const included = (script: string): string[] =>
    [...readFileSync(join(root, script), 'utf8').matchAll(/^\\ir (\S+)$/gm)].flatMap(([, name]) => {
      const path = join(script, '..', name ?? '')
      return name?.endsWith('install.sql') ? included(path) : [path]
    })
  expect(included('db/reference/install.sql')).toEqual(
    referenceFiles(root).map((path) => relative(root, path)),
  )
})

describe('the demonstration', () => {
  const today = new Date('2026-11-20T12:00:00Z')
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.drop())

  test('is the same each time', () => {
    expect(demonstration(today)).toEqual(demonstration(today))
  })

  test('lets those sign who may, whenever it is made', () => {
    for (const at of ['2026-11-28T11:00Z', '2026-12-01T22:00Z', '2026-12-07T17:00Z']) {
      const made = demonstration(new Date(at))
      const inserted = (table: string) =>
        made.filter((each) => each.table === table && each.change === 'insert').map(({ row }) => row)
      const people = new Map(inserted('public.patients').map((row) => [row['id'], row]))
      const asked = new Map(inserted('public.consent_records').map((row) => [row['id'], row['patient_id']]))
      const granted = made.filter(
        ({ table, row }) => table === 'public.consent_records' && row['signer_kind'],
      )
      expect(granted.length).toBeGreaterThan(100)
      for (const { row } of granted) {
        const person = people.get(asked.get(row['id']))
        const years = age(String(person?.['birth_date']), String(row['decided_at']).slice(0, 10))
        const signer =
          person?.['legal_capacity'] === 'curatela' || years < 16
            ? 'representative'
            : years < 18
              ? 'both'
              : 'patient'
        expect([row['signer_kind'], Boolean(row['representative_id'])]).toEqual([
          signer,
          signer !== 'patient',
        ])
      }
    }
  })

  test('loads, and its triggers record it', { timeout: 240_000 }, async () => {
    const client = await database.connect()
    await installReference(client)
    const trustFolder = mkdtempSync(join(tmpdir(), 'tabellion-trust-'))
    await seedClinic(client, { today, trustFolder }).finally(() => client.end())
    const [row] = await database.run<{ entries: number }>(
      'select count(*)::int as entries from ledger.audit_logs',
    )
    expect(row?.entries).toBeGreaterThan(10_000)

    const statuses = await database.run<{ reason: string | null }>(
      `select distinct coalesce(status_reason, status::text) as reason from consent_records`,
    )
    expect(statuses.map(({ reason }) => reason).sort()).toEqual([
      'deceased',
      'entered_in_error',
      'granted',
      'pending',
      'period_elapsed',
      'purpose_ended',
      'refused',
      'request_cancelled',
      'request_timeout',
      'subject_request',
      'superseded',
      'vitiated',
    ])
    const trust = readTrustStore(trustFolder)
    rmSync(trustFolder, { recursive: true })
    const signatures = await database.run<{ cms: Buffer; digest: Buffer; at: Date }>(
      `select cms, signed_at as at, sha256(app.canonical_content(clinic_id, document_table, document_id)) as digest
       from digital_signatures`,
    )
    expect(signatures.length).toBeGreaterThan(100)
    const results = await Promise.all(
      signatures.map(({ cms, digest, at }) =>
        verifySignature({ cms, digest: async () => digest, trust, signedAt: at }),
      ),
    )
    expect([...new Set(results.map(({ reason, revocation }) => `${reason} ${revocation}`))]).toEqual([
      'valid good',
    ])

    const strangers = await database.run(
      `select table_name from ledger.audit_logs where actor_user_id is null and action in ('create', 'update')`,
    )
    expect(strangers).toEqual([])
    for (const person of demoPeople.filter(({ role }) => role !== 'dba')) {
      const rows = await database.run<{ clinic_id: string }>(
        `select distinct clinic_id from clinic_members where user_id = $1 order by 1`,
        [person.subject],
      )
      expect(rows.map(({ clinic_id }) => clinic_id)).toEqual([...person.clinics].sort())
    }
    expect(Object.keys(clinicIds)).toHaveLength(3)
  })
})
