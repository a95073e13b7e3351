import type { Column, Relation } from '@/lib/catalog/types-relation'
import { foreignKeysOf, type ForeignConstraint } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'

export const fkTypeMismatch = defineRule({
  id: 'fk-type-mismatch',
  code: 'K11',
  group: 'keys',
  severity: 'medium',
  title: { en: 'Foreign key between different types', pt: 'Chave estrangeira entre tipos diferentes' },
  why: {
    en: 'Values that fit one side do not fit the other, joins convert row by row, and the day the parent outgrows the child’s type inserts fail.',
    pt: 'Valores que cabem num lado não cabem no outro, junções convertem linha a linha, e no dia em que o pai exceder o tipo do filho as inserções falham.',
  },
  references: ['LGPD art. 6, V', 'ISO/IEC 27001 A.8.26'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const child of facts.governed) {
      for (const key of foreignKeysOf(child)) {
        const parent = facts.relation.get(key.references.relation)
        if (!parent) continue
        checked++
        const wrong = mismatched(child, parent, key)
        if (wrong.length === 0) continue
        const id = qualified(child.schema, child.name)
        const told = wrong
          .map(({ a, b }) => `${quote(a.name)} ${shown(a, b)} → ${quote(b.name)} ${shown(b, a)}`)
          .join(', ')
        hits.push({
          object: relationObject(child, { part: key.name }),
          ...(wrong.every(({ a, b }) => a.baseType === b.baseType) ? { severity: 'low' as const } : {}),
          message: {
            en: `Foreign key ${quote(key.name)} of ${id} links different types: ${told}.`,
            pt: `A chave estrangeira ${quote(key.name)} de ${id} liga tipos diferentes: ${told}.`,
          },
          evidence: {
            pairs: wrong.map(({ a, b }) => ({
              column: a.name,
              type: a.type,
              collation: a.collation,
              references: b.name,
              referencedType: b.type,
              referencedCollation: b.collation,
            })),
          },
          fix: {
            sql: wrong.map(
              ({ a, b }) =>
                `alter table ${id} alter column ${quote(a.name)} type ${b.type}${b.collation !== null && a.collation !== b.collation ? ` collate ${b.collation.includes('.') || b.collation.startsWith('"') ? b.collation : quote(b.collation)}` : ''}`,
            ),
            lock: 'ACCESS EXCLUSIVE while the table and its indexes are rewritten: reads and writes wait',
            advice: {
              en: 'On a large table add a column of the right type, fill it in batches and swap.',
              pt: 'Em tabela grande, adicione uma coluna do tipo certo, preencha em lotes e troque.',
            },
          },
        })
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create domain code as text; create table p (id bigint primary key, code text unique);
      create table c (id bigint primary key, p_id bigint references p, code code references p (code));
      create index on c (p_id); create index on c (code);`,
    broken: `create table d (id bigint primary key, p_id int references p, code varchar(5) references p (code));
      create index on d (p_id); create index on d (code);`,
    hits: ['public.d/d_code_fkey', 'public.d/d_p_id_fkey'],
  },
})

interface Pair {
  readonly a: Column
  readonly b: Column
}

const none: readonly Pair[] = []

function mismatched(child: Relation, parent: Relation, key: ForeignConstraint): readonly Pair[] {
  let wrong: Pair[] | null = null
  for (let at = 0; at < key.columns.length; at++) {
    const a = child.columns.find((column) => column.name === key.columns[at])
    const b = parent.columns.find((column) => column.name === key.references.columns[at])
    if (a && b && differs(a, b)) (wrong ??= []).push({ a, b })
  }
  return wrong ?? none
}

/** A domain over the same type is the same type; a length or a collation of its own is not. */
const differs = (a: Column, b: Column) =>
  a.baseType !== b.baseType ||
  (a.collation ?? '') !== (b.collation ?? '') ||
  (lengthOf(a) !== lengthOf(b) && !isDomain(a) && !isDomain(b))

/** What length stands behind a domain is not in the column. */
const isDomain = (column: Column) => column.type.replace(/\(.*?\)/, '') !== column.baseType

const lengthOf = (column: Column) => /\((.+)\)/.exec(column.type)?.[1] ?? ''
const shown = (column: Column, other: Column) =>
  column.type === other.type && column.collation !== other.collation
    ? `${column.type} collate ${column.collation ?? 'default'}`
    : column.type
