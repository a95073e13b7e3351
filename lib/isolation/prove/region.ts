import type { Snapshot } from '@/lib/catalog/types'

/** Settings that decide how values are read and printed. */
const names = ['datestyle', 'timezone', 'intervalstyle', 'bytea_output', 'extra_float_digits']

/**
 * What a connection of this login begins with: what its role, its database or all databases have been given; null where
 * nothing was, `any` where it is not known who logs in and that makes a difference.
 */
export function storedFor(
  name: string,
  { roleSettings }: Snapshot,
  login: string | null,
): string | 'any' | null {
  const all = roleSettings.filter((each) => each.name.toLowerCase() === name)
  if (login === null && all.some(({ role }) => role !== null)) return 'any'
  return mostOwn(all, login)
}

/** The one of the role in the database before that of the role, that of the database, that of the server. */
function mostOwn(all: Snapshot['roleSettings'], login: string | null): string | null {
  const of = (role: string | null, here: boolean) =>
    all.find((each) => each.role === role && each.thisDatabase === here)?.value
  const own = login === null ? undefined : (of(login, true) ?? of(login, false))
  return own ?? of(null, true) ?? of(null, false) ?? null
}

/** How a session of this login reads and prints dates and the like: what its role, its database or the server sets. */
export function regionOf(
  { roleSettings, server }: Snapshot,
  login: string,
): Readonly<Record<string, string>> {
  const everywhere = new Map(
    Object.entries(server.settings).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return Object.fromEntries(
    names.flatMap((name) => {
      const all = roleSettings.filter((each) => each.name.toLowerCase() === name)
      const value = mostOwn(all, login) ?? everywhere.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
