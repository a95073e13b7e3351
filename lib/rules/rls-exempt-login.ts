import type { Facts } from './facts'
import { quote, roleObject } from './identity'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Text } from './rule'
import { fix, locks } from './texts'

export const rlsExemptLogin = defineRule({
  id: 'rls-exempt-login',
  code: 'T32',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'An application role can pass every policy',
    pt: 'Papel da aplicação pode passar por cima das políticas',
  },
  why: {
    en: 'SUPERUSER and BYPASSRLS are reached by SET ROLE, ownership is inherited: an injected statement in the application then reads every clinic.',
    pt: 'A SUPERUSER e BYPASSRLS chega-se por SET ROLE, a propriedade é herdada: um comando injetado na aplicação lê então todas as clínicas.',
  },
  references: isolationReferences,
  check(snapshot, facts) {
    const declared = facts.config.applicationRoles !== undefined
    const roles = [
      ...new Set([...facts.applicationRoles, ...(declared ? [] : grantedSuperusers(facts))]),
    ].filter((name) => facts.role.has(name))
    const unknown: Text[] = facts.applicationRoles
      .filter((name) => !facts.role.has(name))
      .map((name) => ({
        en: `The configured application role ${name} does not exist on this server.`,
        pt: `O papel de aplicação configurado ${name} não existe neste servidor.`,
      }))
    const owners = new Set(facts.governed.filter((r) => r.rls).map((r) => r.owner))
    const hits = roles.flatMap((name) => hit(facts, name, owners, declared))
    return {
      hits,
      checked: roles.length,
      unknown: snapshot.roles.length === 0 ? [...unknown, noRoles] : unknown,
    }
  },
  example: {
    clean: `
      create role :role; create role :role_owner; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients owner to :role_owner;
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'grant :role_owner to :role',
    hits: ['role :role'],
  },
})

const noRoles: Text = {
  en: 'The roles of this server could not be read.',
  pt: 'Os papéis deste servidor não puderam ser lidos.',
}

/** Superusers that tables are granted to by name although they need no grant: an application was meant. */
function grantedSuperusers(facts: Facts): readonly string[] {
  const owners = new Set(facts.snapshot.relations.map((relation) => relation.owner))
  const admins = new Set(facts.config.adminRoles ?? [])
  const named = new Set<string>()
  // Thousands of tables share one list of grants.
  for (const grants of new Set(facts.governed.map((relation) => relation.grants)))
    for (const { grantee } of grants) if (grantee !== null) named.add(grantee)
  return [...named].filter(
    (name) =>
      facts.roles.superuser(name) &&
      !owners.has(name) &&
      !admins.has(name) &&
      !/^(postgres|rdsadmin|cloudsqladmin|supabase_.*)$/.test(name),
  )
}

function hit(facts: Facts, name: string, owners: ReadonlySet<string>, declared: boolean): Hit[] {
  const inherits = facts.roles.inherits(name)
  const becomes = facts.roles.becomes(name)
  const itself = facts.roles.exempt(name)
  const exempt = [...becomes].filter((role) => role !== name && facts.roles.exempt(role)).sort()
  const owned = [...facts.roles.reaches(name)].filter((role) => owners.has(role)).sort()
  if (!itself && exempt.length === 0 && owned.length === 0) return []
  const direct = facts.snapshot.memberships.filter(
    (m) =>
      m.member === name &&
      ([...exempt].some((role) => m.set && facts.roles.becomes(m.role).has(role)) ||
        owned.some((role) => facts.roles.reaches(m.role).has(role))),
  )
  const ways = [
    ...(itself ? [facts.roles.superuser(name) ? 'SUPERUSER' : 'BYPASSRLS'] : []),
    ...exempt.map((role) => `SET ROLE ${role}`),
    ...owned.map((role) =>
      role === name ? 'owner' : inherits.has(role) ? `inherits owner ${role}` : `SET ROLE ${role}`,
    ),
  ]
  const attribute = facts.roles.superuser(name) ? 'nosuperuser' : 'nobypassrls'
  return [
    {
      object: roleObject(name),
      severity: declared ? 'critical' : 'high',
      message: {
        en: `Application role ${name} can pass the policies: ${[...new Set(ways)].join(', ')}.`,
        pt: `O papel de aplicação ${name} pode passar por cima das políticas: ${[...new Set(ways)].join(', ')}.`,
      },
      evidence: {
        exemptItself: itself,
        becomesExempt: exempt,
        reachesOwners: owned,
        login: facts.role.get(name)?.login ?? null,
        declared,
      },
      fix: fix(
        owned.includes(name)
          ? []
          : [
              ...(itself ? [`alter role ${quote(name)} ${attribute}`] : []),
              ...direct.map((m) => `revoke ${quote(m.role)} from ${quote(name)}`),
            ],
        locks.none,
        'Run the application as a role that owns nothing and is a member of no owner; migrations get a login of their own.',
        'Rode a aplicação com um papel que não é dono de nada nem membro de dono; migrações recebem login próprio.',
      ),
    },
  ]
}
