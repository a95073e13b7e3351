import { names, type RawNode } from '@/lib/sql/leaves'
import { anything } from './compile'
import type { Routine } from '@/lib/catalog/types-object'
import { takesRow } from '../routine/mentions'
import { mayDoAnything } from '../routine/noted'
import type { Binding, Context, Scope } from '../problem'
import type { Value } from '../logic/value'

/** What a name stands for: a column of a row in scope, inside out, then a parameter or variable, unless these come first. */
export function resolve(body: RawNode, context: Context): Value {
  const fields = (body['fields'] ?? []) as RawNode[]
  const star = fields.some((field) => 'A_Star' in field)
  const parts = names(fields.filter((field) => 'String' in field))
  const name = parts.at(-1) ?? ''
  if (star) return starred(parts, context)
  const variable = variableNamed(parts, context)
  if (variable && context.variablesFirst) return variable
  for (let scope = context.scope; scope; scope = scope.outer) {
    if (parts.length > 1) {
      const binding = scope.aliases.get(parts.at(-2)!) ?? scope.aliases.get(parts.slice(0, -1).join('.'))
      if (binding) {
        const column = binding.columns.get(name)
        return column ?? attribute(parts, context)
      }
      continue
    }
    for (const binding of scope.aliases.values()) {
      const column = binding.columns.get(name)
      if (column) return column
    }
    const whole = scope.aliases.get(name)
    if (whole) return wholeRow(whole, context)
    if ([...scope.aliases.values()].some((binding) => binding.open)) return anything(context, name)
  }
  return variable ?? anything(context, parts.join('.'))
}

/** `row.f` that is no column of the row calls `f(row)`. */
export function attribute(parts: readonly string[], context: Context): Value {
  if (calledAs(parts.at(-1) ?? '', context).length > 0) mayDoAnything(context)
  return anything(context, parts.join('.'))
}

/** The functions of the database that a name after a dot may call. */
export const calledAs = (name: string, { problem, path }: Context): readonly Routine[] =>
  problem.world.routinesNamed(null, name, path).filter(takesRow)

/** `alias.*` where one value is wanted: the row as a whole. */
function starred(parts: readonly string[], context: Context): Value {
  const alias = parts.at(-1) ?? ''
  for (let scope = context.scope; scope; scope = scope.outer) {
    const binding = scope.aliases.get(alias)
    if (binding) return wholeRow(binding, context)
  }
  const variable = context.names.get(alias)
  return variable?.fields ? variable : anything(context, '*')
}

function variableNamed(parts: readonly string[], context: Context): Value | undefined {
  const [first = '', field] = parts
  const known = context.names.get(first)
  if (parts.length === 1) return known
  if (known) return known.fields?.get(parts.at(-1)!) ?? attribute(parts, context)
  // function.parameter, unless the name before it is one of FROM
  const isAlias = (scope: Scope | null): boolean =>
    scope !== null && (scope.aliases.has(first) || isAlias(scope.outer))
  return parts.length === 2 && !isAlias(context.scope) ? context.names.get(field!) : undefined
}

export const wholeRow = (binding: Binding, context: Context): Value => ({
  type: binding.relation?.id ?? 'record',
  cases: [{ when: true, term: context.problem.free('row', null) }],
  fields: binding.columns,
})
