import type { Constraint, ForeignKey, Index, Relation } from '@/lib/catalog/types-relation'
import type { Change } from '../change/statement'
import type { Problem } from '../problem'
import type { Door } from '../ways'

/** Unique keys over all tenants, of values that can be guessed: a random key is not. */
export function keys(
  relation: Relation,
  tenant: string | null,
  given: ReadonlySet<string>,
  command: Change,
): readonly Door[] {
  const type = (name: string) => relation.columns.find((column) => column.name === name)?.baseType
  return (
    relation.indexes
      .filter((index) => index.unique || index.exclusion)
      .filter((index) => !keepsApart(index, relation, tenant))
      .filter((index) => index.keys.some((key) => key.column === null || given.has(key.column)))
      .filter(
        (index) =>
          !(index.primary && index.keys.every((key) => key.column !== null && type(key.column) === 'uuid')),
      )
      // An INSERT may override what makes the value, an UPDATE may not.
      .filter(
        (index) =>
          command === 'INSERT' ||
          !index.keys.every(
            (key) => relation.columns.find((one) => one.name === key.column)?.identity === 'always',
          ),
      )
      .map((index) => ({ kind: 'index', name: `${index.name} on ${relation.id}` }))
  )
}

/** Does it compare only rows of the same tenant? An exclusion may ask for another one. */
function keepsApart(index: Index, relation: Relation, tenant: string | null): boolean {
  if (tenant === null || !index.keys.some(({ column }) => column === tenant)) return false
  const made = index.exclusion && relation.constraints.find(({ name }) => name === index.constraint)
  if (!made || made.kind !== 'exclusion') return true
  const asked = (made.definition ?? '').replaceAll('"', '')
  return [`(${tenant} WITH =`, ` ${tenant} WITH =`].some(
    (each) => asked.includes(`${each},`) || asked.includes(`${each})`),
  )
}

/** References to rows of tenants that leave the tenant out. */
export function references(
  relation: Relation,
  tenant: string | null,
  given: ReadonlySet<string>,
  problem: Problem,
): readonly Door[] {
  return relation.constraints
    .filter((each) => each.kind === 'foreign' && each.references !== null)
    .filter((each) => problem.judge.isTenantTable(each.references!.relation))
    .filter((each) => tenant === null || !each.columns.includes(tenant))
    .filter((each) => each.columns.some((name) => given.has(name)))
    .map((each) => ({ kind: 'constraint', name: `${each.name} on ${relation.id}` }))
}

type Held = Constraint & { readonly references: ForeignKey }

/**
 * References that keep rows from being removed, or these columns of them from being changed, though the row that points there is
 * another tenant's: also those to rows that go, or change, with them, whose relations are added to `reached`.
 */
export function heldBy(
  relation: Relation,
  columns: ReadonlySet<string> | null,
  tenantOf: (relation: Relation) => string | null,
  problem: Problem,
  reached: Set<Relation>,
  seen: ReadonlySet<string> = new Set(),
): readonly Door[] {
  const key = `${relation.id} ${columns ? [...columns].join() : ''}`
  if (seen.has(key)) return []
  const next = new Set([...seen, key])
  const tenant = tenantOf(relation)
  return problem.world.snapshot.relations.flatMap((child) =>
    child.constraints
      .filter((each): each is Held => each.references?.relation === relation.id)
      .filter(({ references: to }) => columns === null || to.columns.some((name) => columns.has(name)))
      .flatMap((each): readonly Door[] => {
        const { onDelete, onUpdate, columns: to } = each.references
        const action = columns === null ? onDelete : onUpdate
        if (['no action', 'restrict'].includes(action)) {
          const tells = problem.judge.isTenantTable(child.id) && (tenant === null || !to.includes(tenant))
          return tells ? [{ kind: 'constraint', name: `${each.name} on ${child.id}` }] : []
        }
        reached.add(child)
        const gone = columns === null && action === 'cascade'
        return heldBy(child, gone ? null : new Set(each.columns), tenantOf, problem, reached, next)
      }),
  )
}
