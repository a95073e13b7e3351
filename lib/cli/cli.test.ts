import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import type { ScanReport } from '@/lib/output/report'
import { buildCli } from '@/scripts/build-cli.mjs'

const root = process.cwd()
const role = `cli_${randomBytes(4).toString('hex')}`
let server: OwnServer
let db: TestDatabase
let folder: string

beforeAll(async () => {
  await buildCli()
  folder = mkdtempSync(join(tmpdir(), 'tabellion-cli-'))
  // Two scans of one server are compared: nobody else makes a role there between them.
  server = await ownServer()
  db = await server.database()
  await db.run(`
    create table clinic (id uuid primary key default gen_random_uuid());
    create table "odd ""name" (id int, "select" text);
    create table patient (id uuid primary key default gen_random_uuid(), clinic_id uuid references clinic, cpf text);
    create role ${role} login password 'p@ss-${role}';
    grant select on patient to ${role}`)
})

afterAll(async () => {
  await db.drop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const run = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const { DATABASE_URL: _, FORCE_COLOR: __, ...rest } = process.env
    const child = spawn(process.execPath, [join(root, 'bin/tabellion.mjs'), ...args], {
      cwd: folder,
      env: { ...rest, TABELLION_HOME: join(folder, 'home'), ...env },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (data: Buffer) => (out += data.toString()))
    child.stderr.on('data', (data: Buffer) => (err += data.toString()))
    child.on('close', (code) => resolve({ code, out, err }))
  })

const oneSentence = (ran: Ran) => {
  expect(ran.code).toBe(2)
  expect(ran.out).toBe('')
  expect(ran.err.trim().split('\n')).toHaveLength(1)
  expect(ran.err.trim()).toMatch(/[.?!)]$/)
  return ran.err
}

test('scan as JSON has the shape of the contract and standard output holds nothing else', async () => {
  const ran = await run(['scan', '--url', db.url, '--format', 'json', '--timing'])
  expect(ran.code).toBe(0)
  expect(ran.err).toMatch(
    /^timing: read catalog \d+ ms \([a-z ]+ \d+.*\), rules \d+ ms( \(.+\))?, write \d+ ms, total \d+ ms, \d+ MB\n$/,
  )
  const report = JSON.parse(ran.out) as ScanReport
  expect(Object.keys(report)).toEqual(['tabellion', 'database', 'score', 'outcomes', 'rules', 'findings'])
  expect(report.database.name).toBe(db.name)
  expect(Object.values(report.outcomes).reduce((a, b) => a + b, 0)).toBe(report.rules.length)
  const key = report.findings.find((finding) => finding.code === 'K01')
  expect(key).toMatchObject({
    key: 'no-primary-key:public."odd ""name"',
    rule: 'no-primary-key',
    severity: 'high',
    object: { kind: 'table', schema: 'public', name: 'odd "name', column: null, part: null },
    waiver: null,
  })
  expect(Object.keys(key?.fix ?? {})).toEqual(['sql', 'lock', 'advice'])
})

test('two scans of one database give the same findings', async () => {
  const [a, b] = [
    await run(['scan', '--url', db.url, '--format', 'json']),
    await run(['scan', '--url', db.url, '--format', 'json']),
  ]
  expect((JSON.parse(a.out) as ScanReport).findings).toEqual((JSON.parse(b.out) as ScanReport).findings)
})

test('--fail-on decides between 0 and 1; check fails by itself', async () => {
  expect((await run(['scan', '--url', db.url, '--fail-on', 'high', '--rule', 'K01'])).code).toBe(1)
  expect((await run(['scan', '--url', db.url, '--fail-on', 'critical', '--rule', 'K01'])).code).toBe(0)
  expect((await run(['scan', '--url', db.url, '--fail-on', 'none', '--rule', 'no-primary-key'])).code).toBe(0)
  expect((await run(['check', '--url', db.url, '--rule', 'K01'])).code).toBe(1)
  expect((await run(['check', '--url', db.url, '--rule', 'K02,X01'])).code).toBe(0)
})

