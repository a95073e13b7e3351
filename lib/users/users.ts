import { sql } from 'kysely'
import type { Principal, StoreReadTx, StoreWriteTx, UserRole } from '@/lib/db/scope'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import { passwordHash, readablePassword } from './password'

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: UserRole
  readonly subject: string
  readonly clinics: readonly string[]
  readonly disabled: boolean
  readonly twoFactor: boolean
  /** ISO times; `null` when never. */
  readonly lastSignIn: string | null
  readonly addedAt: string
  /** Browsers signed in now. */
  readonly sessions: number
}

export interface NewUser {
  readonly name: string
  readonly email: string
  readonly role: UserRole
  readonly clinics: readonly string[]
  /** Their `clinic_members.user_id` in the governed database; a new one when they are not a member of any clinic. */
  readonly subject?: string | null
}

const select = (tx: StoreReadTx) =>
  tx
    .selectFrom('user as u')
    .select([
      'u.id',
      'u.name',
      'u.email',
      'u.role',
      'u.subject',
      'u.clinics',
      'u.disabled',
      sql<boolean>`coalesce(u."twoFactorEnabled", false)`.as('twoFactor'),
      'u.createdAt',
      sql<Date | null>`(select max(a.at) from activity a where a.about = u.id and a.action = 'sign-in')`.as(
        'lastSignIn',
      ),
      sql<number>`(select count(*) from session s where s."userId" = u.id and s."expiresAt" > now())`.as(
        'sessions',
      ),
    ])

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const plain = ({ createdAt, lastSignIn, ...row }: Row): User => ({
  ...row,
  addedAt: createdAt.toISOString(),
  lastSignIn: lastSignIn?.toISOString() ?? null,
})

/** Users this person may see, by name: everyone with users:read, else only themselves. */
export async function listUsers(tx: StoreReadTx): Promise<User[]> {
  return (
    await select(tx)
      .orderBy('u.disabled')
      .orderBy(sql`lower(u.name)`)
      .orderBy('u.email')
      .execute()
  ).map(plain)
}

/** One user. @throws NotFound */
export async function getUser(tx: StoreReadTx, id: string): Promise<User> {
  const row = await select(tx).where('u.id', '=', id).executeTakeFirst()
  if (!row) throw new NotFound({ en: 'There is no such user.', pt: 'Este usuário não existe.' })
  return plain(row)
}

/**
 * Adds a user with a random password, which is answered once and kept nowhere.
 * @throws Conflict when the address is taken, Invalid when a clinic admin has no clinic.
 */
export async function addUser(tx: StoreWriteTx, user: NewUser): Promise<{ id: string; password: string }> {
  boundRight(user.role, user.clinics)
  const taken = await tx
    .selectFrom('user')
    .select('id')
    .where('email', '=', user.email.toLowerCase())
    .executeTakeFirst()
  if (taken) {
    throw new Invalid(
      { en: 'Someone already signs in with this address.', pt: 'Alguém já entra com este endereço.' },
      { email: { en: 'This address is taken.', pt: 'Este endereço já está em uso.' } },
    )
  }
  const password = readablePassword()
  const id = await insertUser(tx, user, await passwordHash(password))
  return { id, password }
}

/** The two rows of a user who signs in with a password. */
export async function insertUser(tx: StoreWriteTx, user: NewUser, hash: string): Promise<string> {
  const { id } = await tx
    .insertInto('user')
    .values({
      name: user.name.trim(),
      email: user.email.trim().toLowerCase(),
      emailVerified: true,
      role: user.role,
      clinics: [...user.clinics],
      ...(user.subject ? { subject: user.subject } : {}),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('account')
    .values({ accountId: id, providerId: 'credential', userId: id, password: hash })
    .execute()
  return id
}

/** Changes what a user is and which clinics they are bound to; ends their sessions, so that it holds at once. */
export async function changeRole(
  tx: StoreWriteTx,
  who: Principal,
  change: { id: string; role: UserRole; clinics: readonly string[]; subject?: string | null },
): Promise<User> {
  boundRight(change.role, change.clinics)
  const user = await getUser(tx, change.id)
  if (user.id === who.userId && change.role !== user.role) throw new Conflict(notYourself)
  if (change.role !== user.role) await othersRemain(tx, user)
  await tx
    .updateTable('user')
    .set({
      role: change.role,
      clinics: [...change.clinics],
      ...(change.subject ? { subject: change.subject } : {}),
    })
    .where('id', '=', user.id)
    .execute()
  if (user.id !== who.userId) await endSessions(tx, user.id)
  return getUser(tx, user.id)
}

/** Disables a user and ends their sessions. Users are never deleted: the activity log keeps their names. */
export async function disableUser(tx: StoreWriteTx, who: Principal, id: string): Promise<User> {
  const user = await getUser(tx, id)
  if (user.id === who.userId) throw new Conflict(notYourself)
  await othersRemain(tx, user)
  await tx.updateTable('user').set({ disabled: true }).where('id', '=', id).execute()
  await endSessions(tx, id)
  return getUser(tx, id)
}

export async function enableUser(tx: StoreWriteTx, id: string): Promise<User> {
  await getUser(tx, id)
  await tx.updateTable('user').set({ disabled: false }).where('id', '=', id).execute()
  return getUser(tx, id)
}

/** Gives a user a new random password, answered once, and ends their sessions. A second factor stays. */
export async function resetPassword(tx: StoreWriteTx, id: string): Promise<{ user: User; password: string }> {
  const user = await getUser(tx, id)
  const password = readablePassword()
  const hash = await passwordHash(password)
  const changed = await tx
    .updateTable('account')
    .set({ password: hash, updatedAt: new Date() })
    .where('userId', '=', id)
    .where('providerId', '=', 'credential')
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) {
    await tx
      .insertInto('account')
      .values({ accountId: id, providerId: 'credential', userId: id, password: hash })
      .execute()
  }
  await endSessions(tx, id)
  return { user, password }
}

/** Takes a lost second factor away. */
export async function removeSecondFactor(tx: StoreWriteTx, id: string): Promise<User> {
  await getUser(tx, id)
  await tx.deleteFrom('twoFactor').where('userId', '=', id).execute()
  await tx.updateTable('user').set({ twoFactorEnabled: false }).where('id', '=', id).execute()
  await endSessions(tx, id)
  return getUser(tx, id)
}

const endSessions = (tx: StoreWriteTx, id: string) =>
  tx.deleteFrom('session').where('userId', '=', id).execute()

function boundRight(role: UserRole, clinics: readonly string[]) {
  if (role !== 'clinic_admin' || clinics.length > 0) return
  const sentence = {
    en: 'A clinic administrator is bound to at least one clinic.',
    pt: 'Um gestor de clínica é vinculado a pelo menos uma clínica.',
  }
  throw new Invalid(sentence, { clinics: sentence })
}

/** The sentence comes from here; that it also holds for two officers at the same moment, from a trigger. */
async function othersRemain(tx: StoreWriteTx, user: User) {
  if (user.role !== 'compliance_officer' || user.disabled) return
  const other = await tx
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'compliance_officer')
    .where('disabled', '=', false)
    .where('id', '<>', user.id)
    .executeTakeFirst()
  if (!other) {
    throw new Conflict({
      en: 'This is the last compliance officer: name another one first.',
      pt: 'Este é o último encarregado: nomeie outro antes.',
    })
  }
}

const notYourself = {
  en: 'You cannot change your own role or disable yourself; another compliance officer can.',
  pt: 'Você não pode mudar o próprio papel nem se desativar; outro encarregado pode.',
}
