import type { Snapshot } from '@/lib/catalog/types'

/** Settings that decide how values are read and printed. */
const names = ['datestyle', 'timezone', 'intervalstyle', 'bytea_output', 'extra_float_digits']

/** How a session of this login reads and prints dates and the like: what its role, its database or the server sets. */
export function regionOf(
  { roleSettings, server }: Snapshot,
  login: string,
): Readonly<Record<string, string>> {
  const own = (name: string, role: string | null, here: boolean) =>
    roleSettings.find(
      (each) => each.name.toLowerCase() === name && each.role === role && each.thisDatabase === here,
    )?.value
  const everywhere = new Map(
    Object.entries(server.settings).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return Object.fromEntries(
    names.flatMap((name) => {
      const value =
        own(name, login, true) ??
        own(name, login, false) ??
        own(name, null, true) ??
        own(name, null, false) ??
        everywhere.get(name)
      return value === undefined || value === null ? [] : [[name, value]]
    }),
  )
}