test('a baseline lets known findings pass and stops on a new one', async () => {
  const file = join(folder, 'base.json')
  expect((await run(['scan', '--url', db.url, '--format', 'json', '--output', file])).out).toBe('')
  expect((await run(['check', '--url', db.url, '--baseline', file, '--fail-on', 'low'])).code).toBe(0)
  await db.run('create table fresh (a int)')
  const ran = await run(['check', '--url', db.url, '--baseline', file, '--format', 'json'])
  await db.run('drop table fresh')
  expect(ran.code).toBe(1)
  const report = JSON.parse(ran.out) as ScanReport
  expect(report.findings.filter((finding) => finding.new).map((finding) => finding.key)).toContain(
    'no-primary-key:public.fresh',
  )
  expect(report.baseline?.new).toBeGreaterThan(0)
})

test('a waiver of the configuration stays visible and does not fail', async () => {
  writeFileSync(
    join(folder, 'waived.json'),
    JSON.stringify({
      waivers: [
        {
          rule: 'K01',
          object: 'public."odd ""name"',
          kind: 'by design',
          reason: 'staging',
          approvedBy: 'dpo',
          until: '2999-01-01',
        },
      ],
    }),
  )
  const ran = await run([
    'check',
    '--url',
    db.url,
    '--config',
    'waived.json',
    '--rule',
    'K01',
    '--format',
    'json',
  ])
  expect(ran.code).toBe(0)
  expect((JSON.parse(ran.out) as ScanReport).findings[0]?.waiver).toMatchObject({
    kind: 'by design',
    until: '2999-01-01',
  })
})

test('text has no colour away from a terminal, and every other format can be written', async () => {
  const text = await run(['scan', '--url', db.url])
  expect(text.out).not.toContain('\u001b')
  expect(text.out).toContain('▲ high')
  const pt = await run(['scan', '--url', db.url, '--lang', 'pt'])
  expect(pt.out).toContain('▲ alta')
  for (const format of ['sarif', 'junit', 'markdown', 'csv']) {
    const ran = await run(['scan', '--url', db.url, '--format', format])
    expect(ran.code).toBe(0)
    expect(ran.out.length).toBeGreaterThan(100)
    expect(ran.err).toBe('')
  }
})

test('access lists each role and command with a verdict', async () => {
  const ran = await run(['access', '--url', db.url, '--format', 'json'])
  expect(ran.code).toBe(0)
  const rows = JSON.parse(ran.out) as Record<string, unknown>[]
  const row = rows.find((r) => r['role'] === role && r['table'] === 'patient' && r['command'] === 'SELECT')
  expect(Object.keys(row ?? {})).toEqual(['schema', 'table', 'role', 'command', 'verdict', 'because'])
  expect(row?.['verdict']).toBe('open')
  expect(row?.['because']).not.toEqual([])
  expect((await run(['access', '--url', db.url])).out).toContain('odd "name')
  expect((await run(['access', '--url', db.url, '--format', 'csv'])).out.split('\r\n').length).toBe(
    rows.length + 2,
  )
})

test('snapshots of an unchanged database do not differ; a change is told by name', async () => {
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')]
  await run(['snapshot', '--url', db.url, '--output', a])
  await run(['snapshot', '--url', db.url, '--output', b])
  const same = await run(['diff', a, b, '--format', 'json'])
  expect(changes(same.out)).toEqual([])
  await db.run('alter table patient add column note text; alter table patient enable row level security')
  const ran = await run(['diff', a, db.url, '--format', 'json'])
  await db.run('alter table patient drop column note; alter table patient disable row level security')
  expect(changes(ran.out)).toMatchObject([
    {
      change: 'changed',
      kind: 'relation',
      object: 'public.patient',
      field: 'rls',
      before: false,
      after: true,
    },
    { change: 'added', kind: 'column', object: 'public.patient column "note"' },
  ])
})

const changes = (json: string) => (JSON.parse(json) as { changes: unknown[] }).changes

test('doctor tells an ordinary role what it cannot see and which GRANT would help', async () => {
  const url = db.urlAs(role, `p@ss-${role}`)
  const ran = await run(['doctor', '--url', url, '--format', 'json'])
  expect(ran.code).toBe(0)
  const report = JSON.parse(ran.out) as { role: unknown; grants: string[]; mayDo: unknown }
  expect(report.mayDo).toEqual({ read: 1, write: 0, owns: 0, createIn: [] })
  expect(report.role).toMatchObject({ name: role, superuser: false })
  expect(report.grants.some((grant) => grant.includes('pg_read_all_settings'))).toBe(true)
  expect((await run(['doctor', '--url', db.url])).out).toContain('superuser')
})

