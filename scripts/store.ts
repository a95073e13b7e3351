import { readdirSync } from 'node:fs'
import type { Cluster } from '@/db/cluster'
import { exists, once, urlAs } from '@/db/demonstration'
import { passwordOf } from '@/db/kept-secret'
import { migrate, MigrationRefused, migrationsFolder } from '@/db/migrate'
import { demoPeople } from '@/db/seed/people'
import { Failure, reason } from '@/lib/cli/failure'
import { closeConnections } from '@/lib/db/client'
import type { Settings } from '@/lib/env'
import { bootstrapUsers, seedDemoUsers } from '@/lib/users/first-users'

export interface Store {
  /** The connection the web process uses. */
  readonly url: string
  /** Number of the newest migration. */
  readonly version: number
  /** True when the demonstration's people may sign in. */
  readonly demonstration: boolean
  /** What to print below the address: sign-ins, and what is weaker than it could be. */
  readonly lines: readonly string[]
}

/** Everybody may know it: it opens invented data on the loopback, and no other store ever has these people. */
const demonstrationPassword = 'tabellion-demo'

/**
 * Tabellion's own database, brought up to date, with somebody in it who can sign in: on the embedded server unless a URL
 * was given. The demonstration has a store of its own, so that its people never reach a real database.
 * @throws Failure
 */
export async function prepareStore(
  settings: Settings,
  cluster: Cluster | undefined,
  demonstration: boolean,
): Promise<Store> {
  const { storeUrl } = settings
  const version = readdirSync(migrationsFolder()).filter((name) => name.endsWith('.sql')).length
  try {
    if (storeUrl) {
      const { notes } = await migrate(storeUrl)
      return {
        url: storeUrl,
        version,
        demonstration: false,
        lines: [...(await firstUser(storeUrl, settings)), ...notes],
      }
    }
    if (!cluster) throw new Failure('TABELLION_STORE_URL is missing.')
    const name = demonstration ? 'tabellion_demo' : 'tabellion'
    if (!(await exists(cluster, name))) await once(cluster, 'postgres', `create database ${name}`)
    const { notes } = await migrate(cluster.url(name), {
      storePassword: passwordOf('tabellion_store', cluster.password),
    })
    const url = urlAs(cluster, 'tabellion_store', name)
    const lines = demonstration
      ? await demonstrationUsers(url, settings, cluster)
      : await firstUser(url, settings)
    return { url, version, demonstration, lines: [...lines, ...notes] }
  } catch (error) {
    if (error instanceof Failure) throw error
    if (error instanceof MigrationRefused) throw new Failure(error.message)
    throw new Failure(`The store could not be brought up to date: ${reason(error)}.`)
  } finally {
    await closeConnections()
  }
}

async function demonstrationUsers(url: string, { host }: Settings, cluster: Cluster): Promise<string[]> {
  const loopback = ['localhost', '127.0.0.1', '::1'].includes(host)
  const password = loopback
    ? demonstrationPassword
    : passwordOf('demonstration', cluster.password).slice(0, 20)
  await seedDemoUsers(url, demoPeople, password)
  const width = Math.max(...demoPeople.map(({ email }) => email.length))
  return [
    `Sign in with the password ${password} as`,
    ...demoPeople.map(({ email, role }) => `  ${email.padEnd(width)}  ${role.replaceAll('_', ' ')}`),
  ]
}

async function firstUser(url: string, { adminEmail, adminPassword }: Settings): Promise<string[]> {
  const made = await bootstrapUsers(url, { email: adminEmail, password: adminPassword })
  if (!made) return []
  return [
    `Sign in as ${made.email}${made.password ? ` with the password ${made.password} (printed this once)` : ''}`,
  ]
}
