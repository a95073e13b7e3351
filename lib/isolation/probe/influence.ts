import type { Relation } from '@/lib/catalog/types'
import { conditionsOf } from './mine'
import type { Scope } from './scope'

/** Who decides about whom: by the names that conditions, views and functions hold. */
export class Influence {
  private readonly uses = new Map<string, Set<string>>()

  constructor(private readonly scope: Scope) {
    const nodes = new Map<string, { name: string; text: string }>()
    for (const relation of scope.snapshot.relations)
      if (relation.extension === null) nodes.set(relation.id, { name: relation.name, text: textOf(relation) })
    for (const routine of scope.snapshot.routines)
      if (routine.extension === null && routine.body !== null)
        nodes.set(routine.id, { name: routine.name, text: routine.body })
    const byName = new Map<string, string[]>()
    for (const [id, { name }] of nodes) byName.set(name, [...(byName.get(name) ?? []), id])
    for (const [id, { text }] of nodes) {
      const used = new Set<string>()
      for (const word of new Set(text.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []))
        for (const other of byName.get(word.replace(/^"|"$/g, '')) ?? []) if (other !== id) used.add(other)
      this.uses.set(id, used)
    }
  }

  /** Relations and routines whose answer may change when this one's rows do. */
  dependents(id: string): Set<string> {
    const found = new Set<string>()
    for (let grown = true; grown;) {
      grown = false
      for (const [user, used] of this.uses)
        if (!found.has(user) && (used.has(id) || [...used].some((each) => found.has(each)))) {
          found.add(user)
          grown = true
        }
    }
    found.delete(id)
    return found
  }

  /** Relations that decide about some target beside themselves. */
  deciders(): Relation[] {
    const targets = new Set<string>([
      ...this.scope.targets.map(({ id }) => id),
      ...this.scope.declaredRoutines,
    ])
    return this.scope.snapshot.relations.filter(
      (each) =>
        each.extension === null &&
        each.kind !== 'matview' &&
        each.kind !== 'foreign' &&
        [...this.dependents(each.id)].some((id) => targets.has(id)),
    )
  }
}

/** Policies, rules and a view's query; triggers bring their functions. A check decides about its own row alone. */
const textOf = (relation: Relation) =>
  [
    ...conditionsOf(relation),
    ...relation.triggers.map(({ routine }) => routine.slice(routine.indexOf('.') + 1)),
  ].join('\n')
