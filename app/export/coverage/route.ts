import type { NextRequest } from 'next/server'
import { forbidden } from 'next/navigation'
import { search } from '@/app/(admin)/coverage/search'
import { access, effectiveRoles } from '@/lib/catalog/access'
import { commands } from '@/lib/catalog/types'
import { defaultRoles, matrixOf, selectRows } from '@/lib/coverage/matrix'
import { csv } from '@/lib/output/csv'
import { currentScan } from '@/lib/rules/current'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'

/** What the matrix shows, all pages of it: one line for each table, role and command, with the reasons. */
export async function GET(request: NextRequest): Promise<Response> {
  const principal = await requirePrincipal('catalog:read')
  if (!may(principal, 'export')) forbidden()
  const params = request.nextUrl.searchParams
  const state = search.parse(Object.fromEntries([...params.keys()].map((key) => [key, params.getAll(key)])))
  const { snapshot, facts } = await currentScan(principal.database)
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
  return new Response(csv([['table', 'role', 'command', 'verdict', 'because'], ...lines]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="coverage.csv"',
      'cache-control': 'no-store',
    },
  })
}
