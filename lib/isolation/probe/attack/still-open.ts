import type { IsolationCommand } from '../../types'
import type { Raid } from '../observe/raid'

/** Did the proof leave a question about rows open? */
export type IsOpen = (relation: string, command: IsolationCommand) => boolean

const writing = ['INSERT', 'UPDATE', 'DELETE'] as const

/** What is not proved and has not crossed so far. */
export function stillOpen({ booking, name }: Raid, isOpen: IsOpen) {
  const to: IsOpen = (relation, command) => isOpen(relation, command) && !booking.has(relation, name, command)
  return { to, toWrite: (relation: string) => writing.some((command) => to(relation, command)) }
}
