import type { Routine } from '@/lib/catalog/types-object'
import type { Facts } from './facts'
import { quote, routineObject } from './identity'
import { defineRule, type Hit } from './rule'

export const functionPublicExecute = defineRule({
  id: 'function-public-execute',
  code: 'P04',
  group: 'privileges',
  severity: 'low',
  title: { en: 'Function that everyone may execute', pt: 'Função que todos podem executar' },
  why: {
    en: 'Every new function may be executed by PUBLIC unless somebody takes that away. One that runs as its caller opens no data by itself, yet it is a surface nobody chose.',
    pt: 'Toda função nova pode ser executada por PUBLIC até alguém revogar. A que executa como o chamador não abre dados por si, mas é uma superfície que ninguém escolheu.',
  },
  references: ['CIS PostgreSQL 4.5', 'ISO/IEC 27001 A.5.15', 'ISO/IEC 27001 A.8.27'],
  check(_snapshot, facts) {
    // Trigger functions are not called, and definer functions are a graver matter with a rule of their own.
    const mine = facts.routines.filter(
      (r) =>
        r.returns !== 'trigger' &&
        r.returns !== 'event_trigger' &&
        !r.definer &&
        (r.kind === 'function' || r.kind === 'procedure'),
    )
    return {
      hits: mine.filter((r) => isOpen(facts, r)).map((r) => hit(facts, r)),
      checked: mine.length,
      unknown: [],
    }
  },
  example: {
    clean: `create function one() returns int language sql as 'select 1'; revoke execute on function one() from public;`,
    broken: `create function two() returns int language sql as 'select 2'; create function two(a text, "B" int) returns int language sql as 'select 2';`,
    hits: ['public.two()', 'public.two(text,integer)'],
  },
})

/** PUBLIC holds EXECUTE, and somebody beside the owner may use the schema. */
function isOpen(facts: Facts, routine: Routine): boolean {
  if (!routine.grants.some((g) => g.grantee === null && g.privilege === 'EXECUTE')) return false
  const schema = facts.snapshot.schemas.find((s) => s.name === routine.schema)
  return schema?.grants.some((g) => g.privilege === 'USAGE' && g.grantee !== schema.owner) ?? false
}

function hit(facts: Facts, routine: Routine): Hit {
  const what = `${routine.kind === 'procedure' ? 'procedure' : 'function'} ${routine.id}`
  const roles = facts.applicationRoles.map(quote)
  const writes = routine.volatility === 'volatile' && routine.language !== 'c'
  return {
    object: routineObject(routine),
    message: {
      en: `Every role may execute ${routine.id}; it runs with the caller’s rights.`,
      pt: `Todo papel pode executar ${routine.id}; ela executa com os direitos do chamador.`,
    },
    evidence: { language: routine.language, volatility: routine.volatility, mayWrite: writes },
    fix: {
      sql: [
        ...(roles.length > 0 ? [`grant execute on ${what} to ${roles.join(', ')}`] : []),
        `revoke execute on ${what} from public`,
      ],
      lock: '',
      advice: {
        en: 'Policies, defaults and checks that call it run as the writer, who needs EXECUTE: hence the grant first. For new functions: alter default privileges … revoke execute on functions from public.',
        pt: 'Políticas, valores padrão e checks que a chamam executam como quem grava, que precisa de EXECUTE: por isso o grant antes. Para novas funções: alter default privileges … revoke execute on functions from public.',
      },
    },
  }
}