test('a role without rights never gets a better outcome than a superuser', async () => {
  const full = JSON.parse((await run(['scan', '--url', db.url, '--format', 'json'])).out) as ScanReport
  const blind = JSON.parse(
    (await run(['scan', '--url', db.urlAs(role, `p@ss-${role}`), '--format', 'json'])).out,
  ) as ScanReport
  expect(blind.score.value).toBeLessThanOrEqual(full.score.value)
  expect(blind.rules.find((rule) => rule.code === 'X01')?.outcome).toBe('unknown')
  const seen = new Set(blind.findings.map((f) => f.key))
  for (const lost of full.findings.filter((f) => !seen.has(f.key)))
    expect(blind.rules.find((rule) => rule.code === lost.code)?.outcome, lost.key).toBe('unknown')
})

test('what cannot be done ends with 2 and one sentence, and no password', async () => {
  const wrong = oneSentence(await run(['scan', '--url', db.urlAs(role, 'very-secret')]))
  expect(wrong).toContain(role)
  expect(wrong).not.toContain('very-secret')
  const gone = new URL(db.url)
  gone.pathname = '/no_such_database'
  expect(oneSentence(await run(['scan', '--url', gone.href]))).toContain('no_such_database')
  const nobody = oneSentence(await run(['scan', '--url', 'postgresql://u:very-secret@127.0.0.1:1/x']))
  expect(nobody).toContain('127.0.0.1:1')
  expect(nobody).not.toContain('very-secret')
  oneSentence(await run(['scan', '--url', 'mysql://u:very-secret@h/x'])).replace('very-secret', () =>
    expect.fail('password'),
  )
  oneSentence(await run(['scan', '--url', 'postgresql://u:very-secret@h:notaport/x'])).replace(
    'very-secret',
    () => expect.fail('password'),
  )
  oneSentence(await run(['scan', '--url', 'nosuchname']))
  oneSentence(await run(['scan']))
  oneSentence(await run(['scan', '--url', db.url, '--no-such-flag']))
  oneSentence(await run(['scan', '--url', db.url, '--rule', 'ZZ99']))
  oneSentence(await run(['scan', '--url', db.url, '--format', 'yaml']))
  oneSentence(await run(['scan', '--url', db.url, '--fail-on', 'sometimes']))
  oneSentence(await run(['scan', '--url', db.url, '--schema', 'nowhere']))
  expect(oneSentence(await run(['scan', '--url', db.url, '--config', 'missing.json']))).toMatch(
    /^missing\.json: /,
  )
  writeFileSync(join(folder, 'broken.json'), '{ "shemas": [] }')
  expect(oneSentence(await run(['scan', '--url', db.url, '--config', 'broken.json']))).toContain('shemas')
  oneSentence(await run(['scan', '--url', db.url, '--baseline', 'missing.json']))
  oneSentence(await run(['scan', '--url', db.url, '--baseline', 'broken.json']))
  oneSentence(await run(['scan', '--url', db.url, '--output', '/no/such/folder/out.json']))
  oneSentence(await run(['diff', 'missing.json', db.url]))
  oneSentence(await run(['frobnicate']))
  oneSentence(await run([]))
})

