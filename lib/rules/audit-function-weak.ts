import type { Routine } from '@/lib/catalog/types-object'
import { withoutComments } from './audit-facts'
import { routineObject } from './identity'
import { defineRule, type Hit, type Severity, type Text } from './rule'

export const auditFunctionWeak = defineRule({
  id: 'audit-function-weak',
  code: 'A10',
  group: 'audit',
  severity: 'medium',
  title: { en: 'Audit function that may stay silent', pt: 'Função de auditoria que pode se calar' },
  why: {
    en: 'A function that swallows its own errors, or leaves early on a setting the caller controls, lets a change through without an entry; one that runs as the caller makes every writer hold INSERT on the log.',
    pt: 'Uma função que engole os próprios erros, ou sai antes por um ajuste que o chamador controla, deixa passar alteração sem registro; se executa como o chamador, todo usuário precisa de INSERT na trilha.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07.01', 'ISO/IEC 27001 A.8.15'],
  check(_snapshot, facts) {
    const routines = facts.snapshot.routines.filter((r) => facts.audit.functions.has(r.id))
    const hits: Hit[] = []
    const unknown: Text[] = []
    for (const routine of routines) {
      if (routine.body === null) {
        unknown.push({
          en: `The body of ${routine.id} cannot be read.`,
          pt: `O corpo de ${routine.id} não pode ser lido.`,
        })
        continue
      }
      const faults = faultsOf(routine, withoutComments(routine.body))
      if (faults.length > 0) hits.push(hit(routine, faults))
    }
    return { hits, checked: routines.length, unknown }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        if tg_op = 'UPDATE' and old is not distinct from new then return null; end if;
        insert into public.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null;
      end $$;
      revoke execute on function record_change() from public;`,
    broken: `create function record_as_caller() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
      begin insert into public.audit_log (actor, action) values (session_user, tg_op); return null; end $$;
      revoke execute on function record_as_caller() from public;
      create function record_or_not() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        if current_setting('app.quiet', true) = 'on' then return null; end if;
        insert into public.audit_log (actor, action) values (session_user, tg_op); return null;
      exception when others then return null; end $$;
      revoke execute on function record_or_not() from public;`,
    hits: ['public.record_as_caller()', 'public.record_or_not()'],
  },
})

interface Fault extends Text {
  readonly severity: Severity
  readonly line: string
}

function faultsOf(routine: Routine, body: string): Fault[] {
  const faults: Fault[] = []
  const swallow = /\bexception\s+when\s+others\s+then\b([\s\S]*?)(\bend\b|$)/i.exec(body)
  if (swallow && !/\braise\s*(;|exception\b|sqlstate\b)/i.test(swallow[1] ?? '')) {
    faults.push({
      severity: 'high',
      line: oneLine(swallow[0]),
      en: 'it swallows every error: when the entry cannot be written the change goes through all the same',
      pt: 'engole todo erro: se o registro não puder ser gravado, a alteração passa assim mesmo',
    })
  }
  const early = earlyReturn(body)
  if (early !== null) {
    faults.push({
      severity: 'high',
      line: oneLine(early),
      en: 'it leaves before writing on a condition that the session decides',
      pt: 'sai antes de gravar por uma condição que a sessão decide',
    })
  }
  if (!routine.definer) {
    faults.push({
      severity: 'medium',
      line: '',
      en: 'it runs with the rights of the writer, who then needs INSERT on the log and can add false entries',
      pt: 'executa com os direitos de quem grava, que então precisa de INSERT na trilha e pode incluir registros falsos',
    })
  }
  return faults
}

/** A RETURN before the first INSERT, under a condition that asks a setting, a user or the depth of triggers. */
function earlyReturn(body: string): string | null {
  const insert = body.search(/\binsert\s+into\b/i)
  const before = insert < 0 ? '' : body.slice(0, insert)
  for (const match of before.matchAll(
    /\b(?:els|else)?if\b((?:(?!\bthen\b)[\s\S])*)\bthen\b\s*return\b[^;]*;/gi,
  )) {
    if (/\b(current_setting|current_user|session_user|pg_trigger_depth|current_role)\b/i.test(match[1] ?? ''))
      return match[0]
  }
  return null
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)

function hit(routine: Routine, faults: readonly Fault[]): Hit {
  const onlyCaller = faults.every((fault) => fault.severity === 'medium')
  return {
    object: routineObject(routine),
    severity: onlyCaller ? 'medium' : 'high',
    message: {
      en: `Audit function ${routine.id}: ${faults.map((f) => f.en).join('; ')}.`,
      pt: `Função de auditoria ${routine.id}: ${faults.map((f) => f.pt).join('; ')}.`,
    },
    evidence: {
      definer: routine.definer,
      settings: routine.settings,
      lines: faults.map((f) => f.line).filter(Boolean),
    },
    fix: {
      sql: onlyCaller
        ? [
            `alter function ${routine.id} security definer set search_path = pg_catalog, pg_temp`,
            `revoke execute on function ${routine.id} from public`,
          ]
        : [],
      lock: '',
      advice: onlyCaller
        ? {
            en: 'Names in its body must be qualified once the path is fixed. Give the function to a NOLOGIN role that may only insert into the log.',
            pt: 'Os nomes no corpo devem ser qualificados depois de fixar o caminho. Entregue a função a um papel NOLOGIN que só possa inserir na trilha.',
          }
        : {
            en: 'Remove the handler or re-raise in it, and the early RETURN; let the change fail when it cannot be recorded. The reading is by text: look at the lines in the evidence.',
            pt: 'Remova o tratamento ou relance o erro, e o RETURN antecipado; deixe a alteração falhar se não puder ser registrada. A leitura é textual: veja as linhas na evidência.',
          },
    },
  }
}
