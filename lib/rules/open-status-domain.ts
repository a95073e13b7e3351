import type { Column, Relation } from '@/lib/catalog/types-relation'
import { later, type Said } from './found'
import { qualified, quote, relationObject } from './identity'
import { perFacts } from './memo'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'

const closed = new Set(
  'status situacao type tipo kind category categoria state role papel gender sex sexo stage fase'.split(' '),
)

export const openStatusDomain = defineRule({
  id: 'open-status-domain',
  code: 'K10',
  group: 'keys',
  severity: 'low',
  title: { en: 'Status or type that accepts any text', pt: 'Situação ou tipo que aceita qualquer texto' },
  why: {
    en: 'A misspelt status is a record that no report counts and no rule of the program meets.',
    pt: 'Uma situação digitada errada é um registro que nenhum relatório conta e nenhuma regra do programa trata.',
  },
  references: ['LGPD art. 6, V', 'ISO/IEC 27001 A.8.26'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      if (table.parents.length > 0 || facts.isReference(table) || facts.audit.logs.has(table)) continue
      for (const column of namedIn(facts, table.columns)) {
        if (isOpenByNature(table, column)) continue
        checked++
        if (!isFree(table, column)) continue
        hits.push(later(relationObject(table, { column: column.name }), () => said(table, column)))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create type mood as enum ('a', 'b'); create domain grade as text check (value in ('x', 'y')); create table kinds (code text primary key);
      create table t (id int primary key, status text check (status in ('open', 'done')), mood_type mood, kind text references kinds, grade_status grade);
      create index on t (kind);`,
    broken: `create table u (id int primary key, status text not null, "tipo" varchar(20));`,
    hits: ['public.u.status', 'public.u.tipo'],
  },
})

/** Columns by the name of a status or type; tables that are alike share one list of columns. */
const namedIn = perFacts((_facts, columns: Relation['columns']) =>
  columns.filter(({ name }) => closed.has(tokens(name).at(-1) ?? '')),
)

const mediaTypes = new Set(['content type', 'mime type', 'media type', 'file type'])

/** The type of a file, and the half of a polymorphic link that names the table (`record_type` beside `record_id`). */
function isOpenByNature(table: Relation, column: Column): boolean {
  const words = tokens(column.name)
  if (mediaTypes.has(words.join(' '))) return true
  const link = [...words.slice(0, -1), 'id'].join(' ')
  return (
    words.length > 1 &&
    table.columns.some(
      (other) =>
        tokens(other.name).join(' ') === link &&
        !table.constraints.some((c) => c.kind === 'foreign' && c.columns.includes(other.name)),
    )
  )
}

/** Plain text (no domain, no enum), bound by no CHECK, key or link. */
function isFree(table: Relation, column: Column): boolean {
  if (!/^(text|character varying|character|citext)/.test(column.type) && !column.type.endsWith('.citext'))
    return false
  return !table.constraints.some(
    (c) => ['check', 'foreign', 'primary', 'unique'].includes(c.kind) && c.columns.includes(column.name),
  )
}

function said(table: Relation, column: Column): Said {
  const id = qualified(table.schema, table.name)
  const name = quote(column.name)
  return {
    message: {
      en: `${id}.${name} is free text by the name of a status or type: no CHECK, enum, domain or foreign key bounds it.`,
      pt: `${id}.${name} é texto livre com nome de situação ou tipo: nenhum CHECK, enum, domínio ou chave estrangeira o limita.`,
    },
    evidence: { type: column.type },
    fix: {
      sql: [],
      lock: '',
      advice: {
        en: `Look at the values in use (select ${name}, count(*) from ${id} group by 1), then add a CHECK (… in (…)) NOT VALID and validate it.`,
        pt: `Veja os valores em uso (select ${name}, count(*) from ${id} group by 1), depois adicione um CHECK (… in (…)) NOT VALID e valide.`,
      },
    },
  }
}
