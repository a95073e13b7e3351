import type { Routine } from '@/lib/catalog/types-object'
import { uncommented } from '@/lib/sql/source-text'
import { escaped } from '../schema/mentions'

/** What a body does with one of its arguments, as far as its text tells. */
export interface Use {
  /** Columns it is compared with, or written to. */
  readonly columns: ReadonlySet<string>
  /** What it becomes in a statement that is put together: a name, a quoted value, a part of the text. */
  readonly spelled: 'relation' | 'column' | 'value' | 'text' | null
}

const known = new WeakMap<Routine, readonly Use[]>()

export function usesOf(routine: Routine): readonly Use[] {
  const found = known.get(routine) ?? parametersOf(routine).map((name) => useOf(routine, name))
  known.set(routine, found)
  return found
}

/** Names of the arguments that a call gives, `$2` where one has none. */
export function parametersOf({ arguments: list }: Pick<Routine, 'arguments'>): string[] {
  const given = topLevel(list).filter((each) => !/^\s*OUT\s/.test(each))
  return given.map((each, at) => {
    const [, name] = /^\s*(?:(?:IN|INOUT|VARIADIC)\s+)?("(?:[^"]|"")+"|[a-z_][\w$]*)\s+\S/.exec(each) ?? []
    return name === undefined || isType(each, name) ? `$${at + 1}` : name.replaceAll('"', '')
  })
}

/** `double precision` and the like are types of two words, not a name with its type. */
const isType = (text: string, first: string) =>
  /^(double|character|timestamp|time|bit|national)$/.test(first) &&
  /^\s*(?:(?:IN|INOUT|VARIADIC)\s+)?\w+ (precision|varying|with|without)\b/.test(text)

/** Parts of a list, commas in parentheses and literals left alone. */
export function topLevel(list: string): string[] {
  const out: string[] = []
  let [depth, part, isQuoted] = [0, '', false]
  for (const char of list) {
    if (char === "'") isQuoted = !isQuoted
    if (!isQuoted) depth += '(['.includes(char) ? 1 : ')]'.includes(char) ? -1 : 0
    if (char === ',' && depth === 0 && !isQuoted) {
      out.push(part)
      part = ''
    } else part += char
  }
  return part.trim() === '' ? out : [...out, part]
}

function useOf({ body, name: routine }: Routine, parameter: string): Use {
  const text = uncommented(body ?? '')
  const spelledAs = `(?:${escaped(routine)}\\.)?"?${escaped(parameter)}"?`
  const self = `(?<![\\w.$'])${spelledAs}(?![\\w$'(])`
  // What each element of a list, or the argument in another spelling, is called.
  const also = [
    ...text.matchAll(
      new RegExp(`\\bforeach\\s+(\\w+)\\s+(?:slice\\s+\\d+\\s+)?in\\s+array\\s+${self}`, 'gi'),
    ),
    ...text.matchAll(
      new RegExp(`\\bunnest\\(\\s*${self}\\s*\\)\\s+(?:as\\s+)?(?:\\w+\\s*\\(\\s*)?(\\w+)`, 'gi'),
    ),
    ...text.matchAll(new RegExp(`(\\w+)\\s+(?:\\w+\\s+)?:=\\s*(?:\\w+\\(\\s*)*${self}\\s*\\)*\\s*;`, 'gi')),
  ].flatMap(([, alias]) => alias ?? [])
  const one = [self, ...also.map((each) => `(?<![\\w$'])(?:\\w+\\.)?${escaped(each)}(?![\\w$'(])`)].join('|')
  return {
    columns: new Set([...comparedWith(text, `(?:${one})`), ...writtenTo(text, new RegExp(one, 'u'))]),
    spelled: spelled(text, new RegExp(self, 'u')),
  }
}

const sign =
  '(?:=|<>|!=|>=|<=|>|<|!?~~?\\*?|@@|\\b(?:not\\s+)?i?like\\b|\\b(?:not\\s+)?in\\b|\\bis\\s+(?:not\\s+)?distinct\\s+from\\b)'

function comparedWith(text: string, one: string): string[] {
  const cast = '(?:::[\\w.]+(?:\\[\\])?)?'
  const column = '(?:\\w+\\.)?"?(\\w+)"?'
  const opened = `\\(*(?:(?:any|all|select|unnest|[\\w.]+)\\s*\\(\\s*)*(?:'[^']*'\\s*\\|\\|\\s*)?`
  const closed = `${cast}\\s*\\)*${cast}`
  const right = new RegExp(`${column}${closed}\\s*${sign}\\s*${opened}${one}`, 'giu')
  const left = new RegExp(`${one}${closed}\\s*${sign}\\s*${opened}${column}`, 'giu')
  return [...text.matchAll(right), ...text.matchAll(left)].flatMap(([, name]) => name ?? [])
}

/** Columns of an INSERT in whose place it stands. */
function writtenTo(text: string, one: RegExp): string[] {
  const begins = /\binsert\s+into\s+[\w."]+(?:\s+as\s+\w+)?\s*\(([^()]*)\)\s*(?:values\s*\(|select\b)/gi
  return [...text.matchAll(begins)].flatMap((match) => {
    const columns = (match[1] ?? '').split(',').map((each) => each.trim().replaceAll('"', ''))
    const rest = text.slice(match.index + match[0].length)
    const end = /values\s*\($/i.test(match[0])
      ? closing(rest)
      : rest.search(/\bfrom\b|\bwhere\b|;|\bon\s+conflict\b/i)
    const values = topLevel(end < 0 ? rest : rest.slice(0, end))
    return columns.filter((_, at) => one.test(values[at] ?? ''))
  })
}

/** Where the parenthesis that stands open closes. */
function closing(text: string): number {
  let depth = 1
  for (let at = 0; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    if (depth === 0) return at
  }
  return -1
}

function spelled(text: string, self: RegExp): Use['spelled'] {
  if (!/\bexecute\b/i.test(text)) return null
  for (const match of text.matchAll(/\bformat\s*\(\s*'((?:[^']|'')*)'\s*,/gi)) {
    const rest = text.slice(match.index + match[0].length)
    const given = topLevel(rest.slice(0, Math.max(0, closing(rest))))
    let turn = 0
    for (const place of (match[1] ?? '').matchAll(/%(?:(\d+)\$)?-?\d*([IsL])/g)) {
      const at = place[1] === undefined ? turn++ : Number(place[1]) - 1
      if (!self.test(given[at] ?? '')) continue
      if (place[2] === 'L') return 'value'
      if (place[2] === 's') return 'text'
      return namesRelation((match[1] ?? '').slice(0, place.index)) ? 'relation' : 'column'
    }
  }
  const name = new RegExp(`(?:([^']*)'\\s*\\|\\|\\s*)?\\b(quote_\\w+)\\(\\s*${self.source}`, 'iu').exec(text)
  if (name?.[2] === 'quote_ident') return namesRelation(name[1] ?? '') ? 'relation' : 'column'
  if (name) return 'value'
  return new RegExp(`\\|\\|\\s*${self.source}|${self.source}\\s*\\|\\|`, 'u').test(text) ? 'text' : null
}

/** A name that stands behind this is that of a relation. */
const namesRelation = (before: string) =>
  /\b(from|into|update|join|table|truncate|only)\s+(?:[\w"]+\.)?$/i.test(before)
