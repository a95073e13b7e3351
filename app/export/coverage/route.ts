import { search } from '@/app/(admin)/coverage/search'
import { access, effectiveRoles } from '@/lib/catalog/access'
import { commands } from '@/lib/catalog/types'
import { defaultRoles, matrixOf, selectRows } from '@/lib/coverage/matrix'
import { catalogCsv } from '../catalog-csv'

/** What the matrix shows, all pages of it: one line for each table, role and command, with the reasons. */
export const GET = catalogCsv('coverage', 'catalog:read', ({ snapshot, facts }, params) => {
  const state = search.parse(params)
  const chosen = effectiveRoles(snapshot)
    .map((role) => role.name)
    .filter((name) => state.role.includes(name))
  const roles = chosen.length > 0 ? chosen : defaultRoles(snapshot, facts)
  const lines = selectRows(matrixOf(snapshot, facts, roles), state).flatMap((row) =>
    roles.flatMap((role) =>
      commands.map((command) => {
        const { verdict, because } = access(snapshot, row.id, role, command)
        return [row.id, role, command, verdict, because.map((reason) => reason.sentence).join(' ')]
      }),
    ),
  )
  return [['table', 'role', 'command', 'verdict', 'because'], ...lines]
})
