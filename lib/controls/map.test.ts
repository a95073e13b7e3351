import { describe, expect, test } from 'vitest'
import { installNeglected } from '../../db/reference/files'
import { ownServer } from '../../db/own-server'
import { majors } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { runRules } from '../rules/run'
import { allControls } from './all'
import { assess } from './assess'

describe.each(majors())('on PostgreSQL %i', (major) => {
  test('the neglected database does not meet what its defects break, and a blind scanner meets nothing more', async () => {
    // Two scans are compared, and roles are the whole server's.
    const server = await ownServer(major)
    const db = await server.database()
    const role = `controls_blind_${Math.random().toString(36).slice(2, 10)}`
    try {
      const client = await db.connect()
      await installNeglected(client).finally(() => client.end())
      const seeing = assess(allControls, await runRules(await readSnapshot(db.url), {}))
      const state = (id: string) => seeing.find((each) => each.control.id === id)?.state
      for (const id of ['lgpd-46', 'lgpd-37', 'sbis-ngs1-06-04', 'iso-8-3', 'cis-4-7'])
        expect(state(id), id).toBe('notMet')
      for (const each of seeing) {
        if (each.state === 'notMet') expect(each.findings.length, each.control.id).toBeGreaterThan(0)
        if (each.state === 'notAssessable') expect(each.why.length, each.control.id).toBeGreaterThan(0)
        if (each.state === 'met') expect(each.findings, each.control.id).toEqual([])
      }

      await db.run(`create role ${role} login password 'blind'`)
      const blind = assess(allControls, await runRules(await readSnapshot(db.urlAs(role, 'blind')), {}))
      const met = (of: typeof blind) =>
        of.filter((each) => each.state === 'met').map((each) => each.control.id)
      const seen = met(seeing)
      expect(met(blind).filter((id) => !seen.includes(id))).toEqual([])
    } finally {
      await db.drop()
      await server.stop()
    }
  })
})
