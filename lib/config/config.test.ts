import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkConfig, ConfigError, loadConfig, parseConfig } from './config'
import { publishedSchema } from './published-schema'

test('nothing configured is a configuration', () => {
  expect(parseConfig('{}')).toEqual({})
})

test('an unknown key is refused by its full name', () => {
  expect(() => parseConfig('{"tenant":{"colum":"x"}}')).toThrow(
    'tabellion.config.json: tenant.colum: no such key',
  )
})

test('a wrong value names its key', () => {
  const value = {
    waivers: [{ rule: 'T01', kind: 'whim', reason: 'because', approvedBy: 'A', until: 'soon' }],
  }
  try {
    checkConfig(value)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const problems = (error as ConfigError).problems.join('\n')
    expect(problems).toContain('waivers[0].kind')
    expect(problems).toContain('waivers[0].until')
    expect((error as ConfigError).exitCode).toBe(2)
  }
})

test('text that is not JSON says so', () => {
  expect(() => parseConfig('{ schemas: }', 'mine.json')).toThrow(/^mine\.json: is not valid JSON/)
})

test('the default file may be missing, a named one may not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-config-'))
  try {
    expect(loadConfig(undefined, folder)).toEqual({})
    expect(() => loadConfig('other.json', folder)).toThrow('other.json: there is no such file')
    writeFileSync(join(folder, 'tabellion.config.json'), '\uFEFF{"schemas":["clinic"]}')
    expect(loadConfig(undefined, folder)).toEqual({ schemas: ['clinic'] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the isolation block takes its documented keys', () => {
  const isolation = {
    threat: 'dml',
    nullTenant: 'foreign',
    tenants: [
      { relation: 'c.patients', column: 'clinic_id' },
      { relation: 'c.search(text)', column: 'clinic_id' },
    ],
    tenantVia: [{ relation: 'c.visit_notes', column: 'visit_id', parent: 'c.visits', parentColumn: 'id' }],
    principals: [
      {
        name: 'A',
        tenants: ['a0'],
        login: null,
        role: 'app_user',
        settings: { 'app.clinic_id': 'a0' },
        claims: null,
      },
    ],
    membership: {
      relation: 'c.memberships',
      user: 'user_id',
      tenant: 'clinic_id',
      when: 'ended_on is null',
      session: "current_setting('app.user_id')::uuid",
    },
    untrusted: ['claims.user_metadata'],
  }
  expect(checkConfig({ isolation })).toEqual({ isolation })
})

test('the published JSON schema is what the code checks', () => {
  const file = new URL('./tabellion.schema.json', import.meta.url)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(publishedSchema())
})
