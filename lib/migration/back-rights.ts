import type { Grant, Snapshot } from '@/lib/catalog/types'
import { givenSql } from '@/lib/clone/make-rights'
import { quote, roleName } from '@/lib/rules/identity'
import { lost, type Back, type Claim, type Understood } from './step'
import { names, nodeOf, nodesOf, rangeId, relationOf, roles, routineOf, textOf, type Node } from './tree'

/** One thing with an access list. */
interface Listed {
  /** `table public.patients`, as GRANT names it. */
  readonly on: string
  readonly owner: string
  readonly grants: readonly Grant[]
  readonly columns: ReadonlyMap<string, readonly Grant[]>
}

/** GRANT and REVOKE on objects: what each grantee had of these privileges is given back exactly. */
export function grant(node: Node, sql: string, snapshot: Snapshot): Understood {
  const grantees = roles(node['grantees'])
  const listed = listedOf(node, sql, snapshot)
  const wanted = privileges(node)
  if (!grantees || !listed || node['targtype'] !== 'ACL_TARGET_OBJECT')
    return { lock: 'none', phase: 'rights', back: unknownRights }
  const undone = listed.flatMap((each) => (each === null ? [] : giveBack(each, grantees, wanted)))
  return {
    lock: 'none',
    phase: 'rights',
    back: { sql: undone, lost: null },
    claims: claimsOf(node, listed, grantees, wanted),
  }
}

const unknownRights = lost(
  'What these roles had before is not known: scan and compare.',
  'Não se sabe o que estes papéis tinham antes: verifique e compare.',
)

interface Wanted {
  readonly name: string
  readonly columns: readonly string[]
}

/** `null` is ALL. */
function privileges(node: Node): readonly Wanted[] | null {
  const list = nodesOf(node['privileges']).map((each) => {
    const one = nodeOf(each['AccessPriv'])
    return { name: textOf(one['priv_name']).toUpperCase(), columns: names(one['cols'] ?? []) }
  })
  return list.length === 0 ? null : list
}

function listedOf(node: Node, sql: string, snapshot: Snapshot): (Listed | null)[] | null {
  const none = new Map<string, readonly Grant[]>()
  const kind = textOf(node['objtype'])
  const objects = nodesOf(node['objects'])
  const string = (each: Node) => textOf(nodeOf(each['String'])['sval'])
  switch (kind) {
    case 'OBJECT_TABLE':
      return objects.map((each) => {
        const relation = relationOf(snapshot, rangeId(each))
        if (!relation) return null
        const columns = new Map(relation.columns.map((column) => [column.name, column.grants] as const))
        return { on: `table ${relation.id}`, owner: relation.owner, grants: relation.grants, columns }
      })
    case 'OBJECT_SEQUENCE':
      return objects.map((each) => {
        const found = snapshot.sequences.find(({ id }) => id === rangeId(each))
        return found
          ? { on: `sequence ${found.id}`, owner: found.owner, grants: found.grants, columns: none }
          : null
      })
    case 'OBJECT_SCHEMA':
      return objects.map((each) => {
        const found = snapshot.schemas.find(({ name }) => name === string(each))
        return found
          ? { on: `schema ${found.id}`, owner: found.owner, grants: found.grants, columns: none }
          : null
      })
    case 'OBJECT_DATABASE': {
      const { databaseOwner: owner, databaseGrants: grants } = snapshot.server
      return [{ on: `database ${quote(snapshot.database)}`, owner, grants, columns: none }]
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_PROCEDURE': {
      if (objects.length !== 1) return null
      const found = routineOf(snapshot, sql)
      return [
        found ? { on: `routine ${found.id}`, owner: found.owner, grants: found.grants, columns: none } : null,
      ]
    }
    default:
      return null
  }
}

function giveBack(
  { on, owner, grants, columns }: Listed,
  grantees: readonly (string | null)[],
  wanted: readonly Wanted[] | null,
): string[] {
  const whole = wanted?.filter((each) => each.columns.length === 0).map((each) => each.name) ?? null
  return grantees.flatMap((grantee) => {
    const had = grants.filter(
      (each) => each.grantee === grantee && (whole === null || whole.includes(each.privilege)),
    )
    // A REVOKE of the whole table takes the privileges on its columns too.
    const onColumns = [...columns].flatMap(([column, list]) => {
      const asked = wanted?.filter((each) => each.columns.includes(column)).map((each) => each.name) ?? []
      return givenSql(
        owner,
        list.filter(
          (each) =>
            each.grantee === grantee &&
            (whole === null || whole.includes(each.privilege) || asked.includes(each.privilege)),
        ),
        on,
        quote(column),
      )
    })
    const taken = [
      ...(whole === null ? ['all'] : whole.map((name) => name.toLowerCase())),
      ...(wanted ?? [])
        .filter((each) => each.columns.length > 0)
        .map((each) => `${each.name.toLowerCase()} (${each.columns.map(quote).join(', ')})`),
    ]
    return [
      `revoke ${taken.join(', ')} on ${on} from ${roleName(grantee)}`,
      ...givenSql(owner, had, on),
      ...onColumns,
    ]
  })
}

