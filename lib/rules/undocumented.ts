import type { Relation } from '@/lib/catalog/types-relation'
import { databaseObject, qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'

export const undocumented = defineRule({
  id: 'undocumented',
  code: 'N02',
  group: 'documentation',
  severity: 'low',
  title: { en: 'Tables that nobody has described', pt: 'Tabelas que ninguém descreveu' },
  why: {
    en: 'Who has to say what data is kept and why, reads the schema. A column called flag2 answers nothing.',
    pt: 'Quem precisa dizer que dados são mantidos e por quê lê o esquema. Uma coluna chamada flag2 não responde nada.',
  },
  references: ['LGPD art. 37', 'ISO/IEC 27001 A.5.9'],
  gather: (facts) =>
    facts.roots.filter((t) => t.parents.length === 0).map((table) => ({ table, isSilent: isSilent(table) })),
  check(snapshot, _facts, tables) {
    const silent = tables.filter((each) => each.isSilent)
    // Where hardly anybody describes anything, one finding says so; hundreds would say no more.
    if (silent.length > 1 && silent.length * 4 > tables.length * 3)
      return {
        hits: [nothing(snapshot.database, silent.length, tables.length)],
        checked: tables.length,
        unknown: [],
      }
    return {
      checked: tables.length,
      unknown: [],
      hits: tables.flatMap(({ table }) => {
        const bare = table.columns.filter(
          (c) =>
            c.comment === null &&
            !table.constraints.some((k) => k.kind === 'primary' && k.columns.includes(c.name)),
        )
        if (table.comment !== null && bare.length * 2 <= table.columns.length) return []
        return [
          hit(
            table,
            bare.map((c) => c.name),
          ),
        ]
      }),
    }
  },
  example: {
    clean: `create table t (id int primary key, a text); comment on table t is 'Rooms.'; comment on column t.a is 'Colour.';`,
    broken: `create table u (id int primary key, a text, b text);`,
    hits: ['public.u'],
  },
})

const isSilent = (table: Relation) => table.comment === null && table.columns.every((c) => c.comment === null)

const advice = {
  en: 'comment on table … and on each column: what it holds, for which purpose, with its class at the end ([pers]).',
  pt: 'comment on table … e em cada coluna: o que guarda, para que finalidade, com a classe no fim ([pers]).',
}

const hit = (table: Relation, bare: readonly string[]): Hit => {
  const id = qualified(table.schema, table.name)
  const shown = bare.slice(0, 6).map(quote).join(', ') + (bare.length > 6 ? ', …' : '')
  return {
    object: relationObject(table),
    message: {
      en: `${id} ${table.comment === null ? 'has no comment' : 'has a comment'}; ${counted(bare.length, 'column has', 'columns have')} none${bare.length > 0 ? ` (${shown})` : ''}.`,
      pt: `${id} ${table.comment === null ? 'não tem comentário' : 'tem comentário'}; ${counted(bare.length, 'coluna não tem', 'colunas não têm')}${bare.length > 0 ? ` (${shown})` : ''}.`,
    },
    evidence: { table: table.comment !== null, columns: bare },
    fix: { sql: [], lock: '', advice },
  }
}

const nothing = (database: string, silent: number, tables: number): Hit => ({
  object: databaseObject(database),
  message: {
    en: `${silent} of ${counted(tables, 'table', 'tables')} ${silent === 1 ? 'has' : 'have'} no comment, neither there nor on any column.`,
    pt: `${silent} de ${counted(tables, 'tabela', 'tabelas')} ${silent === 1 ? 'não tem' : 'não têm'} comentário, nem na tabela nem em coluna alguma.`,
  },
  evidence: { silent, tables },
  fix: { sql: [], lock: '', advice },
})
