import type { ColumnUse, Grant, RelationId, RoutineId } from './types'
import type { Session } from './session'
import { aclsSql, type AclRow } from './sql/grants'
import { rolesSql, type RoleRow } from './sql/roles'
import { schemasSql, type SchemaRow } from './sql/schemas'
import { collationsSql, columnTypesSql, domainsSql } from './sql/columns'
import type { CollationRow, ColumnTypeRow, DomainRow } from './sql/columns'
import { opclassesSql, type OpclassRow } from './sql/indexes'
import {
  columnLabelsSql,
  commentsSql,
  keywordsSql,
  type ColumnLabelRow,
  type CommentRow,
} from './sql/comments'
import { membersSql, type MemberRow } from './sql/depends'
import { routineNamesSql, type RoutineNameRow } from './sql/routines'

/** OIDs to names: everything that rows of other catalogs point to. OIDs end here. */
export interface Book {
  role(oid: string): string
  /** The exploded list; `kind` is acldefault's letter. Throws `Moved` when a role was renamed meanwhile. */
  grants(kind: string, owner: string, acl: string | null): readonly Grant[]
  readonly schemas: ReadonlyMap<string, { readonly name: string; readonly quoted: string }>
  /** Null when the type is gone. */
  type(oid: string, modifier: string): string | null
  baseType(oid: string): string | null
  collation(oid: string): string | null
  opclass(oid: string): string
  comment(catalog: string, oid: string): string | null
  /** Comments of a relation's columns, by their number as text. */
  columnComments(relation: string): ReadonlyMap<string, string> | undefined
  /** As quote_ident prints it on this server, whose keywords count. */
  quote(name: string): string
  /** One string for all equal ones: names repeat thousands of times. */
  same(text: string): string
  label(relation: string, column: string): string | null
  extension(catalog: string, oid: string): string | null
  routine(oid: string): RoutineId | null
  /** Filled when the relations are read. */
  readonly relations: Map<string, { readonly id: RelationId; readonly columns: string[] }>
  columnUses(uses: readonly { readonly relation: string; readonly column: number }[]): readonly ColumnUse[]
}

/** Something was renamed or replaced while the catalog was read: read it again. */
export class Moved extends Error {}

export const yes = (value: string | null) => value === 't'

/** Order of code units: the same on every server and in every locale. */
export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const byName = (a: { readonly name: string }, b: { readonly name: string }) => byText(a.name, b.name)

export const bySchema = (
  a: { readonly schema: string; readonly name: string },
  b: { readonly schema: string; readonly name: string },
) => byText(a.schema, b.schema) || byText(a.name, b.name)

