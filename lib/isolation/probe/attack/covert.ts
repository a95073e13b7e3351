import type { Relation } from '@/lib/catalog/types-relation'
import type { Force } from './battery'
import type { Crossing } from '../observe/booking'
import { belowOf } from '../schema/below'
import { ident } from '@/lib/clone/spelling'
import { foreignKeys, spread } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { insertSql, only, updateSql, whereKey } from '../schema/statements'
import { isWritable, renewed, shown, templatesOf, type Templates, type Values } from '../schema/templates'
import { categoryOf } from '../schema/values'

/**
 * Existence told by a constraint: the same statement with a value that only another tenant's row has is refused
 * otherwise than with one that no row has. Keys made of random identifiers tell nothing that could be guessed.
 */
export async function covert(raid: Raid, relation: Relation, force: Force): Promise<void> {
  if (relation.kind === 'matview') return
  const { insert, update } = await raid.rights.of(raid.identity.role, relation.id)
  await ask(raid, relation)
  if (insert.length + update.length === 0) return
  const below = belowOf(raid.scope, relation)
  if (!below) return
  const { base } = below
  const most = templatesOf(raid, relation, 6)
  const isShort = force.statements < 12
  const t = isShort ? { ...most, own: most.own.slice(0, 1), foreign: spread(most.foreign, 2) } : most
  const writable = (key: readonly string[]) =>
    insert.filter((name) =>
      relation.columns.some((each) => each.name === name && (isWritable(each) || key.includes(name))),
    )
  for (const names of naturalKeys(raid, base)) {
    const key = names.flatMap((name) => shown(below, name) ?? [])
    if (key.length === names.length) await collide(raid, relation, t, key, writable(key), update)
  }
  if (insert.length > 0)
    for (const link of linksOf(raid, base)) await point(raid, relation, base, t, link, writable([]))
}

/** Unique and exclusion keys without a tenant whose values mean something. */
function naturalKeys(raid: Raid, relation: Relation): string[][] {
  return relation.indexes
    .filter(({ unique, exclusion }) => unique || exclusion)
    .map(({ keys }) =>
      relation.columns
        .map(({ name }) => name)
        .filter((name) => keys.some((key) => key.column === name || key.expression?.includes(name))),
    )
    .filter((names) => !names.some((name) => raid.domains.isTenant(relation, name)))
    .filter((names) =>
      names.some((name) => {
        const column = relation.columns.find((each) => each.name === name)
        // Numbers that are counted out can be guessed.
        if (column && categoryOf(column.baseType) === 'integer') return true
        return (
          column &&
          categoryOf(column.baseType) !== 'uuid' &&
          column.default === null &&
          !column.identity &&
          !/^id$/.test(name)
        )
      }),
    )
}

const linksOf = (raid: Raid, relation: Relation) =>
  foreignKeys(relation).filter(
    ({ columns, references }) =>
      !columns.some((name) => raid.domains.isTenant(relation, name)) &&
      raid.scope.targets.some(({ id }) => id === references.relation),
  )

async function collide(
  raid: Raid,
  relation: Relation,
  t: Templates,
  key: readonly string[],
  insert: readonly string[],
  update: readonly string[],
) {
  const isCounted = relation.columns.some(({ name, identity }) => identity === 'always' && key.includes(name))
  for (const own of spread(t.own, 3)) {
    const fresh = renewed(raid, relation, t, own)
    for (const row of spread(t.foreign, 4)) {
      const meets = new Map(fresh)
      for (const name of key) meets.set(name, row.get(name) ?? null)
      if (key.every((name) => own.get(name) === row.get(name))) continue
      if (insert.length > 0)
        await differ(
          raid,
          relation.id,
          'INSERT',
          insertSql(relation.id, only(fresh, insert), '', isCounted),
          insertSql(relation.id, only(meets, insert), '', isCounted),
          /^23(505|P01)$/,
          row,
        )
      if (key.every((name) => update.includes(name)))
        await differ(
          raid,
          relation.id,
          'UPDATE',
          updateSql(relation.id, only(fresh, key), whereKey(t.key, own)),
          updateSql(relation.id, only(meets, key), whereKey(t.key, own)),
          /^23(505|P01)$/,
          row,
        )
    }
  }
}

async function point(
  raid: Raid,
  relation: Relation,
  base: Relation,
  t: Templates,
  link: ReturnType<typeof foreignKeys>[number],
  insert: readonly string[],
) {
  const parents = raid.scope.relations.get(link.references.relation)
  if (!parents) return
  const theirs = templatesOf(raid, parents, t.own.length > 1 ? 3 : 2).foreign
  for (const own of spread(t.own, 2))
    for (const parent of theirs) {
      const exists = renewed(raid, relation, t, own)
      const missing = new Map(exists)
      link.columns.forEach((name, at) => {
        const column = base.columns.find((each) => each.name === name)
        exists.set(name, parent.get(link.references.columns[at] ?? '') ?? null)
        missing.set(name, column ? raid.domains.fresh(column, 900_001) : null)
      })
      await differ(
        raid,
        relation.id,
        'INSERT',
        insertSql(relation.id, only(exists, insert)),
        insertSql(relation.id, only(missing, insert)),
        /^23503$/,
        parent,
        parents.id,
      )
    }
}

/**
 * `goes` succeeds and `hits` is refused by the constraint: the difference is what is told. A foreign key refuses a value that no
 * row has, the others one that a row has.
 */
async function differ(
  raid: Raid,
  target: string,
  command: 'INSERT' | 'UPDATE',
  goes: string,
  hits: string,
  code: RegExp,
  row: Values,
  about = target,
) {
  if (raid.booking.has(target, raid.name, command, 'covert') || goes === hits) return
  const hit = await raid.try([hits])
  if (!hit.refused || !code.test(hit.refused.code)) return
  const gone = await raid.try([goes])
  if (gone.refused || gone.count === 0) return
  const links = code.test('23503')
  const crossing = (relation: string, by: Crossing['command']): Crossing => ({
    relation,
    command: by,
    channel: 'covert',
    row: Object.fromEntries(row),
    tenant: null,
    table: isTable(raid.scope.relations.get(about)) ? about : null,
    effect: links
      ? {
          en: `succeeds, and with a value that no row has it is refused (${hit.refused?.code}): a row of another tenant is there`,
          pt: `é aceita, e com um valor que nenhuma linha tem é recusada (${hit.refused?.code}): há ali uma linha de outro inquilino`,
        }
      : {
          en: `is refused (${hit.refused?.code}) where the same with another value succeeds: a row of another tenant is there`,
          pt: `é recusada (${hit.refused?.code}) onde a mesma com outro valor é aceita: há ali uma linha de outro inquilino`,
        },
  })
  raid.book(links ? goes : hits, [crossing(target, command), crossing(about, 'SELECT')])
}

const isTable = (relation: Relation | undefined) =>
  relation !== undefined && relation.kind !== 'view' && relation.kind !== 'matview'

/** A cast or a division in the WHERE of a view that is no barrier meets rows that the view would hide. */
async function ask(raid: Raid, relation: Relation) {
  if (relation.kind !== 'view') return
  const { select } = await raid.rights.of(raid.identity.role, relation.id)
  for (const { name, baseType } of relation.columns) {
    if (!select.includes(name) || categoryOf(baseType) !== 'text') continue
    const sql = `select 1 from ${relation.id} where ${ident(name)}::int = 0`
    raid.overheard(relation.id, 'SELECT', sql, await raid.try([sql]))
  }
}
