import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { hiddenWriters, textsOf } from '../../prove/change/hidden'
import { mayChange, namedIn, wordsOf } from '../../prove/routine/mentions'
import { basesOf, treeOf, type Scope } from './scope'

/** What else changes when a relation does, however far: through triggers, references, rules, and functions it calls. */
export class SetsOff {
  private readonly changed = new Map<Routine, ReadonlySet<string>>()
  private readonly direct = new Map<string, ReadonlySet<string>>()
  private readonly children = new Map<string, Set<string>>()
  private readonly byId: ReadonlyMap<string, Routine>

  constructor(private readonly scope: Scope) {
    const { relations, routines } = scope.snapshot
    this.byId = new Map(routines.map((each) => [each.id as string, each]))
    for (const child of relations)
      for (const { references: key } of child.constraints) {
        const acts = key && [key.onDelete, key.onUpdate].some((each) => /^(cascade|set)/.test(each))
        if (acts)
          this.children.set(key.relation, (this.children.get(key.relation) ?? new Set()).add(child.id))
      }
  }

  /** Ids of the relations, itself left out unless it comes back to it. */
  by(id: string): ReadonlySet<string> {
    const found = new Set<string>()
    const queue = [id]
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const each of this.directly(at)) {
        if (found.has(each)) continue
        found.add(each)
        queue.push(each)
      }
    return found
  }

  private directly(id: string): ReadonlySet<string> {
    let found = this.direct.get(id)
    const relation = this.scope.relations.get(id)
    if (!found) this.direct.set(id, (found = relation ? this.next(relation) : new Set()))
    return found
  }

  private next(relation: Relation): ReadonlySet<string> {
    const { relations, routines } = this.scope.snapshot
    const run = [
      ...relation.triggers.flatMap(({ routine, enabled }) =>
        enabled === 'disabled' ? [] : (this.byId.get(routine) ?? []),
      ),
      ...namedIn(textsOf(relation), routines),
      // A trigger may come to one of these by an operator, a cast or a view.
      ...(relation.triggers.length > 0 ? hiddenWriters(this.scope.snapshot) : []),
    ]
    const ruled = wordsOf(relation.rules.map(({ definition }) => definition ?? '').join(' '))
    const kin = relation.kind === 'view' ? basesOf(this.scope, relation.id) : treeOf(this.scope, relation.id)
    const found = new Set([
      ...run.flatMap((routine) => [...this.changedBy(routine)]),
      ...(this.children.get(relation.id) ?? []),
      ...kin,
      ...relation.parents,
      ...relations.filter(({ name }) => ruled.has(name.toLowerCase())).map(({ id }) => id as string),
    ])
    found.delete(relation.id)
    return found
  }

  private changedBy(routine: Routine): ReadonlySet<string> {
    const { snapshot } = this.scope
    let found = this.changed.get(routine)
    if (!found) {
      const all = snapshot.relations.filter((each) => mayChange(routine, each, snapshot))
      this.changed.set(routine, (found = new Set(all.map(({ id }) => id as string))))
    }
    return found
  }
}
