import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Principal } from '../types'
import { whatPostgresSees } from './what-it-sees'

let db: TestDatabase
const role = `see_${randomBytes(4).toString('hex')}`
const principal: Principal = {
  name: 'A',
  tenants: ['a0000000-0000-4000-8000-00000000000a'],
  login: null,
  role,
  settings: { 'app.clinic_id': 'a0000000-0000-4000-8000-00000000000a' },
  claims: { sub: 'u1' },
}

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`
    create role ${role} bypassrls; create role ${role}_login login password 'x';
    create table members (user_id text, clinic_id uuid); insert into members values ('u1', '${principal.tenants[0]}');
    create table rooms (id int primary key, clinic_id uuid);
    create function clinic() returns uuid language sql stable as $$ select current_setting('app.clinic_id')::uuid $$;
    create function mine() returns uuid[] language sql stable security definer as
      $$ select array_agg(clinic_id) from members where user_id = current_setting('request.jwt.claims')::json ->> 'sub' $$;
    create function broken() returns uuid language sql stable as $$ select current_setting('app.unset')::uuid $$;
    create sequence counted; create function counts() returns bigint language sql volatile as $$ select nextval('counted') $$;
    alter table rooms enable row level security;
    create policy own on rooms using (clinic_id = clinic() or clinic_id = any (mine()) or clinic_id = broken() or id = counts());
    grant select on rooms to ${role}`)
})
afterAll(async () => {
  await db.run(`drop owned by ${role}; drop role ${role}, ${role}_login`)
  await db.drop()
})

test('who it is, what it sets, and what helpers make of it', async () => {
  const seen = await whatPostgresSees(db.url, await readSnapshot(db.url), principal)
  expect(seen.refused).toBeNull()
  const value = (of: readonly { asked: string; value: string | null }[], asked: string) =>
    of.find((each) => each.asked === asked)?.value
  expect(value(seen.identity, 'current_user')).toBe(role)
  expect(value(seen.identity, 'rolsuper or rolbypassrls')).toBe('true')
  expect(value(seen.settings, 'app.clinic_id')).toBe(principal.tenants[0])
  expect(value(seen.settings, 'request.jwt.claims')).toBe('{"sub":"u1"}')
  expect(value(seen.functions, 'public.clinic()')).toBe(principal.tenants[0])
  expect(value(seen.functions, 'public.mine()')).toBe(`{${principal.tenants[0]}}`)
  expect(seen.functions.find(({ asked }) => asked === 'public.broken()')?.error).toContain('app.unset')
})

test('the login it comes by, where that may be taken; else nothing is said of it', async () => {
  const snapshot = await readSnapshot(db.url)
  const login = `${role}_pool`
  const asked = { ...principal, login }
  await db.run(`create role ${login} login password 'x'; grant ${role} to ${login}`)
  try {
    const by = async (url: string) => (await whatPostgresSees(url, snapshot, asked)).identity
    expect(await by(db.url)).toContainEqual({ asked: 'session_user', value: login, error: null })
    expect(await by(db.url)).toContainEqual({ asked: 'current_user', value: role, error: null })
    const scanner = await by(db.urlAs(`${role}_login`, 'x'))
    expect(scanner.map(({ asked }) => asked)).not.toContain('session_user')
  } finally {
    await db.run(`drop role ${login}`)
  }
})

test('a helper that may change something is not run', async () => {
  const seen = await whatPostgresSees(db.url, await readSnapshot(db.url), principal)
  expect(seen.functions.map(({ asked }) => asked)).not.toContain('public.counts()')
  expect(await db.run('select is_called from counted')).toEqual([{ is_called: false }])
})

test('a role that may not be taken is said', async () => {
  const login = db.urlAs(`${role}_login`, 'x')
  const seen = await whatPostgresSees(login, await readSnapshot(db.url), principal)
  expect(seen.refused).toContain('permission denied to set role')
})
