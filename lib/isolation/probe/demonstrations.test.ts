import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import { installNeglected, installReference } from '@/db/reference/files'
import { makeTwoClinics } from '@/db/reference/two-clinics'
import { holdsOnRelation } from '@/lib/catalog/privileges'
import { readSnapshot } from '@/lib/catalog/read'
import { connected, withClone } from '@/lib/clone/with-clone'
import { factsOf } from '@/lib/rules/facts'
import { lineCommands } from '../lines'
import { checksOf } from '../export/regression'
import { plainTest } from '../export/regression-sql'
import { scriptOf } from '../export/script'
import { setupOf } from '../setup/setup'
import type { Counterexample, Observation } from '../types'
import { probe } from './probe'

// A server of its own: these clones are in use longer than others would wait.
let own: OwnServer
beforeAll(async () => {
  own = await ownServer()
})
afterAll(async () => {
  for (const asked of installed.values()) await (await asked).db.drop()
  await own.stop()
})

type Install = typeof installReference
const installed = new Map<Install, ReturnType<typeof install>>()

async function install(work: Install) {
  const db = await own.database()
  const client = await db.connect()
  await work(client).finally(() => client.end())
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, {}))
  return { db, snapshot, setup }
}

/** A demonstration's schema, installed once, and what is asked about it. */
function askedOf(work: Install) {
  const known = installed.get(work) ?? install(work)
  installed.set(work, known)
  return known
}

