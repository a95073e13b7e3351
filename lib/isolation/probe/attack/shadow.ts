import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import type { Identity } from '../session/identity'
import { names } from '../schema/mentions'
import type { Raid } from '../observe/raid'
import { insertSql } from '../schema/statements'
import { isForeign, ownRoutines } from '../schema/scope'
import { templatesOf } from '../schema/templates'

/**
 * Sessions that put a table of their own before the one a function means: a temporary one is found first wherever the
 * search_path does not name pg_temp last. Its rows say what the real table does not.
 */
export async function shadows(raid: Raid): Promise<Identity[]> {
  const relations = shadowable(raid)
  const out: Identity[] = []
  for (const relation of relations) {
    const rows = forged(raid, relation)
    if (rows.length === 0) continue
    const columns = relation.columns.map(({ name, type }) => `${ident(name)} ${type}`).join(', ')
    out.push({
      ...raid.identity,
      own: [
        ...raid.identity.own,
        `create temporary table ${ident(relation.name)} (${columns}) on commit drop`,
        `grant select on ${ident(relation.name)} to public`,
        ...rows,
        `set search_path = pg_temp, ${ident(relation.schema)}, public`,
      ],
    })
  }
  return out
}

/** Named without their schema in a function that takes the caller's search_path, or one without pg_temp last. */
function shadowable(raid: Raid): Relation[] {
  const open = ownRoutines(raid.scope.snapshot).filter(({ atomic, settings }) => {
    const path = settings['search_path']
    return !atomic && (path === undefined || !/pg_temp\s*$/.test(path))
  })
  return raid.scope.snapshot.relations.filter(
    (relation) =>
      ['table', 'partitioned', 'view'].includes(relation.kind) &&
      open.some(({ body }) => names(unqualified(body ?? ''), relation)),
  )
}

/** The text without names that say their schema. */
const unqualified = (body: string) =>
  body.replaceAll(/(?:"[^"]+"|[\p{L}_][\w$]*)\.(?:"[^"]+"|[\p{L}_][\w$]*)/gu, ' ')

/** The real rows, and each of them again with every tenant and every person that could stand there. */
function forged(raid: Raid, relation: Relation): string[] {
  const { domains, identity, scope } = raid
  const t = templatesOf(raid, relation, 4)
  const rows = [...t.own, ...t.foreign]
  const base = rows[0] ?? new Map(relation.columns.map(({ name }) => [name, null]))
  const out = new Map<string, string>()
  const put = (values: ReadonlyMap<string, string | null>) => {
    const kept = new Map(
      [...values].filter(([name]) => !relation.columns.find((each) => each.name === name)?.generated),
    )
    const sql = insertSql(ident(relation.name), kept)
    out.set(sql, sql)
  }
  const own = identity.principal
  const mine = domains.people.filter((value) =>
    Object.values(identity.settings).some((text) => text.includes(value)),
  )
  const tenantColumns = relation.columns.filter(({ name }) => domains.isTenant(relation, name))
  for (const tenant of scope.tenants.filter((each) => isForeign(each, own)).slice(0, 2)) {
    for (const row of rows.slice(0, 4)) {
      const values = new Map(row)
      for (const { name } of tenantColumns) values.set(name, tenant)
      put(values)
    }
    for (const who of mine.slice(0, 3)) {
      const values = new Map(base)
      for (const column of relation.columns)
        if (domains.isTenant(relation, column.name)) values.set(column.name, tenant)
        else if (/uuid|text|char/.test(column.baseType) && !values.get(column.name)?.startsWith('zq')) {
          if (column.baseType !== 'uuid' || /^[0-9a-f-]{36}$/i.test(who)) values.set(column.name, who)
        } else if (column.baseType === 'boolean') values.set(column.name, 'true')
      put(values)
    }
  }
  return [...out.values()].slice(0, 24)
}
