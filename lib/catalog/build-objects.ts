import type { Book } from './book'
import { assignments, byGrant, byName, bySchema, byText, grantOf, yes } from './book'
import { usesOf } from './build-behaviour'
import type { DefaultPrivilegeRow } from './sql/grants'
import type { EnumRow, ForeignServerRow, PublicationRow, SequenceRow } from './sql/objects'
import type { OwnedSequenceRow } from './sql/depends'
import type { MembershipRow, RoleRow, RoleSettingRow } from './sql/roles'
import type { RoutineRow } from './sql/routines'
import type {
  DefaultPrivilege,
  ForeignServer,
  Membership,
  Publication,
  Role,
  RoleSetting,
} from './types-server'
import type { EnumType, Routine, Sequence } from './types-object'
import type { Grant, RelationId, RoutineId } from './types'

const routineKinds: Readonly<Record<string, Routine['kind']>> = {
  f: 'function',
  p: 'procedure',
  a: 'aggregate',
  w: 'window',
}
const volatilities: Readonly<Record<string, Routine['volatility']>> = {
  i: 'immutable',
  s: 'stable',
  v: 'volatile',
}

/** Routines by name and signature; those without a text are gone and go to `lost`. */
export function buildRoutines(
  rows: readonly RoutineRow[],
  book: Book,
  uses: ReadonlyMap<string, string>,
  lost: Set<string>,
): Routine[] {
  return rows
    .flatMap((row): Routine[] => {
      const [oid, id, schema, name, args, kind, returns, returnsSet, language, trusted, owner] = row
      const [, , , , , , , , , , , definer, volatility, leakproof, strict, settings, body, atomic, acl] = row
      if (id === null || args === null || /^\d+$/.test(id) || (yes(atomic) && body === null)) {
        lost.add(oid)
        return []
      }
      return [
        {
          id: id as RoutineId,
          schema: book.schemas.get(schema)?.name ?? '',
          name,
          arguments: args,
          kind: routineKinds[kind] ?? 'function',
          returns: returns ?? '',
          returnsSet: yes(returnsSet),
          language,
          languageTrusted: yes(trusted),
          owner: book.role(owner),
          definer: yes(definer),
          volatility: volatilities[volatility] ?? 'volatile',
          leakproof: yes(leakproof),
          strict: yes(strict),
          settings: assignments(settings),
          body,
          atomic: yes(atomic),
          reads: usesOf(uses.get('f' + oid), book).reads,
          grants: book.grants('f', owner, acl),
          comment: book.comment('pg_proc', oid),
          extension: book.extension('pg_proc', oid),
        },
      ]
    })
    .sort((a, b) => bySchema(a, b) || byText(a.id, b.id))
}

/** `last` holds what could be read of the sequences' own rows: null where it was never used. */
export function buildSequences(
  rows: readonly SequenceRow[],
  owned: readonly OwnedSequenceRow[],
  last: ReadonlyMap<string, string | null>,
  book: Book,
): Sequence[] {
  const owners = new Map(owned.map((row) => [row[0], row]))
  return rows
    .map((row): Sequence => {
      const [oid, schemaOid, name, quoted, owner, type, start, increment, max, cycle, acl, readable] = row
      const [, , , , , , , , , , , , min, cache] = row
      const schema = book.schemas.get(schemaOid)
      const [, relationOid = '', column = ''] = owners.get(oid) ?? []
      const relation = book.relations.get(relationOid)
      return {
        id: `${schema?.quoted}.${quoted}` as RelationId,
        schema: schema?.name ?? '',
        name,
        owner: book.role(owner),
        type,
        start,
        increment,
        min,
        cache,
        max,
        cycle: yes(cycle),
        last: last.get(oid) ?? null,
        readable: yes(readable) && last.has(oid),
        ownedBy: relation ? { relation: relation.id, column: relation.columns[Number(column)] ?? '' } : null,
        grants: book.grants('s', owner, acl),
        extension: book.extension('pg_class', oid),
      }
    })
    .sort(bySchema)
}

export const buildEnums = (rows: readonly EnumRow[], book: Book): EnumType[] =>
  rows
    .map(([oid, schemaOid, name, quoted, values]) => {
      const schema = book.schemas.get(schemaOid)
      return {
        id: `${schema?.quoted}.${quoted}`,
        schema: schema?.name ?? '',
        name,
        values: JSON.parse(values) as string[],
        extension: book.extension('pg_type', oid),
      }
    })
    .sort(bySchema)

