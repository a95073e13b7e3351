import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { later, type Said } from './found'
import { relationObject } from './identity'
import { perFacts } from './memo'
import { isolationReferences } from './references'
import { defineRule, type Severity } from './rule'
import { fix, locks } from './texts'

export const rlsNotForced = defineRule({
  id: 'rls-not-forced',
  code: 'T02',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'The owner walks past row-level security',
    pt: 'O dono passa por cima da segurança por linha',
  },
  why: {
    en: 'Without FORCE no policy applies to the table’s owner, nor to anyone who logs in as the owner, becomes it or inherits its rights.',
    pt: 'Sem FORCE nenhuma política vale para o dono da tabela, nem para quem entra como ele, se torna ele ou herda seus direitos.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.roots.filter((r) => r.rls)
    return {
      hits: tables
        .filter((r) => !r.rlsForced)
        .map((r) => later(relationObject(r), () => said(facts, r), ownerOf(facts, r.owner).severity)),
      checked: tables.length,
      unknown: [],
    }
  },
  example: {
    clean: `
      create role :role login; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id); alter table patients owner to :role;
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid))`,
    broken: 'alter table patients no force row level security',
    hits: ['public.patients'],
  },
})

/** Who acts as an owner, and how bad that is where policies do not bind it. */
const ownerOf = perFacts((facts, owner: string) => {
  const exempt = facts.roles.exempt(owner)
  const members = [...facts.roles.reachedBy(owner)]
    .filter((name) => name !== owner && !facts.roles.superuser(name))
    .sort()
  const login = facts.role.get(owner)?.login === true
  const severity: Severity = exempt ? 'low' : login || members.length > 0 ? 'high' : 'medium'
  return { exempt, members, login, severity }
})

function said(facts: Facts, relation: Relation): Said {
  const { owner } = relation
  const { exempt, members, login } = ownerOf(facts, owner)
  const definers = definersOf(facts, relation)
  const by = members.length > 0 ? members.slice(0, 4).join(', ') : owner
  return {
    message: exempt
      ? {
          en: `${relation.id} is not forced; its owner ${owner} is superuser or BYPASSRLS, so FORCE alone would not bind it: give the table to an ordinary role as well.`,
          pt: `${relation.id} não tem FORCE; o dono ${owner} é superusuário ou BYPASSRLS, então FORCE sozinho não o alcança: passe também a tabela a um papel comum.`,
        }
      : {
          en: `${relation.id} is not forced: its owner ${owner}${members.length > 0 ? `, and through it ${by},` : ''} reads and writes every row whatever the policies say.`,
          pt: `${relation.id} não tem FORCE: o dono ${owner}${members.length > 0 ? `, e por ele ${by},` : ''} lê e grava todas as linhas, digam o que disserem as políticas.`,
        },
    evidence: {
      owner,
      ownerCanLogIn: login,
      ownerExempt: exempt,
      reachedBy: members,
      definerFunctions: definers,
    },
    fix: fix(
      [`alter table ${relation.id} force row level security`],
      locks.brief,
      definers.length > 0
        ? `These SECURITY DEFINER functions of ${owner} will be filtered too, and may return fewer rows: ${definers.join(', ')}.`
        : 'Jobs and migrations that run as the owner are filtered afterwards; give them policies of their own.',
      definers.length > 0
        ? `Estas funções SECURITY DEFINER de ${owner} também passarão a ser filtradas e podem devolver menos linhas: ${definers.join(', ')}.`
        : 'Rotinas e migrações que rodam como o dono passam a ser filtradas; dê a elas políticas próprias.',
    ),
  }
}

/** Definer functions of the owner that name the table: FORCE will filter what they read. */
function definersOf(facts: Facts, relation: Relation): string[] {
  return facts.snapshot.routines
    .filter(
      (routine) =>
        routine.definer &&
        routine.owner === relation.owner &&
        (routine.reads.some((use) => use.relation === relation.id) ||
          (routine.body ?? '').includes(relation.name)),
    )
    .map((routine) => routine.id)
}
