import type { Routine } from '@/lib/catalog/types-object'
import { definersOf, fixedPath, isDynamic, unqualifiedRelations } from './definers'
import type { Facts } from './facts'
import { quote, routineObject } from './identity'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Text } from './rule'
import { fix, locks } from './texts'

export const definerMutableSearchPath = defineRule({
  id: 'definer-mutable-search-path',
  code: 'T26',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A SECURITY DEFINER function whose names can be hijacked',
    pt: 'Função SECURITY DEFINER cujos nomes podem ser sequestrados',
  },
  why: {
    en: 'It runs with its owner’s rights but finds tables and functions along a path the caller influences: a temporary table of the right name takes the place of the real one.',
    pt: 'Ela roda com os direitos do dono, mas acha tabelas e funções por um caminho que quem chama influencia: uma tabela temporária com o nome certo toma o lugar da verdadeira.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const definers = definersOf(facts).filter((routine) => !routine.atomic)
    const hits: Hit[] = []
    const unknown: Text[] = []
    for (const routine of definers) {
      const path = fixedPath(routine)
      const open =
        path === null
          ? []
          : path.filter((schema) => schema !== 'pg_temp' && writableByOthers(facts, schema, routine))
      const last = path?.at(-1) === 'pg_temp' && path.indexOf('pg_temp') === path.length - 1
      const names = last ? [] : unqualifiedRelations(facts, routine)
      if (path === null || open.length > 0 || names.length > 0)
        hits.push(hit(facts, routine, path, open, names))
      else if (!last && (isDynamic(routine) || !['sql', 'plpgsql'].includes(routine.language)))
        unknown.push({
          en: `${routine.id} builds its statements at run time or is written in ${routine.language}, and pg_temp is not last in its path: whether a name can be hijacked is not known.`,
          pt: `${routine.id} monta comandos em tempo de execução ou é escrita em ${routine.language}, e pg_temp não é o último do caminho: não se sabe se um nome pode ser sequestrado.`,
        })
    }
    return { hits, checked: definers.length, unknown }
  },
  example: {
    clean: `
      create role :role; revoke create on schema public from public; create table members (user_id uuid primary key, clinic_id uuid not null); create index on members (clinic_id);
      alter table members enable row level security; alter table members force row level security;
      create policy own on members for select to :role using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
      create function mine(who uuid) returns uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp
        as 'select clinic_id from members where user_id = who';
      create function qualified(who uuid) returns uuid language sql stable security definer set search_path = ''
        as 'select m.clinic_id from public.members m where m.user_id is not distinct from who';
      revoke execute on function mine(uuid), qualified(uuid) from public`,
    broken: `
      alter function mine(uuid) reset search_path;
      create function mine(who uuid, "why?" text) returns uuid language sql stable security definer set search_path = ''
        as 'select m.clinic_id from public.members m where m.user_id = who';
      create or replace function mine(who uuid, "why?" text) returns uuid language plpgsql stable security definer set search_path = public
        as 'begin return (select clinic_id from members where user_id = who); end';
      revoke execute on function mine(uuid, text) from public`,
    hits: ['public.mine(uuid)', 'public.mine(uuid,text)'],
  },
})

/** May a role other than the function's owner, the schema's owner and superusers create objects in this schema? */
function writableByOthers(facts: Facts, name: string, routine: Routine): boolean {
  const schema = facts.snapshot.schemas.find((candidate) => candidate.name === name)
  if (!schema || name.startsWith('pg_')) return false
  return schema.grants.some(
    (grant) =>
      grant.privilege === 'CREATE' &&
      grant.grantee !== schema.owner &&
      (grant.grantee === null ||
        !(
          facts.roles.superuser(grant.grantee) ||
          grant.grantee === routine.owner ||
          facts.roles.inherits(grant.grantee).has(routine.owner)
        )),
  )
}

function hit(
  facts: Facts,
  routine: Routine,
  path: readonly string[] | null,
  open: readonly string[],
  names: readonly string[],
): Hit {
  const schemas = new Set(['pg_catalog'])
  for (const schema of path ?? []) if (schema !== 'pg_temp' && !open.includes(schema)) schemas.add(schema)
  if (path === null || names.length > 0) {
    for (const name of names.length > 0 ? names : unqualifiedRelations(facts, routine))
      for (const relation of facts.snapshot.relations)
        if (relation.name === name && facts.schemas.has(relation.schema)) schemas.add(relation.schema)
    if (path === null && !writableByOthers(facts, routine.schema, routine)) schemas.add(routine.schema)
  }
  const wanted = [...schemas].filter((schema) => !writableByOthers(facts, schema, routine))
  const because: Text =
    path === null
      ? { en: 'has no fixed search_path', pt: 'não tem search_path fixo' }
      : open.length > 0
        ? {
            en: `searches ${open.join(', ')}, where others may create objects`,
            pt: `procura em ${open.join(', ')}, onde outros podem criar objetos`,
          }
        : {
            en: `names ${names.join(', ')} without a schema, and pg_temp is searched first`,
            pt: `cita ${names.join(', ')} sem esquema, e pg_temp é procurado primeiro`,
          }
  return {
    object: routineObject(routine),
    message: {
      en: `${routine.id} runs as ${routine.owner} and ${because.en}: a caller can make it use objects of their own.`,
      pt: `${routine.id} roda como ${routine.owner} e ${because.pt}: quem a chama pode fazê-la usar objetos próprios.`,
    },
    evidence: { owner: routine.owner, searchPath: path, writableSchemas: open, unqualified: names },
    fix: fix(
      [`alter routine ${routine.id} set search_path = ${[...wanted.map(quote), 'pg_temp'].join(', ')}`],
      locks.none,
      'Check that every name in the body is found in these schemas. Naming pg_temp last is what keeps temporary tables out; qualifying every name in the body does too.',
      'Verifique se todo nome do corpo está nesses esquemas. Citar pg_temp por último é o que deixa as tabelas temporárias de fora; qualificar todos os nomes do corpo também.',
    ),
  }
}
