import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { runRules, type ScanResult } from './run'

const names = ['app_clinica', 'dono_login', 'relatorio', 'visitante', 'grupo_leitura']
const suffix = randomBytes(4).toString('hex')
const own = (sql: string) => sql.replaceAll(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), `$1_${suffix}`)

const file = readFileSync(join(process.cwd(), 'lib', 'rules', 'examples', 'spellings.sql'), 'utf8')
const [groundwork = '', ...parts] = file.split(/^--- (.+)$/m)
const cases = parts.flatMap((title, at) => {
  if (at % 2 === 1) return []
  const [schema = ''] = title.split(' ')
  const [kind = '', code = ''] = schema.split('_')
  return [{ title, schema, defect: kind === 'bad', code: code.toUpperCase(), sql: parts[at + 1] ?? '' }]
})

let db: TestDatabase
let result: ScanResult
beforeAll(async () => {
  db = await testDatabase()
  await db.run(
    own(
      `${names.map((name) => `create role ${name} login;`).join('\n')} grant grupo_leitura to relatorio; ${groundwork}`,
    ),
  )
  for (const { schema, sql } of cases) {
    await db.run(
      own(
        `create schema ${schema}; grant usage on schema ${schema} to app_clinica; set search_path = ${schema}, base, public; ${sql}`,
      ),
    )
    await db.run('reset search_path')
  }
  result = await runRules(await readSnapshot(db.url), { unauthenticatedRoles: [own('visitante')] })
})
afterAll(async () => {
  for (const name of names) await db.run(own(`drop owned by ${name} cascade`))
  for (const name of names) await db.run(own(`drop role ${name}`))
  await db.drop()
})

test.each(cases.map((each) => [each.title, each] as const))('%s', (_title, { schema, defect, code }) => {
  const found = result.findings.filter((finding) => finding.object.schema === schema && finding.code === code)
  if (defect) expect(found.length).toBeGreaterThan(0)
  else expect(found.map((finding) => finding.message.en)).toEqual([])
})
