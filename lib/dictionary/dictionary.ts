import type { Relation } from '@/lib/catalog/types-relation'
import type { RelationId } from '@/lib/catalog/types'
import { rlsState, type RlsState } from '@/lib/inventory/tables'
import { classificationOf, type DataClass } from '@/lib/rules/classes'
import type { Facts } from '@/lib/rules/facts'

/** One column as the dictionary tells it. */
export interface Entry {
  readonly column: string
  readonly type: string
  readonly nullable: boolean
  /** Part of the primary key. */
  readonly key: boolean
  /** Where a foreign key of this column leads. */
  readonly references: RelationId | null
  readonly class: DataClass | null
  readonly tags: readonly string[]
  readonly description: string | null
}

/** One table or view as the dictionary tells it. */
export interface Chapter {
  readonly id: RelationId
  readonly schema: string
  readonly name: string
  readonly kind: Relation['kind']
  readonly description: string | null
  readonly rls: RlsState
  /** What the comment says beyond the class: pattern of row security, period of keeping, audit class. */
  readonly pattern: string | null
  readonly keep: string | null
  readonly audit: string | null
  readonly entries: readonly Entry[]
}

const tag = /\s*\[([^\]]*)\]\s*$/

/** The comment without its machine-readable end; `null` when nothing else is said. */
export const told = (comment: string | null): string | null => comment?.replace(tag, '').trim() || null

const said = (comment: string | null, name: string): string | null =>
  new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(tag.exec(comment ?? '')?.[1] ?? '')?.[1] ?? null

/** The data dictionary of a scan: governed tables (partitions under their root) and views, by name. */
export function dictionaryOf(facts: Facts): Chapter[] {
  return [...facts.roots, ...facts.views]
    .map((relation): Chapter => {
      const primary = new Set(relation.constraints.find((one) => one.kind === 'primary')?.columns)
      const keys = relation.constraints.filter((one) => one.references && !one.inherited)
      return {
        id: relation.id,
        schema: relation.schema,
        name: relation.name,
        kind: relation.kind,
        description: told(relation.comment),
        rls: rlsState(relation),
        pattern: said(relation.comment, 'rls'),
        keep: said(relation.comment, 'keep'),
        audit: said(relation.comment, 'audit'),
        entries: relation.columns.map((column): Entry => {
          const given = classificationOf(facts.config, relation, column)
          // A key of several columns is that of its last one: the others are the tenant's.
          const leads = keys.find((one) => one.columns.at(-1) === column.name)
          return {
            column: column.name,
            type: column.type,
            nullable: !column.notNull,
            key: primary.has(column.name),
            references: leads?.references?.relation ?? null,
            class: given?.class ?? null,
            tags: given?.tags ?? [],
            description: told(column.comment),
          }
        }),
      }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export interface DictionaryFilter {
  readonly q: string
  readonly schema: readonly string[]
  readonly class: readonly (DataClass | 'none')[]
}

/** Chapters with the columns that match; a table whose own name or description matches keeps all of its columns. */
export function selectChapters(chapters: readonly Chapter[], filter: DictionaryFilter): Chapter[] {
  const q = filter.q.trim().toLocaleLowerCase()
  const holds = (text: string | null) => text !== null && text.toLocaleLowerCase().includes(q)
  return chapters
    .filter((chapter) => filter.schema.length === 0 || filter.schema.includes(chapter.schema))
    .flatMap((chapter) => {
      const whole = q === '' || holds(chapter.id) || holds(chapter.description)
      const entries = chapter.entries.filter(
        (entry) =>
          (whole || holds(entry.column) || holds(entry.description) || holds(entry.type)) &&
          (filter.class.length === 0 || filter.class.includes(entry.class ?? 'none')),
      )
      return entries.length > 0 ? [{ ...chapter, entries }] : []
    })
}

export interface DictionaryWords {
  readonly title: string
  readonly columns: readonly [
    column: string,
    type: string,
    nullable: string,
    key: string,
    class_: string,
    description: string,
  ]
  readonly keep: string
  readonly rls: string
  readonly audit: string
  readonly yes: string
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** The dictionary as one Markdown document. */
export function dictionaryAsMarkdown(chapters: readonly Chapter[], words: DictionaryWords): string {
  return (
    [
      `# ${words.title}`,
      ...chapters.map((chapter) => {
        const facts = [
          chapter.pattern && `${words.rls}: ${chapter.pattern}`,
          chapter.audit && `${words.audit}: ${chapter.audit}`,
          chapter.keep && `${words.keep}: ${chapter.keep}`,
        ].filter(Boolean)
        const lines = chapter.entries.map((entry) =>
          [
            `\`${entry.column}\``,
            entry.type,
            entry.nullable ? words.yes : '',
            entry.key ? 'PK' : entry.references ? `→ \`${entry.references}\`` : '',
            [entry.class ?? '', ...entry.tags].join(' ').trim(),
            entry.description ?? '',
          ].map(cell),
        )
        return [
          `## \`${chapter.id}\``,
          ...(chapter.description ? ['', chapter.description] : []),
          ...(facts.length > 0 ? ['', facts.join(' · ')] : []),
          '',
          `| ${words.columns.join(' | ')} |`,
          `|${words.columns.map(() => '---|').join('')}`,
          ...lines.map((line) => `| ${line.join(' | ')} |`),
        ].join('\n')
      }),
    ].join('\n\n') + '\n'
  )
}

/** The dictionary as rows of a CSV file, one for each column. */
export const dictionaryAsRows = (chapters: readonly Chapter[]): (string | number | null)[][] => [
  [
    'schema',
    'table',
    'kind',
    'table description',
    'rls',
    'rls pattern',
    'audit',
    'keep',
    'column',
    'type',
    'nullable',
    'primary key',
    'references',
    'class',
    'tags',
    'description',
  ],
  ...chapters.flatMap((chapter) =>
    chapter.entries.map((entry) => [
      chapter.schema,
      chapter.name,
      chapter.kind,
      chapter.description,
      chapter.rls,
      chapter.pattern,
      chapter.audit,
      chapter.keep,
      entry.column,
      entry.type,
      entry.nullable ? 'yes' : 'no',
      entry.key ? 'yes' : 'no',
      entry.references,
      entry.class,
      entry.tags.join(' '),
      entry.description,
    ]),
  ),
]
