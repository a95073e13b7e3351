import type { ColumnUse, Relation } from '@/lib/catalog/types-relation'
import type { Grant, RelationId } from '@/lib/catalog/types'
import type { Facts } from './facts'
import { gather } from './gather'
import { literal, quote, roleName } from './identity'
import { ofFacts } from './memo'
import type { Text } from './rule'

/** What has to go before a column can change its type, and what puts it back as it was. */
export interface Around {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * PostgreSQL refuses to change the type of a column that a view reads: the views are dropped, the outermost first, and
 * made again from their definitions with options, owner, grants and comments. Null where something else holds the column
 * (a policy, a trigger, a bound function), or a view is more than its definition: then a person has to do it.
 */
export function aroundViews(facts: Facts, table: Relation, column: string): Around | null {
  const views = viewsOver(facts, table, column)
  if (!views.every((view) => isPlain(facts, view)) || isHeld(facts, table, column, views)) return null
  return {
    before: views.toReversed().map((view) => `drop view ${view.id}`),
    after: views.flatMap(viewSql),
  }
}

/** What to do where `aroundViews` gives nothing. */
export const heldColumn: Text = {
  en: 'Something holds the column (a key, a generated value, a policy, a trigger, a bound function, or a view that is more than its definition or would get default privileges): take it away and put it back in the transaction that changes the type.',
  pt: 'Algo prende a coluna (chave, valor gerado, política, gatilho, função ligada a ela, ou visão que é mais que a definição ou receberia privilégios padrão): retire e recoloque na mesma transação que muda o tipo.',
}

/** Views over the column, and views over those; each stands after what it reads. */
function viewsOver(facts: Facts, table: Relation, column: string): readonly Relation[] {
  const found: Relation[] = []
  const visit = (view: Relation) => {
    if (found.includes(view)) return
    for (const above of readersOf(facts, view.id)) visit(above)
    found.unshift(view)
  }
  for (const view of readersOf(facts, table.id)) {
    if (view.reads.some((use) => use.relation === table.id && use.columns.includes(column))) visit(view)
  }
  return found
}

const readers = ofFacts((facts) => {
  const found = new Map<RelationId, Relation[]>()
  for (const view of facts.snapshot.relations) for (const use of view.reads) gather(found, use.relation, view)
  return found
})
const readersOf = (facts: Facts, id: RelationId): readonly Relation[] => readers(facts).get(id) ?? []

/** What policies, rewrite rules and bound functions use, by the relation. */
const held = ofFacts((facts) => {
  const found = new Map<RelationId, ColumnUse[]>()
  const add = (reads: readonly ColumnUse[]) => {
    for (const use of reads) gather(found, use.relation, use)
  }
  for (const relation of facts.snapshot.relations) {
    for (const policy of relation.policies) add(policy.reads)
    for (const rule of relation.rules) add(rule.reads)
  }
  for (const routine of facts.snapshot.routines) add(routine.reads)
  return found
})

/** New tables and views get grants by default: then what stood there could not be told from what came by itself. */
const isPlain = (facts: Facts, view: Relation) =>
  view.kind === 'view' &&
  view.definition !== null &&
  view.extension === null &&
  view.rules.length + view.triggers.length === 0 &&
  view.columns.every((column) => column.default === null && column.label === null) &&
  [...view.grants, ...view.columns.flatMap((column) => column.grants)].every(
    (grant) => grant.grantor === view.owner,
  ) &&
  !facts.snapshot.defaultPrivileges.some((each) => each.objects === 'tables')

const isHeld = (facts: Facts, table: Relation, column: string, views: readonly Relation[]): boolean =>
  table.triggers.some((trigger) => trigger.columns.includes(column) || trigger.when !== null) ||
  (held(facts).get(table.id) ?? []).some((use) => use.columns.includes(column)) ||
  views.some((view) => held(facts).has(view.id))

/** Makes a view as it was, with its options, owner, grants and comments. */
export function viewSql(view: Relation): string[] {
  const options = Object.entries(view.options).map(([name, value]) => `${name} = ${literal(value)}`)
  const columns = view.columns.map((column) => quote(column.name)).join(', ')
  const definition = (view.definition ?? '').trim().replace(/;$/, '')
  return [
    `create view ${view.id} (${columns})${options.length > 0 ? ` with (${options.join(', ')})` : ''} as ${definition}`,
    `alter view ${view.id} owner to ${quote(view.owner)}`,
    `revoke all on ${view.id} from ${quote(view.owner)}`,
    ...view.grants.map((grant) => given(view, grant, '')),
    ...view.columns.flatMap((column) =>
      column.grants.map((grant) => given(view, grant, ` (${quote(column.name)})`)),
    ),
    ...(view.comment === null ? [] : [`comment on view ${view.id} is ${literal(view.comment)}`]),
    ...view.columns.flatMap((column) =>
      column.comment === null
        ? []
        : [`comment on column ${view.id}.${quote(column.name)} is ${literal(column.comment)}`],
    ),
  ]
}

const given = (view: Relation, grant: Grant, columns: string) =>
  `grant ${grant.privilege.toLowerCase()}${columns} on ${view.id} to ${roleName(grant.grantee)}${grant.grantable ? ' with grant option' : ''}`