test.runIf(existsSync('/dev/full'))(
  'standard output on a full disk is a failure, not an empty result',
  () => {
    const full = openSync('/dev/full', 'w')
    const args = [join(root, 'bin/tabellion.mjs'), 'rules', '--format', 'json']
    const { status, stderr } = spawnSync(process.execPath, args, {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    expect([status, stderr]).toEqual([2, 'Standard output cannot be written (ENOSPC).\n'])
  },
)

test('rules lists every rule, and explains one by code or id', async () => {
  const all = await run(['rules', '--format', 'json'])
  expect((JSON.parse(all.out) as unknown[]).length).toBeGreaterThanOrEqual(104)
  expect((await run(['rules'])).out.split('\n').length).toBeGreaterThan(100)
  const one = await run(['rules', 'T01', 'fk-unindexed', '--lang', 'pt'])
  expect(one.out).toContain('T01')
  expect(one.out).toContain('Chave estrangeira sem índice')
  expect(one.out).toContain('Requisitos: LGPD')
  oneSentence(await run(['rules', 'ZZ99']))
})

test('version and help are answers, not failures', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  expect((await run(['--help'])).code).toBe(0)
  expect((await run(['scan', '--help'])).out).toContain('--fail-on')
})

test('DATABASE_URL is the default', async () => {
  const ran = await run(['scan', '--format', 'json', '--rule', 'K01'], { DATABASE_URL: db.url })
  expect((JSON.parse(ran.out) as ScanReport).database.name).toBe(db.name)
})

test('fix writes one migration and what takes it back, and runs neither', async () => {
  const before = await db.run(`select count(*)::int as n from pg_index`)
  const back = join(folder, 'back.sql')
  const ran = await run(['fix', '--url', db.url, '--rule', 'fk-unindexed', 'K03', '--way-back', back])
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toContain(`-- Fixes of findings, for the database: ${db.name}`)
  expect(ran.out).toContain('create index concurrently patient_clinic_id_idx on public.patient (clinic_id);')
  expect(readFileSync(back, 'utf8')).toContain(
    'drop index concurrently if exists public.patient_clinic_id_idx;',
  )
  expect(await db.run(`select count(*)::int as n from pg_index`)).toEqual(before)
  const all = await run(['fix', '--url', db.url, '--severity', 'high', '--lang', 'pt'])
  expect(all.out).toContain('-- Correções de achados')
  expect(oneSentence(await run(['fix', '--url', db.url, '--key', 'no-such:key']))).toContain('no finding')
})

test('doctor, diff and access speak Portuguese too', async () => {
  const doctor = await run(['doctor', '--url', db.urlAs(role, `p@ss-${role}`), '--lang', 'pt'])
  expect(doctor.code).toBe(0)
  expect(doctor.out).toContain('papel comum')
  expect(doctor.out).toContain('Isto ajudaria:')
  expect(doctor.out).not.toMatch(/\b(unknown|is hidden|may not read)\b/)
  const other = await db.connect()
  await db.run('create table "held ""fast" (a int check (a > 0))')
  await other.query('begin; lock table "held ""fast" in access exclusive mode')
  const held = await run(['doctor', '--url', db.url, '--lang', 'pt'])
  await other.end()
  await db.run('drop table "held ""fast"')
  expect(held.out).toContain('Outra sessão alterava ou segurava public."held ""fast" durante a leitura')
  const a = join(folder, 'pt-a.json')
  await run(['snapshot', '--url', db.url, '--output', a])
  await db.run('grant select on patient to public')
  try {
    const diff = await run(['diff', a, db.url, '--lang', 'pt'])
    expect(diff.out).toContain('perigosa')
    expect(diff.out).toContain('+ concessão public.patient: SELECT para PUBLIC')
    expect(diff.out).toContain('Todo papel, inclusive os futuros, tem o direito.')
    const access = await run(['access', '--url', db.url, '--format', 'csv', '--role', role, '--lang', 'pt'])
    expect(access.out).toMatch(/ tem SELECT em public\.patient/)
  } finally {
    await db.run('revoke select on patient from public')
  }
})

test('the commands of the documented pipelines run, and leave what they say', async () => {
  const text = readFileSync(join(root, 'docs/command-line.md'), 'utf8')
  const lines = [...text.matchAll(/node tabellion\/bin\/tabellion\.mjs (check .+)$/gm)].map(
    ([, line = '']) => line,
  )
  expect(lines).toHaveLength(2)
  await run(['scan', '--url', db.url, '--format', 'json', '--output', 'tabellion.baseline.json'])
  for (const line of lines) {
    const words = line.split(' ').map((word) => (word === '"$DATABASE_URL"' ? db.url : word))
    const ran = await run(words)
    expect(ran.err).toBe('')
    // Nothing is new since the baseline; the pipeline without one fails on what is high.
    expect(ran.code).toBe(words.includes('--baseline') ? 0 : 1)
    expect(readFileSync(join(folder, words.at(-1) ?? ''), 'utf8')).toMatch(/^(\{|<\?xml)/)
  }
})
