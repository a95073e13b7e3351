import type { RawNode } from '@/lib/sql/leaves'
import { anything, compile } from '../expression/compile'
import type { Binding, Context } from '../problem'
import type { Value } from '../logic/value'
import type { World } from '../world'
import { starOf, type Column, type Result } from './query'

const widest = new WeakMap<World, number>()

/**
 * Columns of which neither names nor number are known, under names that nothing asks for: as many as any relation has,
 * so that whatever takes them by their places is given one that may be anything.
 */
export function unnamed(context: Context): readonly Column[] {
  const { world } = context.problem
  let most = widest.get(world)
  if (most === undefined) {
    most = Math.max(1, ...[...world.relations.values()].map(({ columns }) => columns.length))
    widest.set(world, most)
  }
  return Array.from({ length: most }, (_, at) => ({
    name: ` ${at}`,
    value: anything(context, 'some column'),
  }))
}

interface Starred {
  readonly columns: readonly Column[]
  readonly open: boolean
}

/** The columns that `*`, `alias.*` or `(value).*` stands for; null for anything else. */
export function starred(node: RawNode, context: Context): Starred | null {
  const of = node['A_Indirection'] as RawNode | undefined
  const steps = (of?.['indirection'] ?? []) as RawNode[]
  if (steps.length > 0 && 'A_Star' in steps.at(-1)!) {
    const rest = steps.slice(0, -1)
    const inner = rest.length > 0 ? { A_Indirection: { ...of, indirection: rest } } : (of!['arg'] as RawNode)
    return fieldsOf(compile(inner, context), context)
  }
  const star = starOf(node)
  if (star === null) return null
  if (star === '') {
    const all = [...(context.scope?.aliases.values() ?? [])].map((each) => shown(each, context))
    return { columns: all.flatMap(({ columns }) => columns), open: all.some(({ open }) => open) }
  }
  for (let { scope } = context; scope; scope = scope.outer) {
    const binding = scope.aliases.get(star)
    if (binding) return shown(binding, context)
  }
  const variable = context.names.get(star)
  return variable ? fieldsOf(variable, context) : { columns: unnamed(context), open: true }
}

const shown = ({ columns, open = false }: Binding, context: Context): Starred => ({
  columns: open ? unnamed(context) : [...columns].map(([name, value]) => ({ name, value })),
  open,
})

const fieldsOf = ({ fields }: Value, context: Context): Starred =>
  shown({ columns: fields ?? new Map(), relation: null, open: !fields }, context)

/** The columns of a row under a name; of two that share one, neither is told from the other. */
export function bindingOf(row: Result, renamed: readonly string[]): Binding {
  const columns = new Map(row.columns.map((column, at) => [renamed[at] ?? column.name, column.value]))
  return { columns, relation: null, open: row.open === true || columns.size < row.columns.length }
}
