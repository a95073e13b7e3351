import type { Constraint, Relation } from '@/lib/catalog/types-relation'
import { and, not } from '../logic/formula'
import { compare } from '../expression/operate'
import type { Context, Row } from '../problem'
import { anyRowOf } from '../query/rows'
import type { Change } from './statement'
import { nullOf } from '../logic/value'
import { defaultOf, type Way } from '../ways'

/** What a reference does to the rows that hold it when the rows referred to change as `sources` say. */
export function referential(
  relation: Relation,
  constraint: Constraint,
  command: Change,
  context: Context,
  sources: (verb: 'DELETE' | 'UPDATE') => readonly Way[],
): readonly Way[] {
  const { problem } = context
  const key = constraint.references
  if (!key) return []
  const made: Way[] = []
  const door = { kind: 'constraint', name: `${constraint.name} on ${relation.id}` }
  const refers = (child: Row, of: Row) =>
    and(
      ...key.columns.map(
        (name, at) =>
          compare(context, '=', child.columns.get(constraint.columns[at]!)!, of.columns.get(name)!).yes,
      ),
    )
  const removes = command === 'DELETE' ? key.onDelete === 'cascade' : key.onDelete.startsWith('set')
  if (removes) {
    for (const way of sources('DELETE')) {
      if (!way.old) continue
      const child = anyRowOf(problem, relation, 'old', { moment: context.moment })
      const changed =
        command === 'UPDATE' ? nulled(relation, child, setOnDelete(constraint), key.onDelete, context) : null
      made.push({
        old: child,
        new: changed,
        when: and(way.when, child.exists, changed?.exists ?? true, refers(child, way.old)),
        doors: [...way.doors, door],
      })
    }
  }
  if (command === 'UPDATE' && key.onUpdate !== 'no action' && key.onUpdate !== 'restrict') {
    for (const way of sources('UPDATE')) {
      if (!way.old || !way.new) continue
      const child = anyRowOf(problem, relation, 'old', { moment: context.moment })
      const moved = key.columns.map(
        (name) => compare(context, '=', way.old!.columns.get(name)!, way.new!.columns.get(name)!).yes,
      )
      const given = new Map(child.columns)
      constraint.columns.forEach((name, at) => given.set(name, way.new!.columns.get(key.columns[at]!)!))
      const changed =
        key.onUpdate === 'cascade'
          ? anyRowOf(problem, relation, 'new', { given })
          : nulled(relation, child, constraint.columns, key.onUpdate, context)
      made.push({
        old: child,
        new: changed,
        when: and(way.when, child.exists, changed.exists, not(and(...moved)), refers(child, way.old)),
        doors: [...way.doors, door],
      })
    }
  }
  return made
}

/** The columns that ON DELETE SET NULL or SET DEFAULT sets: those it names, else all of the key. */
function setOnDelete({ columns, definition }: Constraint): readonly string[] {
  const [, list] = /\bON DELETE SET (?:NULL|DEFAULT) \(([^()]*)\)/.exec(definition ?? '') ?? []
  const named = list?.split(', ').map((name) => name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'))
  return named ?? columns
}

function nulled(
  relation: Relation,
  child: Row,
  columns: readonly string[],
  action: string,
  context: Context,
): Row {
  const given = new Map(child.columns)
  for (const name of columns) {
    const type = relation.columns.find((each) => each.name === name)?.baseType ?? null
    given.set(name, action === 'set default' ? defaultOf(relation, name, context) : nullOf(type))
  }
  return anyRowOf(context.problem, relation, 'new', { given })
}
