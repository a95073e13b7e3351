import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Sequence } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { sequenceOptions } from './make-types'
import { ident, withOptions } from './spelling'
import { build, type Statement } from './statement'

export const isStored = (relation: Relation) => ['table', 'partitioned', 'foreign'].includes(relation.kind)

/** Tables on their own, without defaults, keys or parents; what their generated columns call may come later. */
export function tableStatements(
  relations: readonly Relation[],
  snapshot: Snapshot,
  identities: ReadonlyMap<string, Sequence>,
): Statement[] {
  const server = snapshot.foreignServers[0]?.name
  const inherited = snapshot.server.version >= 170_000
  return relations.filter(isStored).map((relation) => {
    const columns = relation.columns.map((column) =>
      columnSql(column, relation, inherited && relation.isPartition ? undefined : identities),
    )
    const kind =
      relation.kind === 'foreign'
        ? 'foreign table'
        : relation.persistence === 'unlogged'
          ? 'unlogged table'
          : 'table'
    const sql = [
      `create ${kind} ${relation.id} (${columns.join(', ')})`,
      relation.partitionKey === null ? '' : ` partition by ${relation.partitionKey}`,
      relation.kind === 'foreign' ? ` server ${ident(server ?? '')}` : withOptions(relation.options),
    ].join('')
    return build(relation.id, sql)
  })
}

function columnSql(
  column: Column,
  relation: Relation,
  identities: ReadonlyMap<string, Sequence> | undefined,
): string {
  const parts = [ident(column.name), column.type]
  if (column.collation !== null) parts.push(`collate ${column.collation}`)
  if (column.generated) parts.push(`generated always as (${column.default ?? 'null'}) ${column.generated}`)
  const sequence = identities?.get(`${relation.id} ${column.name}`)
  if (column.identity && identities) {
    const options = sequence ? ` (sequence name ${sequence.id} ${sequenceOptions(sequence)})` : ''
    parts.push(`generated ${column.identity} as identity${options}`)
  }
  if (column.notNull) {
    const named = notNull(relation, column)
    if (!named) parts.push('not null')
    else if (named.validated) {
      const alone = named.definition?.endsWith('NO INHERIT') ? ' no inherit' : ''
      parts.push(`constraint ${ident(named.name)} not null${alone}`)
    }
  }
  return parts.join(' ')
}

/** Since 18 a NOT NULL has a name. */
const notNull = (relation: Relation, column: Column) =>
  relation.constraints.find((each) => each.kind === 'not null' && each.columns[0] === column.name)

/** Defaults, also those of view columns. */
export const defaultStatements = (relations: readonly Relation[]): Statement[] =>
  relations.flatMap((relation) =>
    relation.columns
      .filter((column) => column.default !== null && column.generated === null)
      .map((column) =>
        build(
          `${relation.id} column ${ident(column.name)}`,
          `alter ${relation.kind === 'view' ? 'view' : 'table only'} ${relation.id} alter column ${ident(column.name)} set default ${column.default}`,
        ),
      ),
  )

/** Partitions are attached, children inherit: the order of the columns stays as it was. */
export const parentStatements = (relations: readonly Relation[]): Statement[] =>
  relations
    .filter(isStored)
    .flatMap((relation) =>
      relation.parents.map((parent) =>
        build(
          relation.id,
          relation.isPartition
            ? `alter table only ${parent} attach partition ${relation.id} ${relation.partitionBound ?? 'default'}`
            : `alter table only ${relation.id} inherit ${parent}`,
        ),
      ),
    )
