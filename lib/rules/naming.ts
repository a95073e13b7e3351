import { qualified, quote, relationObject } from './identity'
import { defineRule } from './rule'
import { counted } from './texts'

export const naming = defineRule({
  id: 'naming',
  code: 'N01',
  group: 'documentation',
  severity: 'low',
  title: { en: 'Names that must be quoted', pt: 'Nomes que exigem aspas' },
  why: {
    en: 'Mixed case, blanks and reserved words must be quoted in every statement; where somebody forgets, the statement fails or means something else (user, current_date).',
    pt: 'Maiúsculas, espaços e palavras reservadas exigem aspas em todo comando; onde alguém esquece, o comando falha ou significa outra coisa (user, current_date).',
  },
  references: ['ISO/IEC 27001 A.8.28'],
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = [...facts.roots.filter((t) => t.parents.length === 0), ...facts.views]
    return {
      checked: tables.length,
      unknown: [],
      hits: tables.flatMap((table) => {
        const columns = table.columns.map((c) => c.name).filter((name) => quote(name) !== name)
        const own = quote(table.name) !== table.name
        if (!own && columns.length === 0) return []
        const id = qualified(table.schema, table.name)
        const names = [...(own ? [quote(table.name)] : []), ...columns.map(quote)]
        const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : '')
        return [
          {
            object: relationObject(table),
            message: {
              en: `${id}: ${counted(names.length, 'name', 'names')} must be quoted (${shown}).`,
              pt: `${id}: ${counted(names.length, 'nome exige', 'nomes exigem')} aspas (${shown}).`,
            },
            evidence: { table: own, columns },
            fix: {
              sql: [],
              lock: '',
              advice: {
                en: 'Renaming breaks every program that uses the name: rename with a view of the old name beside it, or leave it and waive the finding.',
                pt: 'Renomear quebra todo programa que usa o nome: renomeie deixando uma visão com o nome antigo, ou mantenha e registre a dispensa.',
              },
            },
          },
        ]
      }),
    }
  },
  example: {
    clean: `create table patient_visit (id int primary key, value text, name text);`,
    broken: `create table "Patient" (id int primary key); create table t (id int primary key, "user" text, "odd name" text);`,
    hits: ['public."Patient"', 'public.t'],
  },
})