/** What two principals of a role, as they are detected, reach in the tables of a demonstration. */
async function probed(work: Install, role: string): Promise<Observation[]> {
  const { snapshot, setup } = await askedOf(work)
  const asked = {
    ...setup,
    tenants: setup.tenants.filter(({ relation }) => /^public\.[^(]*$/.test(relation)),
    principals: setup.principals.filter((each) => each.role === role && each.tenants.length > 0).slice(0, 2),
  }
  expect(asked.principals.length).toBeGreaterThan(0)
  return withClone(snapshot, { url: own.url, own: false }, (clone) =>
    probe(snapshot, asked, clone, { effort: 0.1 }),
  )
}

test('no table of the reference schema is crossed by those who work in a clinic', async () => {
  const seen = await probed(installReference, 'app_rw')
  const tables = seen.filter(
    ({ relation }) => /^public\.\w+$/.test(relation) && relation !== 'public.audit_logs',
  )
  expect(tables.filter(({ alive, command }) => alive && command === 'SELECT').length).toBeGreaterThan(20)
  expect(
    tables.flatMap(({ relation, command, crossed }) => (crossed ? `${command} ${relation}` : [])),
  ).toEqual([])
}, 600_000)

/** Who crosses what by which planted defect. */
const planted = [
  ['neg_app', 'SELECT public.exames', 'row'],
  ['neg_app', 'SELECT public.prontuarios', 'row'],
  ['neg_app', 'SELECT public.consultas', 'row'],
  ['neg_app', 'TRUNCATE public.consultas', 'row'],
  ['neg_app', 'SELECT public.receitas', 'row'],
  ['neg_app', 'SELECT public.integracoes', 'row'],
  ['neg_app', 'UPDATE public.usuarios_clinicas', 'row'],
  ['neg_app', 'UPDATE public.orcamentos', 'row'],
  ['neg_app', 'INSERT public.leads', 'row'],
  // Name capture in the sub-select, a tenant written out, a claim of one's own, a login that all share.
  ['neg_app', 'SELECT public.faturas', 'row'],
  ['neg_app', 'SELECT public.campanhas', 'row'],
  ['neg_app', 'SELECT public.documentos', 'row'],
  ['neg_app', 'SELECT public.turnos', 'row'],
  ['neg_app', 'SELECT public.avaliacoes', 'row'],
  // Open to a session that says nothing; through a membership that the session gives itself.
  ['neg_app', 'SELECT public.mensagens', 'row'],
  ['neg_app', 'SELECT public.alertas', 'row'],
  ['neg_app', 'SELECT public.buscar_paciente(text)', 'row'],
  ['neg_app', 'DELETE public.executa_sql(text)', 'row'],
  ['neg_app', 'SELECT public.pacientes', 'covert'],
  ['neg_app', 'SELECT public.etiquetas', 'session'],
  ['neg_portal', 'SELECT public.pacientes', 'row'],
  ['neg_relatorios', 'SELECT public.vw_pacientes', 'row'],
  ['neg_relatorios', 'SELECT public.mv_faturamento', 'row'],
  ['neg_relatorios', 'SELECT public.movimentos_2026_01', 'row'],
] as const

test('every planted leak of the neglected database is found, and its story crosses on a clone of its own', async () => {
  const { snapshot, setup } = await askedOf(installNeglected)
  const server = { url: own.url, own: false }
  const principals = setup.principals.filter(
    ({ name, role }) => role !== 'neg_anon' && (role === 'neg_app' || name.endsWith('/A')),
  )
  const seen = await withClone(
    snapshot,
    server,
    (clone) => probe(snapshot, { ...setup, principals }, clone),
    {
      patience: 500_000,
    },
  )
  const stories = planted.map(([role, what, channel]) => {
    const found = seen.find(
      (each) =>
        each.role === role &&
        `${each.command} ${each.relation}` === what &&
        each.channel === channel &&
        // executa_sql opens everything: what is planted beside it must be found without.
        each.crossed?.through === undefined &&
        each.crossed !== null,
    )
    return { what: `${role} ${what} ${channel}`, crossed: found?.crossed ?? null }
  })
  expect(stories.flatMap(({ what, crossed }) => (crossed ? [] : [what]))).toEqual([])
  const told = seen.find((each) => each.crossed?.through && each.relation === 'public.pacientes')
  expect(told?.crossed?.through?.en).toMatch(/^public\.executa_sql\(text\) opens it first/)
  stories.push({ what: 'by executa_sql', crossed: told?.crossed ?? null })
  const pasted = await withClone(snapshot, server, async (clone) => {
    const failed: string[] = []
    for (const { what, crossed } of stories)
      if (crossed && !(await crosses(clone.url, crossed))) failed.push(what)
    return failed
  })
  expect(pasted).toEqual([])
}, 600_000)

/**
 * The script as psql would run it: what its last statement reads holds the row that the story tells of, what it writes
 * touches one, or it is refused for what it must not know.
 */
async function crosses(url: string, story: Counterexample): Promise<boolean> {
  const client = await connected(url)
  const last = story.steps.at(-1)?.sql ?? ''
  try {
    const asText = { types: { getTypeParser: () => String } }
    const results = [await client.query({ text: scriptOf(story), ...asText })].flat() as {
      command: string
      rowCount: number | null
      rows: Record<string, string | null>[]
    }[]
    // EXECUTE says what the statement does that was prepared.
    const does = last.replace(/^execute\b/i, 'SELECT').toUpperCase()
    const told = results.filter(({ command }) => does.startsWith(command.split(' ')[0] ?? '')).at(-1)
    if (/^truncate/i.test(last)) return true
    if (!/^(select|execute)\b/i.test(last)) return (told?.rowCount ?? 0) > 0
    return told?.rows.some((row) => isOf(row, story)) ?? false
  } catch (error) {
    return (error as { code?: string }).code === '23505'
  } finally {
    await client.end()
  }
}

/** The row that the story tells of, by its key; what a function or a materialized view puts together names its tenant. */
function isOf(read: Record<string, string | null>, { row, tenant }: Counterexample): boolean {
  const same = (name: string) => !(name in row) || spelled(read[name]) === spelled(row[name])
  return (
    Object.keys(read).every(same) || Object.values(read).some((value) => value !== null && value === tenant)
  )
}

/** psql and JSON write Booleans each in their way. */
const spelled = (text: string | null | undefined) =>
  text === 'true' ? 't' : text === 'false' ? 'f' : (text ?? null)

/** What the exported test says on a demonstration with rows of several clinics, after a statement that damages it. */
async function tested(work: Install, relations: readonly string[], damage = ''): Promise<string> {
  const { db, snapshot, setup } = await askedOf(work)
  const roles = [...new Set(setup.principals.map(({ role }) => role))]
  const reached = relations.flatMap((relation) =>
    roles.flatMap((role) =>
      lineCommands
        .filter((command) => {
          const known = snapshot.relations.find(({ id }) => id === relation)
          return known && holdsOnRelation(snapshot, known, role, command)
        })
        .map((command) => ({ relation, role, command })),
    ),
  )
  const script = plainTest({ database: 'x', takenAt: 'now' }, checksOf(snapshot, setup, reached))
  const client = await db.connect()
  const said: string[] = []
  client.on('notice', ({ message }) => said.push(message ?? ''))
  try {
    // The script's own ROLLBACK takes the damage back.
    await client.query(`begin; ${damage}`)
    await client.query(script)
    return said.join('\n')
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end()
  }
}

test('the exported test holds on the reference with two clinics, and fails once a policy is damaged', async () => {
  const { db } = await askedOf(installReference)
  const client = await db.connect()
  await makeTwoClinics(client).finally(() => client.end())
  const tables = [
    'public.patients',
    'public.appointments',
    'public.medical_records',
    'public.consent_records',
  ]
  expect(await tested(installReference, tables)).toMatch(/isolation holds: \d+ checks, [1-9]\d* of them/)
  const damaged = [
    [
      'alter policy patients_select_app on patients using (true)',
      'app_rw/A: reads no foreign row of public.patients',
    ],
    [
      'alter table appointments disable row level security',
      'app_rw/A: reads no foreign row of public.appointments',
    ],
  ] as const
  for (const [damage, named] of damaged) {
    const said = await tested(installReference, tables, damage)
    expect(said).toContain('isolation is broken')
    expect(said).toContain(named)
  }
}, 600_000)

test('the exported test fails on the neglected database, also where a foreign table cannot be read', async () => {
  const tables = ['public.exames', 'public.consultas', 'public.receitas', 'public.laudos_laboratorio']
  const said = await tested(installNeglected, tables)
  expect(said).toContain('neg_app/A: reads no foreign row of public.exames')
  expect(said).toContain('neg_app/A: reads no foreign row of public.receitas')
  expect(said).toContain('neg_portal/A: reads no foreign row of public.consultas')
}, 600_000)
