import { expect, test } from 'vitest'
import { checkConfig } from '@/lib/config/config'
import { readCase } from './read-case'

const text = `-- case: 000-all-keys
-- threat: sql
-- tenant: c.patients.clinic_id
-- tenant: c.count_patients(uuid, text)
-- tenant: c.search(text).clinic_id
-- tenant-via: c.notes.visit_id=c.visits.id
-- null-tenant: shared
-- principal: name=A tenant=a0,a1 login=pool role=app_user settings={"app.clinic_id":"a0","app.note":"a b} \\"c"} claims={"app_metadata":{"clinic":"a0"}}
-- principal: name=N tenant=none role=app_user settings={}
-- membership: c.memberships user=user_id tenant=clinic_id when="ended_on is null" session="current_setting('app.user_id')::uuid"
-- untrusted: claims.user_metadata
-- expect: table=c.search(text, integer) command=SELECT verdict=leaks channel=covert
-- expect: table=c.patients command=UPDATE verdict=isolated
-- why: for people
create schema c;
`

test('a header is a configuration and the truth to compare with', () => {
  const found = readCase(text)
  expect(found.name).toBe('000-all-keys')
  expect(checkConfig({ isolation: found.isolation }).isolation).toEqual({
    threat: 'sql',
    nullTenant: 'shared',
    tenants: [
      { relation: 'c.patients', column: 'clinic_id' },
      { relation: 'c.count_patients(uuid, text)', column: null },
      { relation: 'c.search(text)', column: 'clinic_id' },
    ],
    tenantVia: [{ relation: 'c.notes', column: 'visit_id', parent: 'c.visits', parentColumn: 'id' }],
    principals: [
      {
        name: 'A',
        tenants: ['a0', 'a1'],
        login: 'pool',
        role: 'app_user',
        settings: { 'app.clinic_id': 'a0', 'app.note': 'a b} "c' },
        claims: { app_metadata: { clinic: 'a0' } },
      },
      { name: 'N', tenants: [], login: null, role: 'app_user', settings: {}, claims: null },
    ],
    membership: {
      relation: 'c.memberships',
      user: 'user_id',
      tenant: 'clinic_id',
      when: 'ended_on is null',
      session: "current_setting('app.user_id')::uuid",
    },
    untrusted: ['claims.user_metadata'],
  })
  expect(found.expected).toEqual([
    { relation: 'c.search(text, integer)', command: 'SELECT', verdict: 'leaks', channel: 'covert' },
    { relation: 'c.patients', command: 'UPDATE', verdict: 'isolated', channel: 'row' },
  ])
})

test('a header line that cannot be read is an error', () => {
  expect(() => readCase('-- tenant: patients\n')).toThrow('tenant: patients')
  expect(() => readCase('-- principal: tenant=none\n')).toThrow('principal')
  expect(() => readCase('-- expect: table=c.t command=SELECT verdict=maybe\n')).toThrow('expect')
})
