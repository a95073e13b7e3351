import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Config } from '@/lib/config/schema'
import { patterns } from './class-words'
import { tokens } from './tokens'

/** Public, internal, personal, sensitive (LGPD art. 5 II), secret. */
export type DataClass = 'pub' | 'int' | 'pers' | 'sens' | 'sec'

export interface Classification {
  readonly class: DataClass
  /** Further words of the tag: `id`, `fin`, `child`, `evid`, `free`, `enc`. */
  readonly tags: readonly string[]
  readonly source: 'configuration' | 'label' | 'comment'
}

/** What a column seems to hold by its name and type. A suggestion, never a decision. */
export interface Suggestion {
  readonly what: string
  readonly class: 'pers' | 'sens' | 'sec'
}

const tag = /\[\s*(pub|int|pers|sens|sec)\b([^\]]*)\]/i
const words: Readonly<Record<string, DataClass>> = {
  public: 'pub',
  internal: 'int',
  personal: 'pers',
  sensitive: 'sens',
  secret: 'sec',
}

/** The class a person gave: configuration, security label, or a tag such as `[sens free]` in the column's comment. */
export function classificationOf(config: Config, relation: Relation, column: Column): Classification | null {
  const configured = config.classification?.[`${relation.schema}.${relation.name}.${column.name}`]
  if (configured) return { class: configured, tags: [], source: 'configuration' }
  if (column.label) {
    const found = tag.exec(`[${column.label}]`) ?? tag.exec(column.label)
    const word = words[column.label.trim().toLowerCase()]
    if (found || word)
      return { class: (found?.[1]?.toLowerCase() as DataClass) ?? word, tags: tagsOf(found), source: 'label' }
  }
  const found = column.comment ? tag.exec(column.comment) : null
  if (found) return { class: found[1]!.toLowerCase() as DataClass, tags: tagsOf(found), source: 'comment' }
  return null
}

const tagsOf = (found: RegExpExecArray | null) =>
  (found?.[2] ?? '').split(/[\s,;]+/).filter((word) => word !== '')

const patternWords = patterns.map(
  ([what, kind, names]) =>
    ({ what, class: kind, names: names.split(', ').map((name) => name.split(' ')) }) as const,
)

/** Words that turn a datum into a statement about it: `email_verified`, `phone_type`, `password_changed_at`. */
const about = new Set(
  (
    'verified verificado valid valido valida validated validado confirmed confirmado at on count total type tipo kind status ' +
    'enabled habilitado required obrigatorio optional format mask masked mascara template sent enviado opt consent expires ' +
    'expiry changed updated last attempts policy hint length version label enc encrypted cifrado bidx hash hashed digest ' +
    'hmac tokenized usage limit name_id provider category code_system font icon view'
  ).split(' '),
)

const textual =
  /^(text|character varying|character|citext|json|jsonb|xml|name|text\[\]|character varying\[\]|.*\.citext)/
const numeric = /^(bigint|integer|numeric|date|inet|point)/

/** What the name says, with token boundaries and types in mind; null when nothing, or when it only says something about it. */
export function suggestionOf(column: Column): Suggestion | null {
  let byName = suggestions.get(column.baseType)
  if (!byName) suggestions.set(column.baseType, (byName = new Map()))
  const known = byName.get(column.name)
  if (known !== undefined) return known
  if (byName.size > 50_000) byName.clear()
  const made = suggest(column)
  byName.set(column.name, made)
  return made
}

const suggestions = new Map<string, Map<string, Suggestion | null>>()

function suggest(column: Column): Suggestion | null {
  const type = column.baseType
  if (!textual.test(type) && !numeric.test(type)) return null
  const name = tokens(column.name)
  if (name.some((word) => about.has(word))) return null
  if (name.at(-1) === 'id' && name.length > 1 && !(name.at(-2) === 'national')) return null
  for (const pattern of patternWords) {
    for (const wanted of pattern.names) {
      if (!contains(name, wanted)) continue
      if (pattern.what === 'birth date' ? !/^(date|text|character)/.test(type) : false) continue
      if (/^(date|inet|point)/.test(type) && pattern.what !== 'birth date') continue
      if (pattern.what === 'secret' && name.length > 1 && !textual.test(type)) continue
      return { what: pattern.what, class: pattern.class }
    }
  }
  return null
}

function contains(name: readonly string[], wanted: readonly string[]): boolean {
  for (let at = 0; at + wanted.length <= name.length; at++) {
    if (wanted.every((word, offset) => name[at + offset] === word)) return true
  }
  return false
}