export const buildRoles = (rows: readonly RoleRow[]): Role[] =>
  rows
    .map((row): Role => {
      const [oid, name, superuser, bypassRls, login, inherit, createRole, createDb, replication] = row
      const [, , , , , , , , , connectionLimit, validUntil, comment] = row
      return {
        name,
        superuser: yes(superuser),
        bypassRls: yes(bypassRls),
        login: yes(login),
        inherit: yes(inherit),
        createRole: yes(createRole),
        createDb: yes(createDb),
        replication: yes(replication),
        connectionLimit: Number(connectionLimit),
        validUntil,
        predefined: Number(oid) < 16384 && name.startsWith('pg_'),
        comment,
      }
    })
    .sort(byName)

export const buildMemberships = (rows: readonly MembershipRow[], book: Book): Membership[] =>
  rows
    .map(([role, member, inherit, set, admin]) => ({
      role: book.role(role),
      member: book.role(member),
      inherit: yes(inherit),
      set: yes(set),
      admin: yes(admin),
    }))
    .sort((a, b) => byText(a.role, b.role) || byText(a.member, b.member))

const objects: Readonly<Record<string, DefaultPrivilege['objects']>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
  L: 'large objects',
}

export function buildDefaultPrivileges(rows: readonly DefaultPrivilegeRow[], book: Book): DefaultPrivilege[] {
  const found = new Map<string, Omit<DefaultPrivilege, 'grants'> & { grants: Grant[] }>()
  for (const [oid, role, schema, letter, grantee, grantor, privilege, grantable] of rows) {
    const entry = found.get(oid) ?? {
      role: book.role(role),
      schema: schema === '0' ? null : (book.schemas.get(schema)?.name ?? null),
      objects: objects[letter] ?? 'tables',
      grants: [],
    }
    found.set(oid, entry)
    // A list that was emptied has a row and no entry.
    if (grantee !== null && grantor !== null && privilege !== null) {
      entry.grants.push(grantOf(book.role, grantee, grantor, privilege, grantable ?? 'f'))
    }
  }
  for (const entry of found.values()) entry.grants.sort(byGrant)
  return [...found.values()].sort(
    (a, b) =>
      byText(a.role, b.role) || byText(a.schema ?? '', b.schema ?? '') || byText(a.objects, b.objects),
  )
}

export function buildPublications(rows: readonly PublicationRow[], book: Book): Publication[] {
  const found = new Map<string, { all: boolean; relations: Map<RelationId, boolean> }>()
  for (const [name, all, oid, filtered] of rows) {
    const entry = found.get(name) ?? { all: yes(all), relations: new Map() }
    found.set(name, entry)
    const relation = oid === null ? undefined : book.relations.get(oid)
    if (relation) entry.relations.set(relation.id, yes(filtered))
  }
  return [...found]
    .map(([name, { all, relations }]) => ({
      name,
      allTables: all,
      relations: [...relations]
        .map(([relation, filtered]) => ({ relation, filtered }))
        .sort((a, b) => byText(a.relation, b.relation)),
    }))
    .sort(byName)
}

export const buildRoleSettings = (rows: readonly RoleSettingRow[], book: Book): RoleSetting[] =>
  rows
    .flatMap(([role, thisDatabase, json]) =>
      Object.entries(assignments(json)).map(([name, value]) => ({
        role: role === '0' ? null : book.role(role),
        thisDatabase: yes(thisDatabase),
        name,
        value,
      })),
    )
    .sort(
      (a, b) =>
        byText(a.role ?? '', b.role ?? '') ||
        Number(a.thisDatabase) - Number(b.thisDatabase) ||
        byText(a.name, b.name),
    )

export function buildForeignServers(rows: readonly ForeignServerRow[], book: Book): ForeignServer[] {
  const found = new Map<
    string,
    { name: string; wrapper: string; owner: string; mappings: (string | null)[] }
  >()
  for (const [name, wrapper, owner, user] of rows) {
    const entry = found.get(name) ?? { name, wrapper, owner: book.role(owner), mappings: [] }
    found.set(name, entry)
    if (user !== null) entry.mappings.push(user === '0' ? null : book.role(user))
  }
  for (const entry of found.values()) entry.mappings.sort((a, b) => byText(a ?? '', b ?? ''))
  return [...found.values()].sort(byName)
}
