import { claimPaths } from '@/lib/sql/claims'
import { partsOf, type Expr } from '@/lib/sql/expression'
import { keyOf, sourcesOf } from './session'

/** Functions whose result is still whose the text is: one of several, or the same written in another way. */
const passing = new Set(
  'string_to_array regexp_split_to_array regexp_split_to_table unnest lower upper btrim ltrim rtrim'.split(
    ' ',
  ),
)

const comparing = new Set(['=', '<>', '!=', '<', '>', '<=', '>='])

/**
 * Parts of the session that an expression does not take as a whole, as `split_part(current_setting('app.context'), ':', 2)`:
 * what stands in them is more than the name of a tenant or a user.
 */
export function takenApart(expr: Expr): readonly string[] {
  const found: string[] = []
  const visit = (part: Expr, whole: boolean): void => {
    const isClaim = claimPaths(part).some((path) => path.length > 0) && /^(op|call|other)$/.test(part.kind)
    const isSetting = part.kind === 'call' && part.name === 'current_setting'
    if ((isClaim && keepsPath(part)) || isSetting) {
      if (!whole) found.push(...sourcesOf(part, false).map(keyOf))
      return
    }
    partsOf(part).forEach((each, at) => visit(each, wholeIn(part, at, whole)))
  }
  visit(expr, true)
  return found
}

/** Is it the path to a claim itself, not something made of one? */
const keepsPath = (part: Expr): boolean =>
  part.kind === 'op'
    ? /^#?->>?$/.test(part.op)
    : part.kind === 'call'
      ? /^jsonb?_extract_path(_text)?$|^current_setting$/.test(part.name)
      : part.kind === 'other' && part.what === 'A_Indirection'

/** Are the parts of this taken as a whole, where it is itself or is not? */
function wholeIn(part: Expr, at: number, whole: boolean): boolean {
  switch (part.kind) {
    case 'op':
      return comparing.has(part.op) || (at === 1 && /^(?:\?|->>?)$/.test(part.op))
    case 'call':
      return passing.has(part.name) && whole
    case 'other':
      return false
    case 'cast':
      // What is a number or an identifier has no parts.
      return whole || !/text|char|name|json|\[\]/.test(part.type)
    case 'coalesce':
    case 'nullif':
    case 'list':
    case 'case':
      return whole
    case 'sub':
      return part.form === 'scalar' || part.form === 'array' ? whole : true
    default:
      return true
  }
}

const functions = String.raw`split_part|string_to_array|regexp_\w+|substring|substr|left|right|strpos|position`
const splitting = new RegExp(String.raw`\b(?:${functions})\s*\(|::\s*jsonb?\b`, 'i')

/** The same of a body that is not read as a tree: in the statement that asks, or by the variable it puts the setting into. */
export const takenApartIn = (body: string): readonly string[] =>
  body.split(';').flatMap((statement) => {
    const asked = [...statement.matchAll(/\bcurrent_setting\(\s*'([^']+)'/gi)].map(([, name = '']) => name)
    if (asked.length === 0) return []
    const [, variable] = /(\w+)(?:\s+[\w.]+)?\s*:=|\binto\s+(\w+)/i.exec(statement) ?? []
    const by =
      variable &&
      new RegExp(
        String.raw`\b(?:${functions})\s*\([^;]*\b${variable}\b|\b${variable}\s*(?:::\s*json|->)`,
        'i',
      )
    return splitting.test(statement) || (by && by.test(body)) ? asked : []
  })
