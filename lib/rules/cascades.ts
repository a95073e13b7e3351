import type { Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import { list, type ForeignConstraint } from './foreign-keys'
import { qualified, quote } from './identity'

/** Does deleting the parent remove these rows, or take the link out of them? */
export const loses = (key: ForeignConstraint): boolean =>
  key.enforced && ['cascade', 'set null', 'set default'].includes(key.references.onDelete)

/** Statements that make the key refuse the delete: a second key first, validated; then the old one goes and leaves it its name. */
export function restrictSql(child: Relation, key: ForeignConstraint, parent: Relation): string[] {
  const id = qualified(child.schema, child.name)
  const name = quote(
    freshName(
      `${key.name}_restrict`,
      child.constraints.map((c) => c.name),
    ),
  )
  const late = child.kind === 'partitioned' ? '' : ' not valid'
  const update = key.references.onUpdate === 'no action' ? '' : ` on update ${key.references.onUpdate}`
  return [
    `alter table ${id} add constraint ${name} foreign key (${list(key.columns)}) references ${qualified(parent.schema, parent.name)} (${list(key.references.columns)}) on delete restrict${update}${late}`,
    ...(late ? [`alter table ${id} validate constraint ${name}`] : []),
    `alter table ${id} drop constraint ${quote(key.name)}`,
    `alter table ${id} rename constraint ${name} to ${quote(key.name)}`,
  ]
}

export const restrictLock =
  'SHARE ROW EXCLUSIVE on both tables for a moment, then SHARE UPDATE EXCLUSIVE; ACCESS EXCLUSIVE for a moment to drop the old key'
