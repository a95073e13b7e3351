import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import { connected, withClone } from '@/lib/clone/with-clone'
import { factsOf } from '@/lib/rules/facts'
import { scriptOf } from '../script'
import { setupOf } from '../setup'
import type { Counterexample, Observation } from '../types'
import { probe } from './probe'

// A server of its own: these clones are in use longer than others would wait.
let own: OwnServer
beforeAll(async () => {
  own = await ownServer()
})
afterAll(() => own.stop())

async function askedOf(install: typeof installReference) {
  const db = await own.database()
  const client = await db.connect()
  await install(client).finally(() => client.end())
  const snapshot = await readSnapshot(db.url)
  await db.drop()
  const { setup } = await setupOf(factsOf(snapshot, {}))
  return { snapshot, setup }
}

/** What two principals of a role, as they are detected, reach in the tables of a demonstration. */
async function probed(install: typeof installReference, role: string): Promise<Observation[]> {
  const { snapshot, setup } = await askedOf(install)
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
        each.crossed !== null,
    )
    return { what: `${role} ${what} ${channel}`, crossed: found?.crossed ?? null }
  })
  expect(stories.flatMap(({ what, crossed }) => (crossed ? [] : [what]))).toEqual([])
  const pasted = await withClone(snapshot, server, async (clone) => {
    const failed: string[] = []
    for (const { what, crossed } of stories)
      if (crossed && !(await crosses(clone.url, crossed))) failed.push(what)
    return failed
  })
  expect(pasted).toEqual([])
}, 600_000)

/** The script as psql would run it: its last statement of the story goes through, or is refused for what it must not know. */
async function crosses(url: string, story: Counterexample): Promise<boolean> {
  const client = await connected(url)
  const last = story.steps.at(-1)?.sql ?? ''
  try {
    const results = [await client.query(scriptOf(story))].flat() as {
      command: string
      rowCount: number | null
    }[]
    // EXECUTE says what the statement does that was prepared.
    const does = last.replace(/^execute\b/i, 'SELECT').toUpperCase()
    const told = results.filter(({ command }) => does.startsWith(command.split(' ')[0] ?? ''))
    return /^truncate/i.test(last) || (told.at(-1)?.rowCount ?? 0) > 0
  } catch (error) {
    return (error as { code?: string }).code === '23505'
  } finally {
    await client.end()
  }
}
