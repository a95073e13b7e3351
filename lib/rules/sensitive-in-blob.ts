import type { Column, Relation } from '@/lib/catalog/types-relation'
import { later, type Said } from './found'
import { qualified, quote, relationObject } from './identity'
import { perFacts } from './memo'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'

const free = new Set(
  'note notes nota notas observacao observacoes obs comment comments comentario payload raw body content conteudo metadata description descricao details detalhes message mensagem text texto'.split(
    ' ',
  ),
)

export const sensitiveInBlob = defineRule({
  id: 'sensitive-in-blob',
  code: 'D06',
  group: 'protection',
  severity: 'low',
  title: {
    en: 'Free text or document where personal data hides',
    pt: 'Texto livre ou documento onde se escondem dados pessoais',
  },
  why: {
    en: 'What people type into notes and what programs put into jsonb escapes every list of columns: it is copied into audits and exports unmasked.',
    pt: 'O que se digita em observações e o que programas põem em jsonb escapa de toda lista de colunas: vai sem máscara para auditorias e exportações.',
  },
  references: ['LGPD art. 5, II', 'LGPD art. 37', 'ISO/IEC 27001 A.5.12'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots.filter((t) => t.parents.length === 0 && facts.holdsTenantData(t))) {
      for (const column of hidingIn(facts, table.columns)) {
        checked++
        if (facts.classification(table, column) !== null || facts.suggestion(column) !== null) continue
        hits.push(later(relationObject(table, { column: column.name }), () => said(table, column)))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table patient (id uuid primary key default gen_random_uuid(), email text, doc jsonb); comment on column patient.doc is 'Settings. [int]';
      create table room (id int primary key, notes text);`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), patient_id uuid not null, observacoes text, payload jsonb);`,
    hits: ['public.visit.observacoes', 'public.visit.payload'],
  },
})

/** Documents, and texts by the name of notes; tables that are alike share one list of columns. */
const hidingIn = perFacts((_facts, columns: Relation['columns']) =>
  columns.filter(
    ({ baseType, name }) =>
      /^(json|jsonb|xml)$/.test(baseType) ||
      (baseType === 'text' && tokens(name).some((word) => free.has(word))),
  ),
)

function said(table: Relation, column: Column): Said {
  const id = `${qualified(table.schema, table.name)}.${quote(column.name)}`
  return {
    message: {
      en: `${id} (${column.type}) stands beside tenant or personal data, can hold anything, and has no class.`,
      pt: `${id} (${column.type}) fica ao lado de dados de clínica ou pessoais, pode conter qualquer coisa e não tem classe.`,
    },
    evidence: { type: column.type },
    fix: {
      sql: [],
      lock: '',
      advice: {
        en: 'Classify it ([sens free] when people type into it), keep it out of audit values and exports, and give it a retention. A technical payload: [int].',
        pt: 'Classifique ([sens free] se pessoas digitam nela), deixe-a fora dos valores de auditoria e exportações, e defina guarda. Conteúdo técnico: [int].',
      },
    },
  }
}