/** An array of `name=value` texts, as reloptions and proconfig hold them. */
export function assignments(json: string | null): Readonly<Record<string, string>> {
  if (json === null) return nothing
  const pairs = (JSON.parse(json) as string[]).map((text) => {
    const at = text.indexOf('=')
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  return Object.fromEntries(pairs.sort((a, b) => byText(a[0], b[0])))
}

const nothing: Readonly<Record<string, string>> = {}

const systemColumns = ['', 'ctid', 'xmin', 'cmin', 'xmax', 'cmax', 'tableoid']

export async function readBook(session: Session): Promise<Book & { readonly roleRows: readonly RoleRow[] }> {
  const roleRows = await session.rows<RoleRow>(rolesSql)
  const roles = new Map(roleRows.map((row) => [row[0], row[1]]))
  const role = (oid: string) => roles.get(oid) ?? oid
  const acls = explode(await session.rows<AclRow>(aclsSql), role)
  const schemas = new Map(
    (await session.rows<SchemaRow>(schemasSql)).map(([oid, name, quoted]) => [oid, { name, quoted }]),
  )
  const typeRows = await session.rows<ColumnTypeRow>(columnTypesSql)
  const types = new Map<string, Map<string, string | null>>()
  for (const [oid, modifier, text] of typeRows) put(types, oid, modifier, known(text))
  const plain = new Map(
    (await session.rows<[string, string]>(plainTypesSql(typeRows))).map(([oid, text]) => [oid, text]),
  )
  const domains = new Map((await session.rows<DomainRow>(domainsSql)).map((row) => [row[0], row]))
  const collations = new Map(
    (await session.rows<CollationRow>(collationsSql)).map(([oid, name]) => [oid, name]),
  )
  const opclasses = new Map((await session.rows<OpclassRow>(opclassesSql)).map(([oid, name]) => [oid, name]))
  const comments = await readComments(session)
  const keywords = new Set((await session.rows<[word: string]>(keywordsSql)).map(([word]) => word))
  const labels = new Map(
    (await session.rows<ColumnLabelRow>(columnLabelsSql)).map(([oid, column, text]) => [
      `${oid} ${column}`,
      text,
    ]),
  )
  const members = new Map(
    (await session.rows<MemberRow>(membersSql)).map(([catalog, oid, name]) => [`${catalog} ${oid}`, name]),
  )
  const routines = new Map(
    (await session.rows<RoutineNameRow>(routineNamesSql)).map(([oid, id]) => [oid, id as RoutineId]),
  )
  const relations: Book['relations'] = new Map()
  const texts = new Map<string, string>()

  return {
    roleRows,
    role,
    schemas,
    relations,
    grants(kind, owner, acl) {
      const found = acls.get(`${kind} ${owner} ${acl ?? ''}`)
      if (found) return found
      if (acl === '{}') return none
      throw new Moved(`access list ${acl}`)
    },
    type: (oid, modifier) => types.get(oid)?.get(modifier) ?? null,
    baseType(oid) {
      let text = plain.get(oid)
      for (let domain = domains.get(oid); domain; domain = domains.get(domain[1])) text = domain[2]
      return known(text)
    },
    collation: (oid) => (oid === '0' ? null : plainCollation(collations.get(oid))),
    opclass: (oid) => opclasses.get(oid) ?? '',
    comment: (catalog, oid) => comments.get(catalog)?.get(oid)?.get('0') ?? null,
    columnComments: (relation) => comments.get('pg_class')?.get(relation),
    quote: (name) =>
      /^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name) ? name : `"${name.replaceAll('"', '""')}"`,
    same(text) {
      const found = texts.get(text)
      if (found === undefined) texts.set(text, text)
      return found ?? text
    },
    label: (relation, column) => (labels.size === 0 ? null : (labels.get(`${relation} ${column}`) ?? null)),
    extension: (catalog, oid) => members.get(`${catalog} ${oid}`) ?? null,
    routine: (oid) => routines.get(oid) ?? null,
    columnUses(uses) {
      const found = new Map<string, Set<number>>()
      for (const { relation, column } of uses) {
        const columns = found.get(relation) ?? new Set()
        if (column !== 0) columns.add(column)
        found.set(relation, columns)
      }
      return [...found]
        .flatMap(([oid, numbers]) => {
          const relation = relations.get(oid)
          if (!relation) return []
          const columns = [...numbers]
            .sort((a, b) => a - b)
            .flatMap((n) => (n < 0 ? systemColumns[-n] : relation.columns[n]) ?? [])
          return [{ relation: relation.id, columns }]
        })
        .sort((a, b) => byText(a.relation, b.relation))
    },
  }
}

type Comments = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, string>>>

/** By catalog, object and column; '0' is the object itself. */
async function readComments(session: Session): Promise<Comments> {
  const comments = new Map<string, Map<string, Map<string, string>>>()
  for (const [catalog, oid, column, text] of await session.rows<CommentRow>(commentsSql)) {
    let objects = comments.get(catalog)
    if (!objects) comments.set(catalog, (objects = new Map()))
    put(objects, oid, column, text)
  }
  return comments
}

function put<Value>(map: Map<string, Map<string, Value>>, first: string, second: string, value: Value) {
  const inner = map.get(first)
  if (inner) inner.set(second, value)
  else map.set(first, new Map([[second, value]]))
}

/** The empty list of grants, one for all. */
export const none: readonly Grant[] = []

/** The database's default collation is the usual case and says nothing. */
const plainCollation = (name: string | undefined) =>
  name === undefined || name === '"default"' ? null : name

const known = (text: string | undefined) => (text === undefined || text.includes('???') ? null : text)

const plainTypesSql = (rows: readonly ColumnTypeRow[]) => {
  const oids = [...new Set(rows.map((row) => row[0]))].join(',')
  return `select t, format_type(t, null) from unnest('{${oids}}'::oid[]) t`
}

function explode(rows: readonly AclRow[], role: (oid: string) => string): Map<string, readonly Grant[]> {
  const acls = new Map<string, Grant[]>()
  for (const [kind, owner, acl, grantee, grantor, privilege, grantable] of rows) {
    const key = `${kind} ${owner} ${acl ?? ''}`
    const grants = acls.get(key) ?? []
    grants.push(grantOf(role, grantee, grantor, privilege, grantable))
    acls.set(key, grants)
  }
  for (const grants of acls.values()) grants.sort(byGrant)
  return acls
}

export const grantOf = (
  role: (oid: string) => string,
  grantee: string,
  grantor: string,
  privilege: string,
  grantable: string,
): Grant => ({
  grantee: grantee === '0' ? null : role(grantee),
  grantor: role(grantor),
  privilege,
  grantable: yes(grantable),
})

/** PUBLIC first, then by role, privilege and grantor. */
export const byGrant = (a: Grant, b: Grant) =>
  byText(a.grantee ?? '', b.grantee ?? '') || byText(a.privilege, b.privilege) || byText(a.grantor, b.grantor)
