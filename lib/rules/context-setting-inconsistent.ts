import { some, walk, type Expr } from '@/lib/sql/expression'
import { schemaObject } from './identity'
import { perFacts } from './memo'
import { decidingParts, failures, judgedPolicies } from './policies'
import { operationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

export const contextSettingInconsistent = defineRule({
  id: 'context-setting-inconsistent',
  code: 'T25',
  group: 'tenancy',
  severity: 'low',
  title: {
    en: 'Policies ask the session by different names',
    pt: 'Políticas consultam a sessão por nomes diferentes',
  },
  why: {
    en: 'When one table reads app.clinic_id and the next app.tenant, a session that sets one sees half of its data; when some raise and some give NULL, the same mistake fails here and hides there.',
    pt: 'Se uma tabela lê app.clinic_id e outra app.tenant, a sessão que define uma só vê metade dos dados; se umas dão erro e outras NULL, o mesmo engano falha aqui e se esconde ali.',
  },
  references: operationReferences,
  check(snapshot, facts) {
    const policies = judgedPolicies(facts)
    const bySchema = new Map<string, Map<string, Map<string, Set<boolean>>>>()
    const unqualified = new Map<string, Set<string>>()
    for (const judged of policies) {
      const columns = bySchema.get(judged.relation.schema) ?? new Map<string, Map<string, Set<boolean>>>()
      bySchema.set(judged.relation.schema, columns)
      for (const { part } of decidingParts(judged)) {
        for (const { column, setting, lenient } of comparisons(facts, part)) {
          const settings = columns.get(column) ?? new Map<string, Set<boolean>>()
          columns.set(column, settings)
          settings.set(setting, (settings.get(setting) ?? new Set<boolean>()).add(lenient))
          if (!setting.includes('.') && snapshot.server.settings[setting] === undefined)
            unqualified.set(
              judged.relation.schema,
              (unqualified.get(judged.relation.schema) ?? new Set<string>()).add(setting),
            )
        }
      }
    }
    const hits: Hit[] = []
    for (const [schema, columns] of bySchema) {
      const several = [...columns]
        .filter(([, settings]) => settings.size > 1)
        .map(([column, settings]) => ({ column, settings: [...settings.keys()].sort() }))
      const mixed = [...columns].flatMap(([, settings]) =>
        [...settings].filter(([, forms]) => forms.size > 1).map(([name]) => name),
      )
      const bare = [...(unqualified.get(schema) ?? [])]
      if (several.length + mixed.length + bare.length === 0) continue
      const what = [
        ...several.map(({ column, settings }) => `${column}: ${settings.join(', ')}`),
        ...mixed.map((name) => `${name} (NULL / error)`),
        ...bare,
      ].join('; ')
      hits.push({
        object: schemaObject(schema),
        severity: bare.length > 0 ? 'medium' : 'low',
        message: {
          en: `Policies of schema ${schema} read the session’s context in different ways: ${what}.`,
          pt: `Políticas do esquema ${schema} leem o contexto da sessão de formas diferentes: ${what}.`,
        },
        evidence: { settingsByColumn: several, mixedForms: [...new Set(mixed)], unqualified: bare },
        fix: fix(
          [],
          locks.none,
          'Write one STABLE function per fact (who, which clinic) and call it from every policy. A custom setting needs a dot in its name.',
          'Escreva uma função STABLE por fato (quem, qual clínica) e chame-a em todas as políticas. Configuração própria precisa de ponto no nome.',
        ),
      })
    }
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table rooms (id uuid primary key, clinic_id uuid not null); create index on rooms (clinic_id);
      create table beds (id uuid primary key, clinic_id uuid not null); create index on beds (clinic_id);
      alter table rooms enable row level security; alter table rooms force row level security;
      alter table beds enable row level security; alter table beds force row level security;
      create policy own on rooms for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy own on beds for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on rooms, beds to :role`,
    broken: `alter policy own on beds using (clinic_id = (select nullif(current_setting('app.tenant', true), '')::uuid))`,
    hits: ['schema public'],
  },
})

interface Comparison {
  readonly column: string
  readonly setting: string
  /** Asked with missing_ok: NULL instead of an error. */
  readonly lenient: boolean
}

/** Own columns that are compared with something that reads a setting. */
const comparisons = perFacts((_facts, part: Expr): readonly Comparison[] => {
  const found: Comparison[] = []
  walk(part, (inner) => {
    if (inner.kind !== 'op' || inner.op !== '=' || inner.args.length !== 2) return
    for (const [at, arg] of inner.args.entries()) {
      const other = inner.args[1 - at]
      if (arg.kind !== 'column' || !arg.own || !other) continue
      some(other, (call) => {
        const [name, missing] = call.kind === 'call' && call.name === 'current_setting' ? call.args : []
        if (name?.kind === 'const')
          found.push({
            column: arg.name,
            setting: String(name.value),
            lenient: missing?.kind === 'const' && missing.value === true,
          })
        return false
      })
    }
  })
  return found
})
