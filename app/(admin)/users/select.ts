import type { User } from '@/lib/users/users'
import type { State } from './search'

const byName = (a: User, b: User) => a.name.localeCompare(b.name)
const orders: Readonly<Record<string, (a: User, b: User) => number>> = {
  name: byName,
  role: (a, b) => a.role.localeCompare(b.role) || byName(a, b),
  seen: (a, b) => (a.lastSignIn ?? '').localeCompare(b.lastSignIn ?? '') || byName(a, b),
}

/** The users a list's state asks for, in its order; there are never so many that a database should do it. */
export function selectUsers(users: readonly User[], state: State): User[] {
  const wanted = state.q.trim().toLowerCase()
  const order = orders[state.sort?.replace('-', '') ?? 'name'] ?? byName
  const turn = state.sort?.startsWith('-') ? -1 : 1
  return users
    .filter(
      (user) =>
        (wanted === '' || `${user.name} ${user.email}`.toLowerCase().includes(wanted)) &&
        (state.role.length === 0 || state.role.includes(user.role)) &&
        (state.state === null || user.disabled === (state.state === 'disabled')),
    )
    .sort((a, b) => order(a, b) * turn)
}
