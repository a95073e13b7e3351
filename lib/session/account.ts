import { isAPIError } from 'better-auth/api'
import { headers } from 'next/headers'
import { Conflict, Invalid, type Sentence } from '@/lib/errors'
import { auth } from './auth'

/** What an authenticator needs, told once. */
export interface SecondFactor {
  /** Base32, as authenticators take it by hand. */
  readonly secret: string
  readonly uri: string
  readonly backupCodes: readonly string[]
}

/** Changes one's own password and signs every other browser out. @throws Invalid when the current one is wrong. */
export async function changeOwnPassword(currentPassword: string, newPassword: string): Promise<void> {
  await asked('current', async () =>
    auth().api.changePassword({
      body: { currentPassword, newPassword, revokeOtherSessions: true },
      headers: await headers(),
    }),
  )
}

/** Makes a secret for an authenticator; it counts only after `confirmSecondFactor`. @throws Invalid, Conflict */
export async function beginSecondFactor(password: string): Promise<SecondFactor> {
  const answer = await asked('password', async () =>
    auth().api.enableTwoFactor({ body: { password, method: 'totp' }, headers: await headers() }),
  )
  if (!('totpURI' in answer) || typeof answer.totpURI !== 'string') throw new Error('no secret was made')
  return {
    secret: new URL(answer.totpURI).searchParams.get('secret') ?? '',
    uri: answer.totpURI,
    backupCodes: answer.backupCodes,
  }
}

/** Turns the second factor on, with a code that the authenticator shows. @throws Invalid */
export async function confirmSecondFactor(code: string): Promise<void> {
  await asked('code', async () => auth().api.verifyTOTP({ body: { code }, headers: await headers() }))
}

/** Turns the second factor off. @throws Invalid when the password is wrong. */
export async function endSecondFactor(password: string): Promise<void> {
  await asked('password', async () =>
    auth().api.disableTwoFactor({ body: { password }, headers: await headers() }),
  )
}

async function asked<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    const code = String(error.body?.code ?? '')
    if (code === 'TOTP_ALREADY_ENABLED') {
      throw new Conflict({ en: 'The second factor is on already.', pt: 'O segundo fator já está ligado.' })
    }
    const sentence = sentences[code] ?? wrongCode
    throw new Invalid(sentence, { [field]: sentence })
  }
}

const wrongCode: Sentence = {
  en: 'This code is wrong or too old.',
  pt: 'Este código está errado ou venceu.',
}
const wrongPassword: Sentence = { en: 'This is not your password.', pt: 'Esta não é a sua senha.' }
const sentences: Readonly<Record<string, Sentence>> = {
  INVALID_PASSWORD: wrongPassword,
  PASSWORD_TOO_SHORT: {
    en: 'A password has at least 12 characters.',
    pt: 'Uma senha tem pelo menos 12 caracteres.',
  },
  ACCOUNT_TEMPORARILY_LOCKED: {
    en: 'Too many wrong codes. Try again later.',
    pt: 'Códigos errados demais. Tente de novo mais tarde.',
  },
}
