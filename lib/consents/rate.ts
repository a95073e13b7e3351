import { TooMany } from '@/lib/errors'

const seen = new Map<string, number[]>()

/**
 * At most `limit` tries a minute by one address for one thing, in this process; the database has its own limit for each
 * link. @throws TooMany
 */
export function limitTries(what: string, address: string | null, limit: number, now = Date.now()): void {
  const key = `${what} ${address ?? ''}`
  const recent = (seen.get(key) ?? []).filter((at) => now - at < 60_000)
  if (recent.length >= limit) {
    throw new TooMany(
      {
        en: 'Too many tries. Wait a minute and try again.',
        pt: 'Tentativas demais. Espere um minuto e tente de novo.',
      },
      60,
    )
  }
  if (seen.size > 10_000) seen.clear()
  seen.set(key, [...recent, now])
}
