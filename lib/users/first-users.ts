import { sql } from 'kysely'
import { verifyPassword } from 'better-auth/crypto'
import { storeAt, type StoreWriteTx, type UserRole } from '@/lib/db/scope'
import { passwordHash, readablePassword } from './password'
import { insertUser } from './users'

/** A demonstration sign-in: the same person as in the demonstration data. */
export interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly role: UserRole
  /** `clinic_members.user_id` in the demonstration database. */
  readonly subject: string
  readonly clinics: readonly string[]
}

/** The first sign-in of a store; `password` is there only when this call made it up. */
export interface FirstUser {
  readonly email: string
  readonly password: string | null
}

/**
 * Makes the first compliance officer of an empty store; `null` when it has users already.
 * Without a password a random one is made, to be printed once.
 */
export async function bootstrapUsers(
  storeUrl: string,
  wanted: { readonly email?: string | undefined; readonly password?: string | undefined } = {},
): Promise<FirstUser | null> {
  const email = (wanted.email ?? 'officer@localhost.localdomain').trim().toLowerCase()
  return storeAt(storeUrl).system({ system: 'setup' }, async (tx) => {
    await alone(tx)
    const known = await tx.selectFrom('user').select('id').limit(1).executeTakeFirst()
    if (known) return null
    const password = wanted.password ?? readablePassword()
    await insertUser(
      tx,
      { name: 'Compliance officer', email, role: 'compliance_officer', clinics: [] },
      await passwordHash(password),
    )
    return { email, password: wanted.password ? null : password }
  })
}

/** Makes the demonstration's sign-ins, all with one password; repeating it changes only what differs. */
export async function seedDemoUsers(
  storeUrl: string,
  people: readonly DemoPerson[],
  password: string,
): Promise<void> {
  await storeAt(storeUrl).system({ system: 'setup' }, async (tx) => {
    await alone(tx)
    for (const person of people) {
      const known = await tx
        .selectFrom('user as u')
        .innerJoin('account as a', 'a.userId', 'u.id')
        .select(['u.id', 'a.password'])
        .where('u.email', '=', person.email)
        .where('a.providerId', '=', 'credential')
        .executeTakeFirst()
      if (!known) await insertUser(tx, person, await passwordHash(password))
      else if (!known.password || !(await verifyPassword({ hash: known.password, password }))) {
        await tx
          .updateTable('account')
          .set({ password: await passwordHash(password) })
          .where('userId', '=', known.id)
          .where('providerId', '=', 'credential')
          .execute()
      }
    }
  })
}

/** The demonstration's sign-ins, for the list on the sign-in page; disabled ones are left out. */
export const listDemonstrationUsers = (
  storeUrl: string,
): Promise<Pick<DemoPerson, 'email' | 'name' | 'role'>[]> =>
  storeAt(storeUrl).system({ system: 'sign-in' }, (tx) =>
    tx
      .selectFrom('user')
      .select(['email', 'name', 'role'])
      .where('email', 'like', '%@tabellion.example')
      .where('disabled', '=', false)
      .orderBy(sql`array_position(array['compliance_officer', 'dba', 'clinic_admin', 'viewer'], role)`)
      .orderBy(sql`split_part(email, '@', 1)`)
      .execute(),
  )

/** Two starts at once make the users once. */
const alone = (tx: StoreWriteTx) =>
  sql`select pg_advisory_xact_lock(hashtextextended('tabellion users', 0))`.execute(tx)
