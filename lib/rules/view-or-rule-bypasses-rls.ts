import type { Relation, RewriteRule } from '@/lib/catalog/types-relation'
import { usesSession } from '@/lib/sql/context'
import { parseQuery } from '@/lib/sql/parse'
import { passesPolicies, relationsUsed } from './definers'
import type { Facts, Reach } from './facts'
import { relationObject } from './identity'
import { whoText } from './policies'
import { functionsOf } from './policy-facts'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { fix, locks } from './texts'

export const viewOrRuleBypassesRls = defineRule({
  id: 'view-or-rule-bypasses-rls',
  code: 'T28',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'A view or rule reads past row-level security',
    pt: 'Uma visão ou regra lê por cima da segurança por linha',
  },
  why: {
    en: 'Unless security_invoker is on, a view reads its tables with its owner’s rights. When no policy binds that owner, whoever may read the view sees every row.',
    pt: 'Sem security_invoker, a visão lê as tabelas com os direitos do dono. Se nenhuma política se aplica a ele, quem pode ler a visão vê todas as linhas.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const views = facts.views.filter((r) => r.kind === 'view')
    const ruled = facts.governed.filter((r) => r.rules.length > 0)
    const unknown: Text[] = []
    const hits = [
      ...views.flatMap((view) => [...viewHit(facts, view), ...callHit(facts, view)].slice(0, 1)),
      ...ruled.flatMap((table) => table.rules.flatMap((rule) => ruleHit(facts, table, rule))),
    ]
    for (const view of views)
      if (view.reads.length === 0 && view.definition === null)
        unknown.push({ en: `What ${view.id} reads is not known.`, pt: `Não se sabe o que ${view.id} lê.` })
    return { hits, checked: views.length + ruled.length, unknown }
  },
  example: {
    since: 15,
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, note text); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create view patient_list with (security_invoker = y, security_barrier) as select id, clinic_id from patients;
      grant select on patients, patient_list to :role`,
    broken: 'alter view patient_list reset (security_invoker)',
    hits: ['public.patient_list'],
  },
})

/** PostgreSQL takes any unique beginning of a boolean word. */
export function isOn(option: string | undefined): boolean {
  if (option === undefined) return false
  const word = option.trim().toLowerCase()
  return word === '1' || word === 'on' || (word !== '' && ('true'.startsWith(word) || 'yes'.startsWith(word)))
}

/** Tables with row security that are read with rights that no policy binds, through views of views. */
function passedBy(facts: Facts, view: Relation, reader: string, depth = 0): readonly Relation[] {
  if (depth > 16) return []
  return view.reads.flatMap((use) => {
    const relation = facts.relation.get(use.relation)
    if (!relation || relation === view) return []
    // An inner view without security_invoker changes the reader; one with it keeps it.
    if (relation.kind === 'view')
      return passedBy(
        facts,
        relation,
        isOn(relation.options['security_invoker']) ? reader : relation.owner,
        depth + 1,
      )
    return passesPolicies(facts, reader, relation) ? [relation] : []
  })
}

const writes = ['INSERT', 'UPDATE', 'DELETE']

function viewHit(facts: Facts, view: Relation): Hit[] {
  if (isOn(view.options['security_invoker'])) return []
  const passed = [...new Set(passedBy(facts, view, view.owner))].filter(
    (relation) => !facts.isReference(relation),
  )
  if (passed.length === 0) return []
  const reach = facts.reach(view)
  const filtered = filtersByCaller(facts, view)
  const writable = reach.some((r) => writes.some((privilege) => r.privileges.has(privilege)))
  const severity: Severity =
    reach.length === 0
      ? 'low'
      : filtered
        ? writable && view.options['check_option'] === undefined
          ? 'medium'
          : 'low'
        : 'critical'
  const who = whoText(reach.map((r) => r.role))
  const tables = passed.map((relation) => relation.id).join(', ')
  const modern = facts.snapshot.server.version >= 150_000
  return [
    {
      object: relationObject(view),
      severity,
      message: {
        en: `${view.id} runs with the rights of ${view.owner}, because security_invoker is off, and no policy of ${tables} binds that role: ${who.en} ${filtered ? 'sees what the view’s own filter lets through' : 'sees every row'}.`,
        pt: `${view.id} roda com os direitos de ${view.owner}, porque security_invoker está desligado, e nenhuma política de ${tables} se aplica a esse papel: ${who.pt} ${filtered ? 'vê o que o filtro da própria visão deixa passar' : 'vê todas as linhas'}.`,
      },
      evidence: {
        owner: view.owner,
        options: view.options,
        tables: passed.map((relation) => relation.id),
        grants: grantsOf(reach),
        filtersByCaller: filtered,
      },
      fix: fix(
        modern ? [`alter view ${view.id} set (security_invoker = true)`] : [],
        locks.brief,
        modern
          ? 'Callers then need SELECT on the tables themselves, and see what their own policies let through. Where the view is meant to widen access, record that.'
          : 'This server has no security_invoker (it came with 15): give the view to a role that the policies bind, or revoke the grants.',
        modern
          ? 'Quem consulta passa a precisar de SELECT nas próprias tabelas e vê o que suas políticas deixam. Se a visão existe para ampliar o acesso, registre.'
          : 'Este servidor não tem security_invoker (veio na 15): passe a visão a um papel a quem as políticas se apliquem, ou revogue as permissões.',
      ),
    },
  ]
}

/** A view, whatever its options, over a set-returning SECURITY DEFINER function that passes policies. */
function callHit(facts: Facts, view: Relation): Hit[] {
  const reach = facts.reach(view)
  const called = view.calls
    .flatMap((id) => facts.routine.get(id) ?? [])
    .filter((routine) => routine.definer && routine.returnsSet && routine.extension === null)
    .map((routine) => ({
      routine,
      tables: relationsUsed(facts, routine).filter((r) => passesPolicies(facts, routine.owner, r)),
    }))
    .filter(({ tables }) => tables.length > 0)
  const [first] = called
  if (!first || reach.length === 0) return []
  const who = whoText(reach.map((r) => r.role))
  const tables = first.tables.map((r) => r.id).join(', ')
  return [
    {
      object: relationObject(view),
      severity: 'high',
      message: {
        en: `${view.id} reads from ${first.routine.id}, which runs as ${first.routine.owner} and is bound by no policy of ${tables}: ${who.en} gets what the function returns.`,
        pt: `${view.id} lê de ${first.routine.id}, que roda como ${first.routine.owner} e a quem nenhuma política de ${tables} se aplica: ${who.pt} recebe o que a função devolve.`,
      },
      evidence: {
        functions: called.map(({ routine }) => routine.id),
        tables: first.tables.map((r) => r.id),
        grants: grantsOf(reach),
      },
      fix: fix(
        [],
        locks.none,
        'Let the function filter by the session, or make it SECURITY INVOKER; where it only gives sums over all tenants on purpose, record that.',
        'Faça a função filtrar pela sessão, ou torne-a SECURITY INVOKER; se de propósito só devolve somas de todas as clínicas, registre.',
      ),
    },
  ]
}

/** Does its outermost WHERE ask the session who is asking? A known way to write such a view. */
function filtersByCaller(facts: Facts, view: Relation): boolean {
  const query = view.definition === null ? null : parseQuery(view.definition.replace(/;\s*$/, ''))
  if (!query?.where) return false
  return usesSession(query.where, functionsOf(facts))
}

function ruleHit(facts: Facts, table: Relation, rule: RewriteRule): Hit[] {
  if (rule.enabled === 'disabled') return []
  const passed = rule.reads
    .flatMap((use) => facts.relation.get(use.relation) ?? [])
    .filter((relation) => relation !== table && passesPolicies(facts, table.owner, relation))
  const reach = facts.reach(table).filter((r) => r.privileges.has(rule.event) || r.onColumns.has(rule.event))
  if (passed.length === 0 || reach.length === 0) return []
  const who = whoText(reach.map((r) => r.role))
  const tables = passed.map((relation) => relation.id).join(', ')
  return [
    {
      object: relationObject(table, { part: rule.name }),
      message: {
        en: `Rule ${rule.name} on ${table.id} (${rule.event}) reads or writes ${tables} with the rights of ${table.owner}, whom no policy binds there: ${who.en} sets it off.`,
        pt: `A regra ${rule.name} em ${table.id} (${rule.event}) lê ou grava ${tables} com os direitos de ${table.owner}, a quem nenhuma política ali se aplica: ${who.pt} a dispara.`,
      },
      evidence: {
        event: rule.event,
        instead: rule.instead,
        owner: table.owner,
        tables: passed.map((relation) => relation.id),
        grants: grantsOf(reach),
        definition: rule.definition,
      },
      fix: fix(
        [],
        locks.brief,
        'Replace the rule by a trigger, which runs with the caller’s rights, or drop it.',
        'Troque a regra por um gatilho, que roda com os direitos de quem chama, ou remova-a.',
      ),
    },
  ]
}

const grantsOf = (reach: readonly Reach[]) =>
  reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() }))
