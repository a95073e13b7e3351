import type { Grant, Snapshot } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'

export interface Item {
  readonly kind:
    | 'database'
    | 'schema'
    | 'relation'
    | 'column'
    | 'constraint'
    | 'index'
    | 'policy'
    | 'trigger'
    | 'rewrite rule'
    | 'routine'
    | 'sequence'
    | 'enum'
    | 'type'
    | 'operator'
    | 'cast'
    | 'collation'
    | 'role'
    | 'membership'
    | 'grant'
    | 'default privilege'
    | 'extension'
    | 'event trigger'
    | 'publication'
    | 'role setting'
    | 'foreign server'
    | 'setting'
  readonly object: string
  /** Key of the object it belongs to. */
  readonly parent: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

interface Scope {
  /** The older of the two servers, `server_version_num`. */
  readonly version: number
  readonly sameMajor: boolean
  /** Extensions that came, went or are of another version: that is told once, not for each of their members. */
  readonly otherExtensions?: ReadonlySet<string>
}

type Put = (item: Item) => string

/** A snapshot as a flat map of named things with the properties that a person decided. */
export function inventory(snapshot: Snapshot, scope: Scope): Map<string, Item> {
  const items = new Map<string, Item>()
  const put: Put = (item) => {
    const key = `${item.kind} ${item.object}`
    items.set(key, item)
    return key
  }
  const top = (kind: Item['kind'], object: string, fields: Item['fields']) =>
    put({ kind, object, parent: null, fields })
  const grants = (object: string, parent: string, list: readonly Grant[]) =>
    putGrants(put, scope, object, parent, list)

  const database = top('database', 'database', {
    owner: snapshot.server.databaseOwner,
    encoding: snapshot.server.encoding,
  })
  grants('database', database, snapshot.server.databaseGrants)
  if (scope.sameMajor)
    for (const [name, value] of Object.entries(snapshot.server.settings)) top('setting', name, { value })
  for (const s of snapshot.schemas) {
    grants(
      `schema ${s.id}`,
      top('schema', s.id, { owner: s.owner, comment: s.comment, extension: s.extension }),
      s.grants,
    )
  }
  const told = (extension: string | null) =>
    extension !== null && (scope.otherExtensions?.has(extension) ?? false)
  for (const relation of snapshot.relations) if (!told(relation.extension)) putRelation(put, scope, relation)
  for (const { id, schema: _schema, name: _name, grants: own, ...fields } of snapshot.routines) {
    if (told(fields.extension)) continue
    grants(`routine ${id}`, top('routine', id, fields), own)
  }
  for (const {
    id,
    schema: _schema,
    name: _name,
    grants: own,
    last: _last,
    readable: _readable,
    ...fields
  } of snapshot.sequences) {
    if (told(fields.extension)) continue
    grants(`sequence ${id}`, top('sequence', id, fields), own)
  }
  for (const e of snapshot.enums)
    if (!told(e.extension)) top('enum', e.id, { values: e.values, extension: e.extension })
  // An enum is told by its values, above.
  for (const { id, owner, comment, shape, extension } of snapshot.types ?? [])
    if (shape.kind !== 'enum' && !told(extension)) top('type', id, { owner, comment, shape })
  for (const { kind, id, sql, extension } of snapshot.definitions ?? [])
    if (kind !== 'aggregate' && !told(extension)) top(kind, id, { sql })
  for (const { name, predefined, ...fields } of snapshot.roles) {
    if (scope.sameMajor || !predefined) top('role', name, fields)
  }
  for (const { role, member, ...fields } of snapshot.memberships) {
    if (scope.sameMajor || !(role.startsWith('pg_') && member.startsWith('pg_')))
      top('membership', `${member} in ${role}`, fields)
  }
  for (const d of snapshot.defaultPrivileges) {
    const object = `of ${d.role} for ${d.objects}${d.schema === null ? '' : ` in ${d.schema}`}`
    grants(`default privilege ${object}`, top('default privilege', object, {}), d.grants)
  }
  for (const e of snapshot.extensions) top('extension', e.name, { schema: e.schema, version: e.version })
  for (const { name, ...fields } of snapshot.eventTriggers) top('event trigger', name, fields)
  for (const { name, ...fields } of snapshot.publications) top('publication', name, fields)
  for (const s of snapshot.roleSettings) {
    const whose = `${s.role ?? 'every role'}${s.thisDatabase ? ' in this database' : ''}`
    top('role setting', `${s.name} of ${whose}`, { value: s.value })
  }
  for (const { name, ...fields } of snapshot.foreignServers) top('foreign server', name, fields)
  return items
}

function putRelation(put: Put, scope: Scope, relation: Relation): void {
  const { id } = relation
  const parent = put({
    kind: 'relation',
    object: id,
    parent: null,
    fields: {
      kind: relation.kind,
      owner: relation.owner,
      comment: relation.comment,
      persistence: relation.persistence,
      extension: relation.extension,
      rls: relation.rls,
      rlsForced: relation.rlsForced,
      options: relation.options,
      replicaIdentity: relation.replicaIdentity,
      parents: relation.parents,
      partitionKey: relation.partitionKey,
      partitionBound: relation.partitionBound,
      // Each major spells a view's definition in its own way: across them it is what the view reads.
      ...(scope.sameMajor ? { definition: relation.definition } : { reads: relation.reads }),
    },
  })
  const part = (kind: Item['kind'], name: string, fields: Item['fields']) =>
    put({ kind, object: `${id} ${kind} ${JSON.stringify(name)}`, parent, fields })
  putGrants(put, scope, id, parent, relation.grants)
  for (const { name, number: _number, grants, ...fields } of relation.columns) {
    // Since 17 partitions share the identity of their parent.
    const identity = relation.isPartition && scope.version < 170_000 ? null : fields.identity
    const key = part('column', name, { ...fields, identity })
    putGrants(put, scope, `${id} column ${JSON.stringify(name)}`, key, grants)
  }
  for (const { name, ...fields } of relation.constraints) {
    // The column says NOT NULL on every version; only 18 and later name it, and only a NOT VALID one says more.
    if (fields.kind === 'not null' && (fields.validated || scope.version < 180_000)) continue
    part('constraint', name, fields)
  }
  for (const {
    name,
    id: _id,
    size: _size,
    scans: _scans,
    lastScan: _lastScan,
    ...fields
  } of relation.indexes) {
    part('index', name, fields)
  }
  for (const { name, reads: _reads, calls: _calls, using, check, ...fields } of relation.policies)
    part('policy', name, { ...fields, using: unnamed(using), check: unnamed(check) })
  for (const { name, ...fields } of relation.triggers) part('trigger', name, fields)
  for (const { name, reads: _reads, ...fields } of relation.rules) part('rewrite rule', name, fields)
}

/** Before 15 PostgreSQL prints a name for the constant that a sub-query selects: `select true as bool`. */
const unnamed = (expression: string | null) =>
  expression?.replaceAll(/\b(SELECT (?:true|false)) AS bool\b/g, '$1') ?? null

/** Grants as a set: their order and grantor are no difference, nor is a privilege that the older server lacks. */
function putGrants(put: Put, scope: Scope, object: string, parent: string, grants: readonly Grant[]): void {
  for (const grant of grants) {
    if (grant.privilege === 'MAINTAIN' && scope.version < 170_000) continue
    put({
      kind: 'grant',
      object: `${object}: ${grant.privilege} to ${grant.grantee ?? 'PUBLIC'}`,
      parent,
      fields: { grantable: grant.grantable },
    })
  }
}
