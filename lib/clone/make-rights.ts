import type { DefaultPrivilege } from '@/lib/catalog/types-server'
import type { Grant, Snapshot } from '@/lib/catalog/types'
import { madeRoutines } from './make-routines'
import { grantee, ident } from './spelling'
import { govern, type Place, type Statement } from './statement'

const kinds = {
  table: 'table',
  partitioned: 'table',
  view: 'view',
  matview: 'materialized view',
  foreign: 'foreign table',
} as const

/** Everything to its owner, or to `other`. A column's sequence goes with its table. */
export function ownerStatements(snapshot: Snapshot, other?: string): Statement[] {
  const owner = (kind: string, id: string, role: string) =>
    govern(`${kind} ${id}`, `alter ${kind} ${id} owner to ${ident(other ?? role)}`)
  return [
    ...own(snapshot.schemas).map((each) => owner('schema', each.id, each.owner)),
    ...own(snapshot.types ?? []).map((each) => owner('type', each.id, each.owner)),
    ...own(snapshot.relations).map((each) => owner(kinds[each.kind], each.id, each.owner)),
    ...own(snapshot.sequences)
      .filter((each) => each.ownedBy === null)
      .map((each) => owner('sequence', each.id, each.owner)),
    ...madeRoutines(snapshot).map((each) => owner('routine', each.id, each.owner)),
  ]
}

const own = <Item extends { readonly extension: string | null }>(items: readonly Item[]) =>
  items.filter((each) => each.extension === null)

const tablePrivileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']

/** Access lists, exactly: what the owner or PUBLIC has by itself is taken away before the list is given. */
export function grantStatements(snapshot: Snapshot, place: Place): Statement[] {
  const give = (word: string, id: string, role: string, grants: readonly Grant[], usual: readonly string[]) =>
    listSql(`${word} ${id}`, role, known(grants, place), usual).map((sql) => govern(`${word} ${id}`, sql))
  const maintain = snapshot.server.version >= 170_000 && place.major >= 17
  const table = [...tablePrivileges, ...(maintain ? ['MAINTAIN'] : [])].map((privilege) => `own ${privilege}`)
  return [
    ...own(snapshot.schemas).flatMap((each) =>
      give('schema', each.id, each.owner, each.grants, ['own USAGE', 'own CREATE']),
    ),
    ...own(snapshot.types ?? []).flatMap((each) =>
      each.grants === null ? [] : give('type', each.id, each.owner, each.grants, ['own USAGE', 'all USAGE']),
    ),
    ...own(snapshot.relations).flatMap((each) => [
      ...give('table', each.id, each.owner, each.grants, table),
      ...each.columns.flatMap((column) =>
        givenSql(each.owner, known(column.grants, place), `table ${each.id}`, ident(column.name)).map((sql) =>
          govern(`${each.id} column ${ident(column.name)}`, sql),
        ),
      ),
    ]),
    ...own(snapshot.sequences).flatMap((each) =>
      give('sequence', each.id, each.owner, each.grants, ['own SELECT', 'own UPDATE', 'own USAGE']),
    ),
    ...madeRoutines(snapshot).flatMap((each) =>
      give('routine', each.id, each.owner, each.grants, ['own EXECUTE', 'all EXECUTE']),
    ),
    ...give(
      'database',
      ident(place.database),
      snapshot.server.databaseOwner,
      snapshot.server.databaseGrants,
      [],
    ),
  ]
}

/** The older server lacks MAINTAIN. */
const known = (grants: readonly Grant[], place: Place) =>
  grants.filter((grant) => grant.privilege !== 'MAINTAIN' || place.major >= 17)

function listSql(on: string, role: string, grants: readonly Grant[], usual: readonly string[]): string[] {
  const plain = grants.every((grant) => grant.grantor === role && !grant.grantable)
  const names = grants.map(
    (grant) =>
      `${grant.grantee === null ? 'all' : grant.grantee === role ? 'own' : ident(grant.grantee)} ${grant.privilege}`,
  )
  if (plain && names.length === usual.length && names.every((name) => usual.includes(name))) return []
  return [`revoke all on ${on} from public, ${ident(role)}`, ...givenSql(role, grants, on)]
}

/** GRANTs that give a list; the owner's own first: others pass on what they got. */
export function givenSql(role: string, grants: readonly Grant[], on: string, column?: string): string[] {
  const groups = new Map<string, Grant[]>()
  for (const grant of grants) {
    const key = JSON.stringify([grant.grantor === role ? '' : grant.grantor, grant.grantee, grant.grantable])
    groups.set(key, [...(groups.get(key) ?? []), grant])
  }
  return [...groups.values()]
    .sort((a, b) => Number(a[0]?.grantor !== role) - Number(b[0]?.grantor !== role))
    .flatMap((group) => {
      const [first] = group
      if (!first) return []
      const privileges = group.map((each) => `${each.privilege}${column === undefined ? '' : ` (${column})`}`)
      const option = first.grantable ? ' with grant option' : ''
      const sql = `grant ${privileges.join(', ')} on ${on} to ${grantee(first.grantee)}${option}`
      return first.grantor === role ? sql : `set role ${ident(first.grantor)}; ${sql}; reset role`
    })
}

/** For every schema the list replaces what is usual; for one schema it adds to it. */
export const defaultPrivilegeStatements = (snapshot: Snapshot): Statement[] =>
  snapshot.defaultPrivileges.flatMap((each) => {
    const object = `default privileges of ${ident(each.role)}`
    const start = `alter default privileges for role ${ident(each.role)}${each.schema === null ? '' : ` in schema ${ident(each.schema)}`}`
    return [
      ...(each.schema === null
        ? [govern(object, `${start} revoke all on ${each.objects} from public, ${ident(each.role)}`)]
        : []),
      ...byGrantee(each).map(({ to, privileges, option }) =>
        govern(
          object,
          `${start} grant ${privileges.join(', ')} on ${each.objects} to ${grantee(to)}${option}`,
        ),
      ),
    ]
  })

function byGrantee({ grants }: DefaultPrivilege) {
  const groups = new Map<string, { to: string | null; privileges: string[]; option: string }>()
  for (const grant of grants) {
    const option = grant.grantable ? ' with grant option' : ''
    const key = JSON.stringify([grant.grantee, option])
    const group = groups.get(key) ?? { to: grant.grantee, privileges: [], option }
    groups.set(key, group)
    group.privileges.push(grant.privilege)
  }
  return [...groups.values()]
}
