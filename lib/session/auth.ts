import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { nextCookies } from 'better-auth/next-js'
import { twoFactor } from 'better-auth/plugins'
import { env } from '@/lib/env'
import { signInDatabase } from '@/lib/db/sign-in'
import { log } from './log'

/** Twelve hours from sign-in, then sign in again; reading a page never writes the session. */
const workday = 12 * 60 * 60

function make() {
  const { storeUrl, secret, origin } = env()
  const database = signInDatabase(storeUrl)
  return betterAuth({
    appName: 'Tabellion',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    database: { db: database, type: 'postgres', schemaName: 'tabellion' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    session: { expiresIn: workday, disableSessionRefresh: true },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        subject: { type: 'string', required: true, input: false },
        clinics: { type: 'string[]', required: true, input: false },
        disabled: { type: 'boolean', required: true, input: false },
        locale: { type: 'string', required: false, input: false },
      },
    },
    advanced: {
      cookiePrefix: 'tabellion',
      useSecureCookies: origin.startsWith('https:'),
      database: { generateId: 'uuid' },
    },
    rateLimit: { enabled: true, storage: 'database' },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => log()[level === 'error' ? 'error' : 'debug']({ from: 'sign-in' }, message),
    },
    databaseHooks: {
      session: {
        create: {
          // The password was right: only now may the answer differ for a disabled user.
          before: async (session) => {
            const user = await database
              .withSchema('tabellion')
              .selectFrom('user')
              .select('disabled')
              .where('id', '=', session.userId)
              .executeTakeFirst()
            if (!user || user.disabled)
              throw new APIError('FORBIDDEN', { code: 'USER_DISABLED', message: 'This user is disabled.' })
          },
        },
      },
    },
    plugins: [twoFactor({ issuer: 'Tabellion' }), nextCookies()],
  })
}

let made: ReturnType<typeof make> | undefined

/** The sign-in library over the store, made at the first request: a build has no settings. */
export const auth = () => (made ??= make())
