import type { Index, Relation } from '@/lib/catalog/types-relation'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { isUsable } from './trees'

export const rlsDefeatsIndex = defineRule({
  id: 'rls-defeats-index',
  code: 'I07',
  group: 'indexes',
  severity: 'low',
  title: { en: 'Index that row security keeps from being used', pt: 'Índice que a RLS impede de usar' },
  why: {
    en: 'Under row security only leakproof operators may run before the policy. LIKE, full text, jsonb containment, lower() and numeric comparison are not: the index is there and searches stay slow.',
    pt: 'Com RLS só operadores leakproof rodam antes da política. LIKE, busca textual, contenção em jsonb, lower() e comparação numérica não são: o índice existe e as buscas continuam lentas.',
  },
  references: ['ISO/IEC 27001 A.8.6'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots.filter((t) => t.rls && t.policies.length > 0)) {
      for (const index of table.indexes.filter((i) => isUsable(i) && !i.unique && !i.exclusion)) {
        checked++
        const why = leaky(index)
        if (why !== null) hits.push(hit(table, index, why))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, name text, doc jsonb, at timestamptz); alter table t enable row level security;
      create policy p on t using (id > 0); create index on t (name); create index on t (at);`,
    broken: `create table u (id int primary key, name text, doc jsonb); alter table u enable row level security;
      create policy p on u using (id > 0); create index u_doc on u using gin (doc); create index u_lower on u (lower(name));`,
    hits: ['public.u/u_doc', 'public.u/u_lower'],
  },
})

/** Which part of the index can only be asked by an operator or function that is not leakproof. */
function leaky(index: Index): string | null {
  const [first] = index.keys
  if (!first) return null
  if (index.method === 'gin' || index.method === 'gist' || index.method === 'spgist')
    return `${index.method} ${first.opclass}`
  if (first.expression !== null) return first.expression
  return /pattern_ops|(^|\.)numeric_(min|max|minmax_)?ops/.test(first.opclass) ? first.opclass : null
}

function hit(table: Relation, index: Index, why: string): Hit {
  const id = qualified(table.schema, table.name)
  return {
    object: relationObject(table, { part: index.name }),
    message: {
      en: `Index ${quote(index.name)} of ${id} (${why}) is asked through operators that are not leakproof: for roles under row security the planner does not use it for them.`,
      pt: `O índice ${quote(index.name)} de ${id} (${why}) é consultado por operadores que não são leakproof: para papéis sob RLS o planejador não o usa neles.`,
    },
    evidence: {
      method: index.method,
      keys: index.keys.map((k) => k.column ?? k.expression),
      opclass: index.keys.map((k) => k.opclass),
      scans: index.scans,
    },
    fix: {
      sql: [],
      lock: '',
      advice: {
        en: 'Compare plans as the application’s role (explain after set role). Lead with the tenant column, or search through a definer function that filters by clinic itself. Roles exempt from row security are not affected.',
        pt: 'Compare planos com o papel da aplicação (explain após set role). Comece pela coluna da clínica, ou busque por função definer que filtre a clínica ela mesma. Papéis isentos de RLS não são afetados.',
      },
    },
  }
}
