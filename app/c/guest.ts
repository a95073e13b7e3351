import { cookies, headers } from 'next/headers'
import { look, readSitting, type LinkLook, type SittingRead } from '@/lib/consents/guest'
import { guestRecords, type RecordsWriteTx } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { isExpected } from '@/lib/errors'
import { requestId } from '@/lib/session/principal'

export const sittingCookie = 'tabellion_sitting'

/** Runs something open to guests in the first database that answers it; `null` when none does. */
export async function inAnyDatabase<T>(
  work: (tx: RecordsWriteTx) => Promise<T | null>,
): Promise<{ readonly database: string; readonly value: T } | null> {
  let away: unknown
  for (const { name } of env().databases) {
    try {
      const value = await guestRecords(name, await requestId(), work)
      if (value !== null) return { database: name, value }
    } catch (error) {
      // A governed database without these tables takes no links; that is no failure of the others.
      if (!isExpected(error) || !['missing-schema', 'unavailable'].includes(error.kind)) throw error
      if (error.kind === 'unavailable') away ??= error
    }
  }
  // Nobody else knows it, so it may be in the one that did not answer: "unknown" would be a guess.
  if (away !== undefined) throw away
  return null
}

/** What an address allows, and in which database it was made. */
export const findLink = (token: string) =>
  inAnyDatabase<LinkLook>(async (tx) => {
    const found = await look(tx, token)
    return found.state === 'unknown' ? null : found
  })

export interface CurrentSitting {
  readonly database: string
  readonly secret: string
}

/** The sitting this browser has open, by its cookie. */
export async function currentSitting(): Promise<CurrentSitting | null> {
  const value = (await cookies()).get(sittingCookie)?.value ?? ''
  const dot = value.lastIndexOf('.')
  const [database, secret] = [value.slice(0, dot), value.slice(dot + 1)]
  return env().databases.some(({ name }) => name === database) && /^[\w-]{43}$/.test(secret)
    ? { database, secret }
    : null
}

/** The texts of the sitting this browser has open; `null` when there is none or it is over. */
export async function openSitting(): Promise<(CurrentSitting & { readonly read: SittingRead }) | null> {
  const sitting = await currentSitting()
  if (!sitting) return null
  const read = await guestRecords(sitting.database, await requestId(), (tx) =>
    readSitting(tx, sitting.secret),
  )
  return read && { ...sitting, read }
}

/** Where a request comes from, as far as it says. */
export async function origin(): Promise<{ readonly ip: string | null; readonly userAgent: string | null }> {
  const from = await headers()
  const ip = from.get('x-forwarded-for')?.split(',')[0]?.trim() ?? ''
  return {
    ip: /^[0-9a-f.:]{3,45}$/i.test(ip) ? ip : null,
    userAgent: from.get('user-agent')?.slice(0, 300) ?? null,
  }
}
