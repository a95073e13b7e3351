import type { Routine } from '@/lib/catalog/types-object'

/** Types of the arguments as `regprocedure` writes them. */
export function argumentTypes({ id }: Routine): string[] {
  const list = id.slice(id.indexOf('(', nameEnd(id)) + 1, -1)
  const out: string[] = []
  let depth = 0
  let part = ''
  for (const char of list) {
    if (char === '(') depth++
    if (char === ')') depth--
    if (char === ',' && depth === 0) {
      out.push(part.trim())
      part = ''
    } else part += char
  }
  return part.trim() === '' ? out : [...out, part.trim()]
}

/** Where the quoted or plain name ends: a quoted one may hold parentheses. */
const nameEnd = (id: string) =>
  /^(?:"(?:[^"]|"")*"|[^".(])+\.(?:"(?:[^"]|"")*"|[^"(])+/.exec(id)?.[0].length ?? 0
