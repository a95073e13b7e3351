import { and, equal, holds, implies, not, type Formula } from './formula'
import { application, constant, family, isCanonical, type Application, type Term } from './term'

/**
 * What is known of texts that begin with something, for the applications a formula uses: two prefixes of one text agree,
 * a prefix that ends in the separator is the first part, and a uuid takes 36 letters.
 */
export function prefixLemmas(terms: readonly Term[]): readonly Formula[] {
  const likes = terms.filter(
    (term): term is Application => term.kind === 'application' && beginning.has(term.sql),
  )
  const lengths = terms.filter(
    (term): term is Application => term.kind === 'application' && term.sql === 'length($1)',
  )
  const parts = terms.filter(
    (term): term is Application => term.kind === 'application' && term.sql === 'split_part($1, $2, $3)',
  )
  const found: Formula[] = []
  for (const like of likes) {
    const [text] = like.args
    const prefix = constantPrefix(like)
    if (prefix === null) continue
    for (const length of lengths) {
      if (length.args[0]?.key !== text?.key) continue
      const whole = equal(length, constant(String(Array.from(prefix).length), length.type))
      found.push(implies(and(holds(like), whole), equal(text!, constant(prefix, 'text'))))
    }
    for (const part of parts) {
      const [of, separator, number] = part.args
      const at = separator?.kind === 'constant' ? prefix.indexOf(separator.text) : -1
      if (of?.key !== text?.key || at <= 0 || number?.kind !== 'constant' || number.text !== '1') continue
      found.push(implies(holds(like), equal(part, constant(prefix.slice(0, at), 'text'))))
    }
    for (const other of likes) {
      if (other === like || other.args[0]?.key !== text?.key) continue
      const inner = other.sql === '($1 ~ $2)' ? null : leadingUuid(other.args[1]!)
      const id = prefix.slice(0, 36)
      if (!inner || (id.length < 36 && /^[0-9a-f-]*$/.test(id))) continue
      const both = and(holds(like), holds(other))
      found.push(isCanonical(id, 'uuid') ? implies(both, equal(inner, constant(id, 'uuid'))) : not(both))
    }
  }
  for (const part of parts) {
    for (const other of likes) {
      if (other.args[0]?.key !== part.args[0]?.key) continue
      const inner = other.sql === '($1 ~ $2)' ? null : leadingUuid(other.args[1]!)
      if (
        !inner ||
        !followedBy(other.args[1]!, part.args[1]) ||
        (part.args[2]?.kind === 'constant' && part.args[2].text !== '1')
      )
        continue
      found.push(implies(holds(other), equal(part, application('($1)::text', [inner], 'text'))))
    }
  }
  return found
}

/** Tests that a text begins with something: with a pattern, as it is, or by a regular expression. */
const beginning = new Set(['($1 ~~ $2)', '($1 ^@ $2)', 'starts_with($1, $2)', '($1 ~ $2)'])

/** The fixed beginning that such a test asks for, where it is known. */
function constantPrefix({ sql, args }: Application): string | null {
  const [text, pattern] = args
  if (pattern?.kind !== 'constant' || family(text?.type ?? null) !== 'text') return null
  const prefix = sql.includes('~') ? unescaped(fixedPart(sql, pattern.text)) : pattern.text
  return prefix === '' ? null : prefix
}

/** What a pattern begins with before anything that may stand for several texts. */
function fixedPart(sql: string, pattern: string): string {
  if (sql === '($1 ~~ $2)') return /^(?:[^%_\\]|\\[\s\S])*/.exec(pattern)?.[0] ?? ''
  if (pattern.includes('|')) return ''
  return /^\^((?:[^\\^$.[\](){}*+?]|\\[^\p{L}\p{N}])*)(?![*?{])/u.exec(pattern)?.[1] ?? ''
}

const unescaped = (text: string) => text.replaceAll(/\\([\s\S])/g, '$1')

/** x of `x::text || '/%'` when x is a uuid, whose text has neither wildcards nor another length. */
function leadingUuid(pattern: Term): Term | null {
  if (pattern.kind !== 'application') return null
  if (pattern.sql === '($1 || $2)') return leadingUuid(pattern.args[0]!)
  const [inner] = pattern.args
  return pattern.sql === '($1)::text' && inner && family(inner.type) === 'uuid' ? inner : null
}

function followedBy(pattern: Term, separator: Term | undefined): boolean {
  if (pattern.kind !== 'application' || pattern.sql !== '($1 || $2)' || separator?.kind !== 'constant')
    return false
  const [left, right] = pattern.args
  if (left?.kind === 'application' && left.sql === '($1 || $2)') return followedBy(left, separator)
  return (
    right?.kind === 'constant' &&
    right.text.startsWith(separator.text) &&
    !'0123456789abcdef-'.includes(separator.text)
  )
}