function claimsOf(
  node: Node,
  listed: readonly (Listed | null)[],
  grantees: readonly (string | null)[],
  wanted: readonly Wanted[] | null,
): Claim[] {
  const value = node['is_grant'] ? 'granted' : node['grant_option'] ? 'no option' : 'revoked'
  return listed.flatMap((each) =>
    grantees.flatMap((grantee) =>
      (wanted ?? []).map(({ name, columns }) => ({
        aspect: `${each?.on ?? ''}: ${name} (${columns.join()}) to ${grantee ?? 'PUBLIC'}`,
        value,
      })),
    ),
  )
}

/** GRANT and REVOKE of membership. */
export function grantRole(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const granted = nodesOf(node['granted_roles']).map((each) =>
    textOf(nodeOf(each['AccessPriv'])['priv_name']),
  )
  const members = roles(node['grantee_roles'])
  if (!members) return { lock: 'none', phase: 'rights', back: unknownRights }
  const sql = granted.flatMap((role) =>
    members.map((member) => {
      const was = snapshot.memberships.find((each) => each.role === role && each.member === member)
      if (!was) return `revoke ${quote(role)} from ${roleName(member)}`
      const options =
        snapshot.server.version >= 160_000
          ? ` with admin ${was.admin}, inherit ${was.inherit}, set ${was.set}`
          : was.admin
            ? ' with admin option'
            : ''
      return `grant ${quote(role)} to ${roleName(member)}${options}`
    }),
  )
  return { lock: 'none', phase: 'rights', back: { sql, lost: null } }
}

const objectWords: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'tables',
  OBJECT_SEQUENCE: 'sequences',
  OBJECT_FUNCTION: 'functions',
  OBJECT_ROUTINE: 'functions',
  OBJECT_TYPE: 'types',
  OBJECT_SCHEMA: 'schemas',
}

/** ALTER DEFAULT PRIVILEGES. Without an entry PostgreSQL's own defaults hold. */
export function defaultPrivileges(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const option = (name: string) =>
    nodeOf(nodesOf(node['options']).find((each) => nodeOf(each['DefElem'])['defname'] === name)?.['DefElem'])[
      'arg'
    ]
  const of = roles(nodeOf(nodeOf(option('roles'))['List'])['items'])
  const schemas = option('schemas') === undefined ? [null] : names(option('schemas'))
  const action = nodeOf(node['action'])
  const grantees = roles(action['grantees'])
  const objects = objectWords[textOf(action['objtype'])]
  if (!of || of.length === 0 || !grantees || !objects)
    return { lock: 'none', phase: 'rights', back: unknownRights }
  const wanted = privileges(action)
  const sql = of.flatMap((role) =>
    schemas.flatMap((schema) => {
      const entry = snapshot.defaultPrivileges.find(
        (each) => each.role === role && each.schema === schema && each.objects === objects,
      )
      const start = `alter default privileges for role ${roleName(role)}${schema === null ? '' : ` in schema ${quote(schema)}`}`
      return grantees.flatMap((grantee) => {
        const had = entry
          ? entry.grants.filter((each) => each.grantee === grantee)
          : usual(schema, grantee, objects)
        const back = had.filter(
          (each) => wanted === null || wanted.some(({ name }) => name === each.privilege),
        )
        const named = wanted === null ? 'all' : wanted.map(({ name }) => name.toLowerCase()).join(', ')
        return [
          `${start} revoke ${named} on ${objects} from ${roleName(grantee)}`,
          ...back.map(
            (each) =>
              `${start} grant ${each.privilege} on ${objects} to ${roleName(grantee)}${each.grantable ? ' with grant option' : ''}`,
          ),
        ]
      })
    }),
  )
  return { lock: 'none', phase: 'rights', back: { sql, lost: null } satisfies Back }
}

function usual(schema: string | null, grantee: string | null, objects: string) {
  if (schema !== null || grantee !== null) return []
  if (objects === 'functions') return [{ privilege: 'EXECUTE', grantable: false }]
  return objects === 'types' ? [{ privilege: 'USAGE', grantable: false }] : []
}
