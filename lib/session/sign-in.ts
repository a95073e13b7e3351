import { isAPIError } from 'better-auth/api'
import { headers } from 'next/headers'
import { recordLedgerEvent, type LedgerEvent } from '@/lib/db/ledger'
import { systemStore } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { Denied, Invalid, Unavailable } from '@/lib/errors'
import { recordActivity } from '@/lib/users/activity'
import { countAttempt, forgetAttempts, tooMany } from '@/lib/users/attempts'
import { auth } from './auth'
import { log } from './log'
import { currentPrincipal, requestId } from './principal'

/** Someone in the store, as far as the sign-in needs to know. */
interface Known {
  readonly id: string
  readonly subject: string
  readonly role: string
}

/** `code` means that a second factor is asked for. */
export type SignedIn = 'in' | 'code'

/**
 * Checks a password and opens a session. The same sentence for an unknown address and for a wrong password.
 * @throws Invalid, TooMany, Denied for a disabled user, Unavailable
 */
export async function signInWithPassword(email: string, password: string): Promise<SignedIn> {
  const { address } = await origin()
  const known = await find(email)
  const attempt = await systemStore(await actor(), (tx) => countAttempt(tx, email, address))
  if (attempt.first) await noteRefusal('too many attempts', 'denied', known)
  if (attempt.wait > 0) throw tooMany(attempt.wait)
  try {
    const answer = await auth().api.signInEmail({ body: { email, password }, headers: await headers() })
    if ('twoFactorRedirect' in answer && answer.twoFactorRedirect) return 'code'
  } catch (error) {
    throw await refused(error, known)
  }
  await systemStore(await actor(), (tx) => forgetAttempts(tx, email))
  await copy('login', 'success', known)
  return 'in'
}

/** The second step: a code of the authenticator, or one of the backup codes. @throws Invalid, TooMany */
export async function signInWithCode(code: string): Promise<void> {
  const request = { body: { code }, headers: await headers() }
  try {
    const { user } = await (/^\d{6}$/.test(code)
      ? auth().api.verifyTOTP(request)
      : auth().api.verifyBackupCode(request))
    await systemStore({ ...(await actor()), person: user.id }, async (tx) => {
      await forgetAttempts(tx, user.email)
      await recordActivity(tx, { action: 'sign-in', about: user.id, details: { secondFactor: true } })
    })
    await copy('login', 'success', await find(user.email))
  } catch (error) {
    throw await refused(error, null)
  }
}

/** Ends this browser's session, if there is one. */
export async function signOutHere(): Promise<void> {
  if (!(await currentPrincipal())) return
  await auth().api.signOut({ headers: await headers() })
}

const actor = async () => ({ system: 'sign-in', requestId: await requestId() }) as const

async function origin() {
  const from = await headers()
  return {
    address: from.get('x-forwarded-for')?.split(',')[0]?.trim() || null,
    userAgent: from.get('user-agent'),
  }
}

const find = async (email: string): Promise<Known | null> =>
  (await systemStore(await actor(), (tx) =>
    tx
      .selectFrom('user')
      .select(['id', 'subject', 'role'])
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst(),
  )) ?? null

async function noteRefusal(reason: string, outcome: 'denied' | 'failure', known: Known | null) {
  const { address } = await origin()
  await systemStore(await actor(), (tx) =>
    recordActivity(tx, {
      action: 'sign-in-failed',
      outcome,
      details: { reason },
      ...(known ? { about: known.id } : {}),
      ...(address ? { address } : {}),
    }),
  )
  await copy('login_failed', outcome, known)
}

/** Notes a refusal and answers the sentence for it. */
async function refused(error: unknown, known: Known | null): Promise<unknown> {
  if (!isAPIError(error)) return error
  const code = error.body?.code ?? ''
  if (error.statusCode >= 500) {
    return new Unavailable(
      {
        en: "Tabellion's own database does not answer.",
        pt: 'O banco de dados do próprio Tabellion não responde.',
      },
      { cause: error },
    )
  }
  const disabled = code === 'USER_DISABLED'
  const password = code === 'INVALID_EMAIL_OR_PASSWORD' || code === 'INVALID_EMAIL'
  await noteRefusal(
    disabled ? 'disabled' : password ? 'password' : 'code',
    disabled ? 'denied' : 'failure',
    known,
  )
  if (disabled) {
    return new Denied({
      en: 'This user is disabled. A compliance officer can enable it again.',
      pt: 'Este usuário está desativado. O encarregado pode reativá-lo.',
    })
  }
  if (password) {
    return new Invalid({
      en: 'The address or the password is wrong.',
      pt: 'O endereço ou a senha está errado.',
    })
  }
  return new Invalid({
    en: 'This code is wrong or too old. Sign in again if it keeps being refused.',
    pt: 'Este código está errado ou venceu. Entre de novo se ele continuar a ser recusado.',
  })
}

/** The store's log is the complete one; a ledger that cannot be reached is said in the process's log. */
async function copy(action: LedgerEvent['action'], outcome: LedgerEvent['outcome'], known: Known | null) {
  const id = await requestId()
  const from = await origin()
  const event = {
    action,
    outcome,
    requestId: id,
    subject: known?.subject ?? null,
    role: known?.role ?? null,
    ...from,
  }
  // At once: several that do not answer are waited for together.
  await Promise.all(
    env().databases.map(({ name }) =>
      recordLedgerEvent(name, event).catch((error: unknown) =>
        log().warn(
          { requestId: id, database: name, err: error },
          'a sign-in could not be copied into the ledger',
        ),
      ),
    ),
  )
}
