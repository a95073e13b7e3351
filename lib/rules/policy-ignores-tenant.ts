import type { Relation } from '@/lib/catalog/types-relation'
import { ownColumns, some, walk, type Expr } from '@/lib/sql/expression'
import { usesSession } from '@/lib/sql/context'
import { inlined } from '@/lib/sql/inline'
import { comparedColumns } from './current-user-as-tenant'
import type { Facts } from './facts'
import { relationObject } from './identity'
import {
  alterPolicy,
  applyTo,
  decidingParts,
  failures,
  hasFloor,
  judgedPolicies,
  scopeColumns,
  verbs,
  whoText,
  type JudgedPolicy,
} from './policies'
import { functionsOf } from './policy-facts'
import { perFacts } from './memo'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const policyIgnoresTenant = defineRule({
  id: 'policy-ignores-tenant',
  code: 'T15',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A policy that does not ask whose row it is',
    pt: 'Política que não pergunta de quem é a linha',
  },
  why: {
    en: 'The table says which clinic or person a row belongs to and the policy does not use it: whoever passes its condition sees the rows of all. A sub-select whose names were captured by its own table looks right and asks nothing of the row.',
    pt: 'A tabela diz a que clínica ou pessoa a linha pertence e a política não usa isso: quem passa na condição vê as linhas de todos. Um subselect cujos nomes foram capturados pela própria tabela parece certo e nada pergunta da linha.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const unknown: Text[] = []
    const policies = applyTo(judgedPolicies(facts)).filter(
      ({ relation, policy }) => policy.permissive && isScoped(facts, relation),
    )
    unknown.push(...failures(policies))
    const hits: Hit[] = []
    for (const judged of policies) {
      const worst = decidingParts(judged).flatMap(({ part, clause }) => {
        const found = judge(facts, judged, part, unknown)
        if (!found || hasFloor(facts, judged, clause)) return []
        // A weaker WITH CHECK beside a USING that binds is another rule's.
        if (
          clause === 'WITH CHECK' &&
          judged.facts.using &&
          judged.policy.command !== 'INSERT' &&
          !judge(facts, judged, judged.facts.using, unknown)
        )
          return []
        return [{ ...found, clause }]
      })
      const first = worst.find((each) => each.severity === 'high') ?? worst[0]
      if (first)
        hits.push(
          hit(
            facts,
            judged,
            first,
            worst.map((each) => each.clause),
          ),
        )
    }
    return { hits, checked: policies.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));
      create table rooms (id uuid primary key, clinic_id uuid not null, name text);
      create index on rooms (clinic_id);
      alter table members enable row level security; alter table members force row level security;
      alter table rooms enable row level security; alter table rooms force row level security;
      create policy own on members for select to :role using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
      create policy own on rooms for select to :role using (exists (select 1 from members m
        where m.clinic_id = rooms.clinic_id and m.user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)));
      grant select on members, rooms to :role`,
    broken: `alter policy own on rooms using (exists (select 1 from members m
        where m.clinic_id = clinic_id and m.user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)))`,
    hits: ['public.rooms/own'],
  },
})

/** A table whose rows belong to someone. */
function isScoped(facts: Facts, relation: Relation): boolean {
  if (facts.isReference(relation)) return false
  return facts.tenancy.columnOf(relation) !== null || facts.tenancy.ownersOf(relation).length > 0
}

interface Fault {
  readonly severity: Severity
  readonly how: 'ignored' | 'branch' | 'captured' | 'published' | 'nobody'
}

function judge(
  facts: Facts,
  { relation, facts: of, policy }: JudgedPolicy,
  part: Expr,
  unknown: Text[],
): Fault | null {
  const truth = of.truth(part)
  if (truth === 'always' || truth === 'constant' || truth === 'never') return null
  // A comparison with the database login is another rule's.
  if (onlyBackend(facts, part) || comparedColumns(facts, part).length > 0) return null
  const { all } = scopeColumns(facts, relation)
  const binds = of.binds(part, all)
  if (binds.bound === null) {
    unknown.push({
      en: `Policy ${policy.name} (${relation.id}) has too many cases to tell whether it binds the tenant.`,
      pt: `A política ${policy.name} (${relation.id}) tem casos demais para dizer se prende à clínica.`,
    })
    return null
  }
  if (binds.bound && binds.atoms > 0)
    return asksNobody(facts, part) ? { severity: 'high', how: 'nobody' } : null
  // A branch that opens without a context is another rule's.
  if (binds.atoms > 0) {
    if (of.failOpen(part)) return null
    const writes = policy.command !== 'SELECT'
    return { severity: writes && of.opensByAttributes(part, all) ? 'high' : 'low', how: 'branch' }
  }
  if (published(part))
    return { severity: facts.tenancy.columnOf(relation) === null ? 'low' : 'medium', how: 'published' }
  if (captured(part)) return { severity: 'high', how: 'captured' }
  return {
    severity: usesSession(part, functionsOf(facts)) || all.size > 0 ? 'high' : 'medium',
    how: 'ignored',
  }
}

/**
 * The row is looked up somewhere, but nothing in it depends on who is asking: no context, no function, and only tables
 * whose own policies do not filter (`clinic_id in (select id from clinics)` holds for every clinic).
 */
const asksNobody = perFacts((facts, part: Expr): boolean => {
  if (usesSession(inlined(part, facts), functionsOf(facts))) return false
  const read = new Set<string>()
  let unclear = false
  walk(part, (inner) => {
    if (inner.kind === 'call' && inner.name.includes('.')) unclear = true
    if (inner.kind !== 'sub') return
    if (inner.query.arms.length > 0) unclear = true
    for (const item of inner.query.from) {
      if (item.relation === null) unclear = true
      else read.add(item.relation)
    }
  })
  if (unclear || read.size === 0) return false
  return facts.snapshot.relations
    .filter((relation) => read.has(`${relation.schema}.${relation.name}`))
    .every((relation) => !relation.rls && (relation.kind === 'table' || relation.kind === 'partitioned'))
})

/** `auth.role() = 'service_role'`: true only for a backend that passes policies anyway. */
const onlyBackend = perFacts(
  (_facts, part: Expr): boolean =>
    part.kind === 'op' &&
    part.op === '=' &&
    some(part, (inner) => inner.kind === 'const' && inner.value === 'service_role'),
)

const publicWords =
  /(^|_)(public|publico|publica|published|publicado|publicada|visible|visivel|shared|visibility)($|_)/i

/** A flag of the row alone, by its name one that publishes it: `is_public`, `published_at is not null`. */
export function published(part: Expr): boolean {
  const own = ownColumns(part)
  if (own.size === 0 || some(part, (inner) => inner.kind === 'call' && inner.name.includes('.'))) return false
  return (
    [...own].some((name) => publicWords.test(name) || name === 'status') &&
    [...own].every((name) => publicWords.test(name) || /status|_at$|deleted|active|ativo/i.test(name))
  )
}

/** A sub-select that compares a column with itself: its own table captured a name that meant the row. */
function captured(part: Expr): boolean {
  let found = false
  walk(part, (inner) => {
    if (inner.kind !== 'op' || inner.op !== '=') return
    const [left, right] = inner.args
    if (
      left?.kind === 'column' &&
      right?.kind === 'column' &&
      !left.own &&
      left.alias === right.alias &&
      left.name === right.name
    )
      found = true
  })
  return found
}

function hit(facts: Facts, judged: JudgedPolicy, fault: Fault, clauses: readonly string[]): Hit {
  const { relation, policy } = judged
  const who = whoText(judged.facts.exposed)
  const can = verbs(policy)
  const column = facts.tenancy.columnOf(relation) ?? facts.tenancy.ownersOf(relation).join(', ')
  const predicate = tenantPredicate(facts, relation)
  const and = (text: string | null) =>
    text === null || fault.how === 'captured' ? predicate : `${predicate} and (${text})`
  const parts = [
    ...(clauses.includes('USING') ? [`using (${and(policy.using)})`] : []),
    ...(clauses.includes('WITH CHECK') ? [`with check (${and(policy.check)})`] : []),
  ].join(' ')
  const branch = fault.how === 'branch'
  return {
    object: relationObject(relation, { part: policy.name }),
    severity: fault.severity,
    message:
      fault.how === 'nobody'
        ? askless(judged)
        : branch
          ? {
              en: `Policy ${policy.name} on ${relation.id} binds ${column}, but has a branch that does not: whoever passes that branch can ${can.en} rows of every tenant.`,
              pt: `A política ${policy.name} em ${relation.id} prende a ${column}, mas tem um ramo que não: quem passa por ele pode ${can.pt} linhas de todas as clínicas.`,
            }
          : {
              en: `Policy ${policy.name} on ${relation.id} ${fault.how === 'captured' ? 'compares a column of its sub-select with itself and so' : 'never'} ${fault.how === 'captured' ? 'does not use' : 'uses'} ${column}: ${who.en} can ${can.en} rows of every tenant once the condition holds.`,
              pt: `A política ${policy.name} em ${relation.id} ${fault.how === 'captured' ? 'compara uma coluna do subselect com ela mesma e por isso' : ''} não usa ${column}: ${who.pt} pode ${can.pt} linhas de todas as clínicas quando a condição vale.`,
            },
    evidence: {
      command: policy.command ?? 'ALL',
      roles: policy.roles ?? ['PUBLIC'],
      using: policy.using,
      check: policy.check,
      clauses,
      column,
      reads: policy.reads,
    },
    fix: fix(
      predicate === null || branch ? [] : [`${alterPolicy(judged)} ${parts}`],
      locks.brief,
      branch
        ? 'If the branch is meant (an administrator across clinics, published rows), record that; else put the tenant’s predicate around the whole condition.'
        : 'Add the tenant’s predicate, or a membership test that uses the row’s own column (qualified by the table’s name).',
      branch
        ? 'Se o ramo é intencional (administração de todas as clínicas, linhas publicadas), registre; senão ponha o predicado da clínica em volta de toda a condição.'
        : 'Acrescente o predicado da clínica, ou um teste de vínculo que use a coluna da própria linha (qualificada com o nome da tabela).',
    ),
  }
}

const askless = ({ relation, policy }: JudgedPolicy): Text => ({
  en: `Policy ${policy.name} on ${relation.id} looks the row up but never asks who is asking: the lookup holds for every tenant.`,
  pt: `A política ${policy.name} em ${relation.id} consulta a linha, mas não pergunta quem pede: a consulta vale para todas as clínicas.`,
})
