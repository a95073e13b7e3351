import { bareCalls, type Functions } from './context'
import { locations } from './convert'
import { parseExpression } from './parse'

/**
 * The text of an expression with every bare context call put into `(select …)`; `null` when it cannot be done surely.
 * `own` is the name of the row's table, as in sub-queries of the text.
 */
export function wrapCalls(text: string, own: string, functions: Functions): string | null {
  const parsed = parseExpression(text, own)
  if ('failed' in parsed) return null
  const bytes = Buffer.from(text, 'utf8')
  const starts = bareCalls(parsed.expr, functions).map(
    ({ call }) => (locations.get(call) ?? -1) - 'select '.length,
  )
  if (starts.some((start) => start < 0)) return null
  let result = bytes
  for (const start of [...new Set(starts)].sort((a, b) => b - a)) {
    const end = endOfCall(result, start)
    if (end === null) return null
    result = Buffer.concat([
      result.subarray(0, start),
      Buffer.from('(select '),
      result.subarray(start, end),
      Buffer.from(')'),
      result.subarray(end),
    ])
  }
  return result.toString('utf8')
}

/** Index after the closing parenthesis of the call that starts here; strings and quoted names are stepped over. */
function endOfCall(bytes: Buffer, start: number): number | null {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const char = String.fromCharCode(bytes[at]!)
    if (char === "'" || char === '"') {
      const close = bytes.indexOf(char, at + 1)
      if (close < 0) return null
      at = close
    } else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at + 1
  }
  return null
}
