import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The demonstration's people, by what they are. */
export const people = {
  officer: 'officer@tabellion.example',
  dba: 'dba@tabellion.example',
  adminOfA: 'admin@tabellion.example',
  adminOfB: 'admin.b@tabellion.example',
  viewer: 'viewer@tabellion.example',
} as const

export type Who = keyof typeof people

export const password = 'tabellion-demo'

/** Where the signed-in browser state of one of them is kept during a run. */
export const stateOf = (who: Who) => join(process.env.TABELLION_E2E_HOME ?? tmpdir(), `e2e-${who}.json`)
