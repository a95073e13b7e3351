import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { bootstrapUsers } from '@/lib/users/first-users'
import { closeConnections } from '@/lib/db/client'

const suffix = randomBytes(4).toString('hex')
const opened: { database: TestDatabase; login: string }[] = []
const credentials = { email: 'olga@example.org', password: 'correct-horse-battery' }

/** A store as the web meets it: in full through a login that may only become the duties, else through the owner. */
async function prepared(mode: 'full' | 'single') {
  const database = await testDatabase()
  const login = `auth_${mode}_${suffix}`
  opened.push({ database, login })
  await database.run(`create role ${login} login ${mode === 'full' ? 'noinherit' : ''} password 'secret'`)
  if (mode === 'single') await database.run(`alter database ${database.name} owner to ${login}`)
  const url = database.urlAs(login, 'secret')
  expect((await migrate(mode === 'full' ? database.url : url)).mode).toBe(mode)
  if (mode === 'full') {
    await database.run(
      `grant tabellion_auth, tabellion_system, tabellion_reader, tabellion_writer to ${login}`,
    )
  }
  await bootstrapUsers(url, credentials)
  vi.stubEnv('TABELLION_STORE_URL', url)
  vi.stubEnv('TABELLION_SECRET', 'a secret of a test that is long enough')
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('TABELLION_LOG', 'silent')
  vi.resetModules()
  const { auth } = await import('./auth')
  return { database, api: auth().api }
}

afterAll(async () => {
  vi.unstubAllEnvs()
  await closeConnections()
  for (const { database, login } of opened) {
    await database.run(`alter database ${database.name} owner to postgres; reassign owned by ${login} to postgres;
                        drop owned by ${login}; drop role ${login}`)
    await database.drop()
  }
})

describe.each([['full'], ['single']] as const)('the sign-in library over a %s store', (mode) => {
  test('lets in, remembers in the store, and refuses what it should', async () => {
    const { database, api } = await prepared(mode)
    const wrong = await api
      .signInEmail({ body: { ...credentials, password: 'another-password' } })
      .catch((e: unknown) => e)
    expect(wrong).toMatchObject({ statusCode: 401, body: { code: 'INVALID_EMAIL_OR_PASSWORD' } })
    const unknown = await api
      .signInEmail({ body: { ...credentials, email: 'nobody@example.org' } })
      .catch((e: unknown) => e)
    expect(unknown).toMatchObject({ statusCode: 401, body: { code: 'INVALID_EMAIL_OR_PASSWORD' } })

    const { headers } = await api.signInEmail({ body: credentials, returnHeaders: true })
    const cookie = headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^tabellion\.session_token=.*HttpOnly.*SameSite=Lax/i)
    const asked = { headers: new Headers({ cookie: cookie.split(';')[0] ?? '' }) }
    expect((await api.getSession(asked))?.user).toMatchObject({
      email: credentials.email,
      role: 'compliance_officer',
      clinics: [],
      disabled: false,
    })

    await database.run(`update tabellion.session set "expiresAt" = now() - interval '1 minute'`)
    expect(await api.getSession(asked)).toBeNull()

    await api.signInEmail({ body: credentials })
    await database.run(`delete from tabellion.session`)
    expect(await api.getSession(asked)).toBeNull()

    const signUp = api.signUpEmail({
      body: { ...credentials, email: 'new@example.org', name: 'New' } as never,
    })
    await expect(signUp).rejects.toMatchObject({ body: { code: 'EMAIL_PASSWORD_SIGN_UP_DISABLED' } })

    await database.run(`alter table tabellion."user" disable trigger user_keep_an_officer;
                        update tabellion."user" set disabled = true`)
    const disabled = await api.signInEmail({ body: credentials }).catch((e: unknown) => e)
    expect(disabled).toMatchObject({ statusCode: 403, body: { code: 'USER_DISABLED' } })
    expect(await database.run(`select from tabellion.session`)).toEqual([])
  })
})
