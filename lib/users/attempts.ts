import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { StoreWriteTx } from '@/lib/db/scope'
import { TooMany } from '@/lib/errors'

const quarterHour = 15 * 60
/** Wrong passwords for one address of a person within a quarter of an hour, and from one network address. */
const limits = { person: 10, network: 60 } as const

export interface Attempt {
  /** Seconds to wait before the next one; 0 when this one may go on. */
  readonly wait: number
  /** The first one of this window that may not: worth noting once. */
  readonly first: boolean
}

/** Counts an attempt to sign in before the password is looked at, so that parallel attempts count as well. */
export async function countAttempt(
  tx: StoreWriteTx,
  email: string,
  address: string | null,
): Promise<Attempt> {
  const person = await take(tx, personKey(email), limits.person)
  if (person.wait > 0 || !address) return person
  return take(tx, `sign-in network ${address.slice(0, 64)}`, limits.network)
}

/** The sentence for somebody who has to wait. */
export function tooMany(seconds: number): TooMany {
  const minutes = Math.ceil(seconds / 60)
  return new TooMany(
    {
      en: `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
      pt: `Tentativas demais. Tente de novo em ${minutes === 1 ? 'um minuto' : `${minutes} minutos`}.`,
    },
    seconds,
  )
}

/** Forgets the attempts of a person who got in, and everyone's old ones. */
export async function forgetAttempts(tx: StoreWriteTx, email: string): Promise<void> {
  await tx
    .deleteFrom('rateLimit')
    .where((e) => e.or([e('key', '=', personKey(email)), e('lastRequest', '<', Date.now() - 86_400_000)]))
    .execute()
}

/** What was typed may be a password in the wrong field, so only its hash is kept. */
const personKey = (email: string) =>
  `sign-in person ${createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')}`

async function take(tx: StoreWriteTx, key: string, limit: number): Promise<Attempt> {
  const now = Date.now()
  const start = now - quarterHour * 1000
  const { rows } = await sql<{ count: number; since: number }>`
    insert into "rateLimit" as r (key, count, "lastRequest") values (${key}, 1, ${now})
    on conflict (key) do update
       set count = case when r."lastRequest" < ${start} then 1 else r.count + 1 end,
           "lastRequest" = case when r."lastRequest" < ${start} then ${now} else r."lastRequest" end
    returning count, "lastRequest" as since`.execute(tx)
  const [row] = rows
  if (!row || row.count <= limit) return { wait: 0, first: false }
  const wait = Math.max(1, Math.ceil((row.since + quarterHour * 1000 - now) / 1000))
  return { wait, first: row.count === limit + 1 }
}
