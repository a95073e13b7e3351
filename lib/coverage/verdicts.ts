import { access, type AccessVerdict } from '@/lib/catalog/access'
import { commands, type Snapshot } from '@/lib/catalog/types'
import { type Relation } from '@/lib/catalog/types-relation'

const known = new WeakMap<Snapshot, Map<string, readonly AccessVerdict[]>>()
const shapes = new WeakMap<Relation, string>()

/**
 * The verdicts of one role on one relation, in the order of `commands`. Large databases hold thousands of tables made
 * by one template: those that are alike in everything a verdict depends on are asked once.
 */
export function verdictsOf(snapshot: Snapshot, relation: Relation, role: string): readonly AccessVerdict[] {
  const ask = () => commands.map((command) => access(snapshot, relation.id, role, command).verdict)
  if ((relation.kind !== 'table' && relation.kind !== 'partitioned') || relation.rules.length > 0)
    return ask()
  const answers = known.get(snapshot) ?? new Map<string, readonly AccessVerdict[]>()
  known.set(snapshot, answers)
  const key = `${role}\u0000${shapeOf(relation)}`
  let found = answers.get(key)
  if (!found) answers.set(key, (found = ask()))
  return found
}

/** Everything a verdict on an ordinary table depends on, but for the role: privileges, owner, flags, policies. */
function shapeOf(relation: Relation): string {
  let shape = shapes.get(relation)
  if (shape === undefined) {
    const { schema, owner, rls, rlsForced, grants, columns, policies } = relation
    shape = JSON.stringify([
      schema,
      owner,
      rls,
      rlsForced,
      grants.map(({ grantee, privilege }) => [grantee, privilege]),
      columns.flatMap(({ grants }) => grants.map(({ grantee, privilege }) => [grantee, privilege])),
      policies.map(({ command, permissive, roles, using, check }) => [
        command,
        permissive,
        roles,
        using,
        check,
      ]),
    ])
    shapes.set(relation, shape)
  }
  return shape
}
