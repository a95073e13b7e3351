import type { Routine } from '@/lib/catalog/types-object'
import { definersOf, isDynamic, passesPolicies, relationsUsed } from './definers'
import type { Facts } from './facts'
import { quote, routineObject } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity } from './rule'
import { fix, locks } from './texts'

export const definerOpenExecute = defineRule({
  id: 'definer-open-execute',
  code: 'T27',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'Anyone may run a function that passes the policies',
    pt: 'Qualquer um executa uma função que passa por cima das políticas',
  },
  why: {
    en: 'The function runs with the rights of an owner whom no policy binds, and EXECUTE was never taken from PUBLIC: whoever can connect calls it and gets what it returns.',
    pt: 'A função roda com os direitos de um dono a quem nenhuma política se aplica, e o EXECUTE nunca foi tirado de PUBLIC: quem consegue se conectar a chama e recebe o que ela devolve.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const definers = definersOf(facts).filter(
      (routine) => routine.returns !== 'trigger' && routine.returns !== 'event_trigger',
    )
    return { hits: definers.flatMap((routine) => hit(facts, routine)), checked: definers.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create function how_many() returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp
        as 'select count(*) from public.patients';
      revoke execute on function how_many() from public; grant execute on function how_many() to :role`,
    broken: 'grant execute on function how_many() to public',
    hits: ['public.how_many()'],
  },
})

function hit(facts: Facts, routine: Routine): Hit[] {
  const schema = facts.snapshot.schemas.find((candidate) => candidate.name === routine.schema)
  const open = routine.grants.filter(
    (grant) =>
      grant.privilege === 'EXECUTE' &&
      (grant.grantee === null || facts.unauthenticatedRoles.has(grant.grantee)),
  )
  // PUBLIC's EXECUTE reaches whoever may use the schema.
  const usable = open.filter((grant) =>
    grant.grantee === null
      ? (schema?.grants ?? []).some((usage) => usage.privilege === 'USAGE' && usage.grantee !== schema?.owner)
      : facts.roles.holds(grant.grantee, schema?.grants ?? [], 'USAGE'),
  )
  if (usable.length === 0) return []
  const used = relationsUsed(facts, routine)
  const passed = used.filter((relation) => passesPolicies(facts, routine.owner, relation))
  const exempt = facts.roles.exempt(routine.owner)
  const dynamic = isDynamic(routine)
  if (passed.length === 0 && !(exempt && (used.length > 0 || dynamic))) return []
  const helper = isPolicyHelper(facts, routine)
  const severity: Severity = helper ? 'low' : passed.length > 0 || dynamic ? 'critical' : 'medium'
  const who = whoText(usable.map((grant) => grant.grantee))
  const tables = passed.map((relation) => relation.id)
  const narrower = facts.applicationRoles.filter((name) => !facts.unauthenticatedRoles.has(name) && helper)
  return [
    {
      object: routineObject(routine),
      severity,
      message: {
        en: `${who.en} may execute ${routine.id}, which runs as ${routine.owner} and is bound by no policy${tables.length > 0 ? ` of ${tables.join(', ')}` : ''}.`,
        pt: `${who.pt} pode executar ${routine.id}, que roda como ${routine.owner} e a quem nenhuma política${tables.length > 0 ? ` de ${tables.join(', ')}` : ''} se aplica.`,
      },
      evidence: {
        owner: routine.owner,
        ownerExempt: exempt,
        executableBy: usable.map((grant) => grant.grantee ?? 'PUBLIC'),
        tables,
        dynamic,
        usedByPolicies: helper,
      },
      fix: fix(
        [
          ...usable.map(
            (grant) =>
              `revoke execute on routine ${routine.id} from ${grant.grantee === null ? 'public' : quote(grant.grantee)}`,
          ),
          ...(narrower.length > 0
            ? [`grant execute on routine ${routine.id} to ${narrower.map(quote).join(', ')}`]
            : []),
        ],
        locks.none,
        'Grant EXECUTE to the roles that need it; a function that policies call needs it for every role those policies are for.',
        'Conceda EXECUTE aos papéis que precisam; função chamada por políticas precisa dele para cada papel dessas políticas.',
      ),
    },
  ]
}

/** Called by policies and answering about the caller only: it must stay executable, and gives little away. */
function isPolicyHelper(facts: Facts, routine: Routine): boolean {
  if (
    !/^(boolean|uuid|uuid\[\]|bigint|integer|text)$/.test(routine.returns) &&
    !routine.returns.startsWith('SETOF uuid')
  )
    return false
  return facts.governed.some((relation) =>
    relation.policies.some((policy) => policy.calls.includes(routine.id)),
  )
}
