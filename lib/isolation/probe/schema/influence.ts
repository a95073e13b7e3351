import type { Relation } from '@/lib/catalog/types-relation'
import { conditionsOf } from './mine'
import type { Scope } from './scope'
import { SetsOff } from './sets-off'

/** Who decides about whom: by the names that conditions, views and functions hold. */
export class Influence {
  private readonly texts = new Map<string, string>()
  /** By what is named: who names it. */
  private readonly users = new Map<string, Set<string>>()
  private readonly reached = new Map<string, ReadonlySet<string>>()

  /** What else changes when a relation does. */
  readonly setsOff: SetsOff

  constructor(private readonly scope: Scope) {
    this.setsOff = new SetsOff(scope)
    const nodes = new Map<string, { name: string; text: string }>()
    for (const relation of scope.snapshot.relations)
      if (relation.extension === null) nodes.set(relation.id, { name: relation.name, text: textOf(relation) })
    for (const routine of scope.snapshot.routines)
      if (routine.extension === null && routine.body !== null)
        nodes.set(routine.id, { name: routine.name, text: routine.body })
    const byName = new Map<string, string[]>()
    for (const [id, { name }] of nodes) byName.set(name, [...(byName.get(name) ?? []), id])
    for (const [id, { text }] of nodes) {
      this.texts.set(id, text)
      for (const word of new Set(text.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []))
        for (const other of byName.get(word.replace(/^"|"$/g, '')) ?? [])
          if (other !== id) this.users.set(other, (this.users.get(other) ?? new Set()).add(id))
    }
  }

  /** Relations and routines whose answer may change when this one's rows do. */
  dependents(id: string): ReadonlySet<string> {
    const known = this.reached.get(id)
    if (known) return known
    const found = new Set<string>()
    const queue = [id]
    for (let at = queue.pop(); at !== undefined; at = queue.pop())
      for (const user of this.users.get(at) ?? [])
        if (!found.has(user)) {
          found.add(user)
          queue.push(user)
        }
    found.delete(id)
    this.reached.set(id, found)
    return found
  }

  /** What asks the session for one of these settings, by itself or through what it names. */
  asking(settings: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>()
    for (const [id, text] of this.texts)
      if (settings.some((name) => text.includes(name)))
        for (const each of [id, ...this.dependents(id)]) found.add(each)
    return found
  }

  /** Relations that do not decide themselves and by which those change that do, with what then has to be asked again. */
  levers(): { readonly relation: Relation; readonly after: ReadonlySet<string> }[] {
    const deciding = new Set<string>(this.deciders().map(({ id }) => id))
    return this.scope.snapshot.relations.flatMap((relation) => {
      if (relation.extension !== null || relation.kind === 'matview' || relation.kind === 'foreign') return []
      if (deciding.has(relation.id)) return []
      const changed = [...this.setsOff.by(relation.id)].filter((id) => deciding.has(id))
      const after = new Set(changed.flatMap((id) => [...this.dependents(id)]))
      return changed.length > 0 ? [{ relation, after }] : []
    })
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

/** Policies, rules, defaults and a view's query; triggers bring their functions. A check decides about its own row alone. */
const textOf = (relation: Relation) =>
  [
    ...conditionsOf(relation),
    ...relation.columns.map((column) => column.default ?? ''),
    ...relation.triggers.map(({ routine }) => routine.slice(routine.indexOf('.') + 1)),
  ].join('\n')
