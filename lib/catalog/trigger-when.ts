/**
 * The condition in a `pg_get_triggerdef` text. `pg_get_expr` cannot print it, since OLD and NEW are two relations; so it
 * is cut out here: the first WHEN outside quotes, up to the parenthesis that closes it.
 */
export function whenOf(definition: string): string | null {
  let start = -1
  let depth = 0
  for (let at = 0; at < definition.length; at++) {
    const character = definition[at]
    if (character === '"' || character === "'") {
      at = endOfQuoted(definition, at)
    } else if (start < 0) {
      if (definition.startsWith(' WHEN (', at)) {
        start = at + ' WHEN ('.length
        at = start - 1
        depth = 1
      }
    } else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return definition.slice(start, at)
  }
  return null
}

/** Index of the closing quote; a doubled quote is part of the text, and so is a backslashed one after E. */
function endOfQuoted(text: string, open: number): number {
  const quote = text[open]
  const escapes = quote === "'" && text[open - 1] === 'E'
  for (let at = open + 1; at < text.length; at++) {
    if (escapes && text[at] === '\\') at++
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at
      at++
    }
  }
  return text.length
}
