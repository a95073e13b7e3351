import { names, type RawNode } from '@/lib/sql/leaves'
import { castTo } from './cast'
import { compile } from './compile'
import type { Context } from '../problem'
import type { Value } from '../logic/value'

/** A statement put together at run time whose text is known but for values, which stand in it as `$n`. */
export interface KnownText {
  /** @param before how many parameters there are already */
  readonly text: (before: number) => string
  readonly values: readonly Value[]
}

/** A text written out, or `format` with values for its `%L` and known names for its `%I` and `%s`; null for any other. */
export function knownText(node: RawNode, context: Context): KnownText | null {
  const plain = stringOf(node)
  if (plain !== null) return { text: () => plain, values: [] }
  const call = node['FuncCall'] as RawNode | undefined
  const path = names(call?.['funcname'])
  if (path.at(-1) !== 'format' || path.length > 1 || call?.['func_variadic']) return null
  const [template, ...args] = (call!['args'] ?? []) as RawNode[]
  const pattern = template ? stringOf(template) : null
  if (pattern === null || context.problem.world.routinesNamed(null, 'format', context.path).length > 0)
    return null
  const parts = pattern.split(/(%.)/)
  const made: (string | Value)[] = []
  let next = 0
  for (const part of parts) {
    if (part === '%%') made.push('%')
    else if (!part.startsWith('%')) made.push(part)
    else {
      const arg = args[next++]
      if (!arg) return null
      const value = castTo(context, compile(arg, context), 'text')
      if (part === '%L') made.push(value)
      else {
        const name = part === '%I' || part === '%s' ? nameOf(value) : null
        if (name === null) return null
        made.push(name)
      }
    }
  }
  const values = made.filter((each): each is Value => typeof each !== 'string')
  const text = (before: number) =>
    made.map((each) => (typeof each === 'string' ? each : `$${before + values.indexOf(each) + 1}`)).join('')
  return { text, values }
}

function stringOf(node: RawNode): string | null {
  const text = ((node['A_Const'] as RawNode | undefined)?.['sval'] as RawNode | undefined)?.['sval']
  return typeof text === 'string' ? text : null
}

/** A value that is one plain name and needs no quotes. */
function nameOf({ cases }: Value): string | null {
  const term = cases.length === 1 ? cases[0]!.term : null
  return term?.kind === 'constant' && /^[a-z_][a-z0-9_]*$/.test(term.text) ? term.text : null
}
