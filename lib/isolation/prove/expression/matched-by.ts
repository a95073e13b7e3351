import { or, not } from '../logic/formula'
import { family } from '../logic/term'
import { ofTruth, type Value } from '../logic/value'
import type { Context } from '../problem'
import { eachOf, isText } from './found-in'

/** Texts that a pattern is followed to, at most. */
const most = 64

/** `x like pattern` and `x ~ pattern` where the pattern is known and few texts match it: x is one of these. */
export function oneMatched(context: Context, op: string, whole: Value, pattern: Value): Value | null {
  if (family(whole.type) !== 'text') return null
  return eachOf(pattern, whole, 'boolean', (text, sought) => {
    const found = op === '~' ? textsOf(text) : likeText(text)
    if (!found) return null
    const matches = or(...found.map((each) => isText(context, sought, each)))
    return ofTruth({ yes: matches, no: not(matches) })
  })
}

/** The one text a LIKE pattern without wildcards matches. */
function likeText(pattern: string): readonly string[] | null {
  const plain = pattern.replaceAll(/\\([\s\S])/g, '')
  return /[%_\\]/.test(plain) ? null : [pattern.replaceAll(/\\([\s\S])/g, '$1')]
}

/** All texts a regular expression matches that is tied to both ends and made of letters, groups and alternatives. */
export function textsOf(pattern: string): readonly string[] | null {
  const reader = { text: Array.from(pattern), at: 0 }
  const found: string[] = []
  do {
    if (reader.text[reader.at++] !== '^') return null
    const each = sequence(reader)
    if (!each || reader.text[reader.at++] !== '$') return null
    found.push(...each)
  } while (reader.text[reader.at++] === '|')
  return reader.at > reader.text.length && found.length <= most ? found : null
}

interface Reader {
  readonly text: readonly string[]
  at: number
}

/** What follows one after the other, up to what ends it; null for anything but letters and groups. */
function sequence(reader: Reader): readonly string[] | null {
  let made: readonly string[] = ['']
  for (let next = reader.text[reader.at]; next && !'|)$'.includes(next); next = reader.text[reader.at]) {
    const parts = next === '(' ? group(reader) : letter(reader)
    if (!parts || made.length * parts.length > most) return null
    made = made.flatMap((before) => parts.map((part) => before + part))
  }
  return made
}

function group(reader: Reader): readonly string[] | null {
  reader.at++
  if (reader.text[reader.at] === '?') {
    if (reader.text[reader.at + 1] !== ':') return null
    reader.at += 2
  }
  const found: string[] = []
  for (;;) {
    const each = sequence(reader)
    if (!each) return null
    found.push(...each)
    const end = reader.text[reader.at++]
    if (end === ')') return repeated(reader) ? null : found
    if (end !== '|') return null
  }
}

function letter(reader: Reader): readonly string[] | null {
  let one = reader.text[reader.at++]!
  if (one === '\\') {
    one = reader.text[reader.at++] ?? 'b'
    if (/[\p{L}\p{N}]/u.test(one)) return null
  } else if ('^.[]{}*+?'.includes(one)) return null
  return repeated(reader) ? null : [one]
}

const repeated = ({ text, at }: Reader) => '*+?{'.includes(text[at] ?? ' ')
