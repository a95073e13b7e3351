import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { embeddedBinaries } from './binaries'
import { startCluster, type Cluster } from './cluster'
import { bringUp, demonstrate, once } from './demonstration'
import type { Recipe } from './recipes'

let home: string
let cluster: Cluster
const said: string[] = []
const say = (text: string) => void said.push(text)
const heard = () => said.splice(0)

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tabellion-demonstration-'))
  cluster = await startCluster({ binaries: embeddedBinaries(process.cwd()), home: join(home, 'postgres') })
})

afterAll(async () => {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
})

const signsIn = async (url: string) => {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ who: string }>('select session_user as who')
  await client.end()
  return rows[0]?.who
}

test(
  'a home of an earlier version starts: what it lacks is there, and what was replaced is said',
  { timeout: 240_000 },
  async () => {
    // As the first releases left it: databases without a version, and no role that times operations.
    await once(cluster, 'postgres', 'create database clinic')
    await once(cluster, 'postgres', 'create database tabellion_demo')
    await once(
      cluster,
      'clinic',
      'create role tabellion_scanner login; create role tabellion_web login noinherit; create table old ()',
    )
    const [clinic] = await demonstrate({ cluster, fresh: false, say })
    expect(heard()).toEqual([
      expect.stringMatching(
        /^The demonstration database clinic is of another version: .*recorded in it goes/,
      ),
      expect.stringMatching(/^Loading the demonstration database neglected \(once\)/),
    ])
    expect(await once(cluster, 'clinic', `select to_regclass('public.old') as old`)).toEqual([{ old: null }])
    for (const url of [clinic?.scanUrl, clinic?.recordsUrl, clinic?.measureUrl])
      expect(await signsIn(url ?? '')).toMatch(/^tabellion_(scanner|web|meter)$/)
    expect(
      await once(cluster, 'postgres', `select datname from pg_database where datname = 'tabellion_demo'`),
    ).toHaveLength(1)

    await once(cluster, 'clinic', 'create table public.kept ()')
    await demonstrate({ cluster, fresh: false, say })
    expect(heard()).toEqual([])
    expect(await once(cluster, 'clinic', `select to_regclass('public.kept')::text as kept`)).toEqual([
      { kept: 'kept' },
    ])
  },
)

test('a change of a recipe’s file is another version, and what was there stays until the new one is whole', async () => {
  const file = join(home, 'recipe.sql')
  const recipe: Recipe = { name: 'small', files: [file], load: (url) => run(url, 'create table first ()') }
  const run = async (url: string, sql: string) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  const tables = async () =>
    (await once(cluster, 'small', `select relname from pg_class where relkind = 'r' and oid >= 16384`)).map(
      ({ relname }) => relname,
    )
  writeFileSync(file, 'first')
  await bringUp(cluster, recipe, { fresh: false, say })
  await bringUp(cluster, recipe, { fresh: false, say })
  expect(heard()).toHaveLength(1)

  writeFileSync(file, 'second')
  const broken = { ...recipe, load: (url: string) => run(url, 'select 1 / 0') }
  await expect(bringUp(cluster, broken, { fresh: false, say })).rejects.toMatchObject({ code: '22012' })
  expect(await tables()).toEqual(['first'])

  await bringUp(
    cluster,
    { ...recipe, load: (url) => run(url, 'create table second ()') },
    { fresh: false, say },
  )
  expect(await tables()).toEqual(['second'])
  expect(heard().at(-1)).toMatch(/small is of another version/)
})
