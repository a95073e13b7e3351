import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { auditedTables, freshName, triggerSql } from './audited'
import { ofFacts, perFacts, type Facts, type Reach } from './facts'
import { gather } from './gather'
import { qualified, relationObject, roleName, roleObject } from './identity'
import { refusal } from './refusal'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'
import { fires } from './trees'

export const auditTruncateGap = defineRule({
  id: 'audit-truncate-gap',
  code: 'A05',
  group: 'audit',
  severity: 'high',
  title: { en: 'TRUNCATE leaves no trace', pt: 'TRUNCATE não deixa rastro' },
  why: {
    en: 'Row triggers do not fire on TRUNCATE, and row-level security does not apply to it: one statement empties the table of every clinic, and the trail stays silent.',
    pt: 'Gatilhos de linha não disparam no TRUNCATE, e a RLS não se aplica a ele: um comando esvazia a tabela de todas as clínicas e a trilha fica calada.',
  },
  references: ['LGPD art. 37', 'LGPD art. 46', 'SBIS NGS1.07.01', 'ISO/IEC 27001 A.8.15'],
  // Null stands for a table that nobody can empty unseen.
  gather(facts): (Relation | null)[] {
    const partitions = facts.governed.filter((t) => t.isPartition && truncators(facts, t).length > 0)
    return [...auditedTables(facts), ...partitions].map((table) => {
      if (table.triggers.some((t) => seesTruncate(facts, t))) return null
      // A role nobody can act as empties nothing.
      return truncators(facts, table).length > 0 || facts.roles.reachable(table.owner) ? table : null
    })
  },
  check(_snapshot, facts, tables) {
    const hits: Hit[] = []
    const byOwner = new Map<string, Relation[]>()
    for (const table of tables) {
      if (table === null) continue
      const others = truncators(facts, table)
      if (others.length > 0) hits.push(hit(facts, table, others))
      else gather(byOwner, table.owner, table)
    }
    for (const [owner, owned] of byOwner) hits.push(ofOwner(facts, owner, owned))
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `create role :role;
      create function refuse_truncate() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$ begin raise exception 'refused'; end $$;
      revoke execute on function refuse_truncate() from public;
      create table patient (id uuid primary key default gen_random_uuid(), email text);
      create trigger refuse_truncate before truncate on patient for each statement execute function refuse_truncate();
      alter table patient enable always trigger refuse_truncate; grant truncate on patient to :role;`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), email text); grant truncate on visit to :role;`,
    hits: ['public.visit'],
  },
})

/** Roles beside the owner that hold TRUNCATE on the table; `null` is PUBLIC. */
const truncators = (facts: Facts, table: Relation) => truncatorsIn(facts, facts.reach(table))

/** Thousands of tables share one list of who is reached. */
const truncatorsIn = perFacts((_facts, reach: readonly Reach[]) =>
  reach.filter(({ privileges }) => privileges.has('TRUNCATE')).map(({ role }) => role),
)

/** Records the truncation, or refuses it. */
const seesTruncate = (facts: Facts, trigger: Trigger) =>
  trigger.events.includes('truncate') &&
  fires(trigger) &&
  (facts.audit.functions.has(trigger.routine) ||
    facts.audit.opaque.has(trigger.routine) ||
    refusal(facts, trigger) !== 'never')

/** A truncate trigger of another table that this one may copy: by the function that most use. */
const model = ofFacts((facts): { readonly trigger: Trigger | null } => {
  const uses = new Map<string, { count: number; trigger: Trigger }>()
  for (const table of facts.roots) {
    for (const trigger of table.triggers) {
      if (!seesTruncate(facts, trigger)) continue
      const known = uses.get(trigger.routine)
      if (known) known.count++
      else uses.set(trigger.routine, { count: 1, trigger })
    }
  }
  const [best] = [...uses].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
  return { trigger: best?.[1].trigger ?? null }
})

const advice = {
  en: 'Add a BEFORE TRUNCATE … FOR EACH STATEMENT trigger that records or refuses it, and enable it ALWAYS.',
  pt: 'Adicione um gatilho BEFORE TRUNCATE … FOR EACH STATEMENT que registre ou recuse, e ative-o com ALWAYS.',
}

function hit(facts: Facts, table: Relation, others: readonly (string | null)[]): Hit {
  const id = qualified(table.schema, table.name)
  const copied = model(facts).trigger
  const name = copied
    ? freshName(
        copied.name,
        table.triggers.map((t) => t.name),
      )
    : ''
  const who = others.map((role) => role ?? 'PUBLIC').join(', ')
  return {
    object: relationObject(table),
    message: {
      en: `${who} may TRUNCATE ${id}, and no statement trigger records or refuses it: every row can go without a trace.`,
      pt: `${who} pode executar TRUNCATE em ${id}, e nenhum gatilho de comando registra ou recusa: todas as linhas podem sumir sem rastro.`,
    },
    evidence: { truncate: others.map((role) => role ?? 'PUBLIC'), owner: table.owner },
    fix: {
      sql: [
        ...others.map((role) => `revoke truncate on table ${id} from ${roleName(role)}`),
        ...(copied ? triggerSql(table, copied, ['truncate'], name) : []),
      ],
      lock: copied ? 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on' : '',
      advice,
    },
  }
}

/** Where only the owner can, one finding for all its tables: it is a smaller matter, and the same one. */
function ofOwner(facts: Facts, owner: string, tables: readonly Relation[]): Hit {
  const copied = model(facts).trigger
  const names = tables.map((t) => qualified(t.schema, t.name))
  return {
    object: roleObject(owner),
    severity: 'low',
    message: {
      en: `Only ${owner} may TRUNCATE ${counted(tables.length, 'audited table', 'audited tables')} it owns; no statement trigger would record it.`,
      pt: `Só ${owner} pode executar TRUNCATE em ${counted(tables.length, 'tabela auditada', 'tabelas auditadas')} que possui; nenhum gatilho de comando o registraria.`,
    },
    evidence: { owner, tables: names.slice(0, 50), count: names.length },
    fix: {
      sql: copied
        ? tables.flatMap((table) =>
            triggerSql(
              table,
              copied,
              ['truncate'],
              freshName(
                copied.name,
                table.triggers.map((t) => t.name),
              ),
            ),
          )
        : [],
      lock: copied ? 'SHARE ROW EXCLUSIVE for a moment on each: writes wait, reads go on' : '',
      advice,
    },
  }
}
