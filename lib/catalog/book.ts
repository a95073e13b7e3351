import type { ColumnUse } from './types-relation'
import type { Grant, RelationId, RoutineId } from './types'
import { step } from './reading'
import type { Session } from './session'
import { aclsSql, type AclRow } from './sql/grants'
import { rolesSql, type RoleRow } from './sql/roles'
import { schemasSql, type SchemaRow } from './sql/schemas'
import { collationsSql, domainsSql, type CollationRow, type DomainRow } from './sql/columns'
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
  /** What stands behind a domain, else the type itself, `plain`; null when it is gone. */
  baseType(oid: string, plain: string | null): string | null
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
  /** Has any of its columns a comment or a label? */
  describesColumns(relation: string): boolean
  extension(catalog: string, oid: string): string | null
  routine(oid: string): RoutineId | null
  /** Filled when the relations are read. */
  readonly relations: Map<
    string,
    { readonly id: RelationId; readonly name: string; columns: readonly string[] }
  >
  /** Column numbers by the OID of their relation, 0 for the relation as such; they are put in order. */
  columnUses(uses: ReadonlyMap<string, number[]>): readonly ColumnUse[]
}

/** Something was renamed or replaced while the catalog was read: read it again. */
export class Moved extends Error {}

export const yes = (value: string | null) => value === 't'

/** A time in UTC as the session prints it, as ISO 8601 with milliseconds. */
export const iso = (time: string | null) =>
  time === null
    ? null
    : `${time.slice(0, 10)}T${time.slice(11, 19)}.${time.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`

/** Order of code units: the same on every server and in every locale. */
export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const byName = (a: { readonly name: string }, b: { readonly name: string }) => byText(a.name, b.name)

export const bySchema = (
  a: { readonly schema: string; readonly name: string },
  b: { readonly schema: string; readonly name: string },
) => byText(a.schema, b.schema) || byText(a.name, b.name)

/** Sorts in place; short lists, and those that come in order, without the copy that Array.sort makes. */
export function inOrder<Item>(items: Item[], compare: (a: Item, b: Item) => number): Item[] {
  if (items.length > 16) return items.sort(compare)
  for (let at = 1; at < items.length; at++) {
    const item = items[at] as Item
    let before = at - 1
    for (; before >= 0 && compare(items[before] as Item, item) > 0; before--) {
      items[before + 1] = items[before] as Item
    }
    items[before + 1] = item
  }
  return items
}

const ascending = (a: number, b: number) => a - b

export const byRelation = (a: ColumnUse, b: ColumnUse) => byText(a.relation, b.relation)

/** The names of these columns, in order and once each; 0, the relation as such, is none. `numbers` are put in order. */
export function columnsAmong(names: readonly string[], numbers: number[]): readonly string[] {
  const columns: string[] = []
  let last = 0
  for (const number of inOrder(numbers, ascending)) {
    const name = number < 0 ? systemColumns[-number] : names[number]
    if (number !== last && name !== undefined) columns.push(name)
    last = number
  }
  return columns
}

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

/** One answer for equal questions, or for the same list: rows repeat a handful of texts thousands of times. */
export function once<Question, Answer>(make: (question: Question) => Answer): (question: Question) => Answer {
  const known = new Map<Question, Answer>()
  return (question) => {
    const found = known.get(question)
    if (found !== undefined || known.has(question)) return found as Answer
    const made = make(question)
    known.set(question, made)
    return made
  }
}

const systemColumns = ['', 'ctid', 'xmin', 'cmin', 'xmax', 'cmax', 'tableoid']

export async function readBook(session: Session): Promise<Book & { readonly roleRows: readonly RoleRow[] }> {
  const roleRows: RoleRow[] = []
  const roles = new Map<string, string>()
  const role = (oid: string) => roles.get(oid) ?? oid
  const acls = new Map<string, Grant[]>()
  const schemas = new Map<string, { name: string; quoted: string }>()
  const domains = new Map<string, DomainRow>()
  const collations = new Map<string, string>()
  const opclasses = new Map<string, string>()
  const comments = new Map<string, Map<string, Map<string, string>>>()
  const keywords = new Set<string>()
  const labels = new Map<string, Map<string, string>>()
  const members = new Map<string, string>()
  const routines = new Map<string, RoutineId>()
  await session.each(
    step<RoleRow>('roles', rolesSql, (row) => {
      roleRows.push(row)
      roles.set(row[0], row[1])
    }),
    step<AclRow>('grants', aclsSql, (row) => explode(acls, row, role)),
    step<SchemaRow>('schemas', schemasSql, ([oid, name, quoted]) => schemas.set(oid, { name, quoted })),
    step<DomainRow>('types', domainsSql, (row) => domains.set(row[0], row)),
    step<CollationRow>('collations', collationsSql, ([oid, name]) => collations.set(oid, name)),
    step<OpclassRow>('operator classes', opclassesSql, ([oid, name]) => opclasses.set(oid, name)),
    step<CommentRow>('comments', commentsSql, ([catalog, oid, column, text]) => {
      let objects = comments.get(catalog)
      if (!objects) comments.set(catalog, (objects = new Map()))
      put(objects, oid, column, text)
    }),
    step<[word: string]>('keywords', keywordsSql, ([word]) => keywords.add(word)),
    step<ColumnLabelRow>('labels', columnLabelsSql, ([oid, column, text]) => put(labels, oid, column, text)),
    step<MemberRow>('extensions', membersSql, ([catalog, oid, name]) =>
      members.set(`${catalog} ${oid}`, name),
    ),
    step<RoutineNameRow>('routines', routineNamesSql, ([oid, id]) => routines.set(oid, id as RoutineId)),
  )
  for (const grants of acls.values()) grants.sort(byGrant)
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
    baseType(oid, plain) {
      let text = plain
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
    label: (relation, column) => labels.get(relation)?.get(column) ?? null,
    describesColumns(relation) {
      const described = comments.get('pg_class')?.get(relation)
      return (
        labels.has(relation) || (described !== undefined && described.size > (described.has('0') ? 1 : 0))
      )
    },
    extension: (catalog, oid) => members.get(`${catalog} ${oid}`) ?? null,
    routine: (oid) => routines.get(oid) ?? null,
    columnUses(uses) {
      const found: ColumnUse[] = []
      for (const [oid, numbers] of uses) {
        const relation = relations.get(oid)
        if (relation) found.push({ relation: relation.id, columns: columnsAmong(relation.columns, numbers) })
      }
      return inOrder(found, byRelation)
    },
  }
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

const known = (text: string | null) => (text === null || text.includes('???') ? null : text)

function explode(acls: Map<string, Grant[]>, row: AclRow, role: (oid: string) => string) {
  const [kind, owner, acl, grantee, grantor, privilege, grantable] = row
  const key = `${kind} ${owner} ${acl ?? ''}`
  const grants = acls.get(key) ?? []
  grants.push(grantOf(role, grantee, grantor, privilege, grantable))
  acls.set(key, grants)
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
