import { auditedTables } from './audited'
import type { Facts } from './facts'
import { qualified, quote, relationObject, routineObject, roleObject, schemaObject } from './identity'
import { defineRule, type FindingObject, type Hit } from './rule'
import { counted } from './texts'

export const auditOwnerIsApp = defineRule({
  id: 'audit-owner-is-app',
  code: 'A08',
  group: 'audit',
  severity: 'high',
  title: { en: 'Audit is owned by a login role', pt: 'A auditoria pertence a um papel com login' },
  why: {
    en: 'An owner can disable the trigger, drop the log or replace the function, whatever the grants say. If a program logs in as the owner, so can whoever takes over the program.',
    pt: 'O dono pode desligar o gatilho, apagar a trilha ou trocar a função, digam o que disserem os grants. Se um programa conecta como dono, quem o invadir também pode.',
  },
  references: ['LGPD art. 46', 'SBIS NGS1.07.02', 'ISO/IEC 27001 A.5.3', 'ISO/IEC 27001 A.8.15'],
  check(snapshot, facts) {
    const logs = [...facts.audit.logs].filter((log) => !log.isPartition && log.extension === null)
    const schemas = snapshot.schemas.filter(
      (s) => s.name !== 'public' && logs.some((log) => log.schema === s.name),
    )
    const routines = facts.routines.filter((r) => facts.audit.functions.has(r.id))
    const tables = logs.length > 0 ? auditedTables(facts) : []
    const hits: Hit[] = []
    const judge = (owner: string, object: FindingObject, statement: string, name: string) => {
      const by = logins(facts, owner)
      if (by.length > 0) hits.push(hit(facts, owner, by, object, statement, name))
    }
    for (const log of logs) {
      const id = qualified(log.schema, log.name)
      judge(log.owner, relationObject(log), `alter table ${id}`, id)
    }
    for (const schema of schemas)
      judge(schema.owner, schemaObject(schema.name), `alter schema ${quote(schema.name)}`, quote(schema.name))
    for (const routine of routines)
      judge(routine.owner, routineObject(routine), `alter function ${routine.id}`, routine.id)
    for (const owner of [...new Set(tables.map((t) => t.owner))].sort()) {
      const by = logins(facts, owner)
      const owned = tables.filter((t) => t.owner === owner).map((t) => qualified(t.schema, t.name))
      if (by.length > 0) hits.push(ofTables(facts, owner, by, owned))
    }
    return { hits, checked: logs.length + schemas.length + routines.length + tables.length, unknown: [] }
  },
  example: {
    clean: `create role :role_owner; create role :role_app login;
      create table room (id int primary key); alter table room owner to :role_owner;
      create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      alter table audit_log owner to :role_owner;`,
    broken: `alter table audit_log owner to :role_app;`,
    hits: ['public.audit_log'],
  },
})

/** Login roles, superusers and declared administrators apart, that are the owner or can become it. */
function logins(facts: Facts, owner: string): readonly string[] {
  const admins = new Set(facts.config.adminRoles ?? [])
  return [...facts.roles.reachedBy(owner)]
    .filter((name) => {
      const role = facts.role.get(name)
      return role?.login === true && !role.superuser && !role.predefined && !admins.has(name)
    })
    .sort()
}

/** A role that owns governed relations and that nobody can act as: the right owner, if there is one. */
function quietOwner(facts: Facts): string | null {
  const owners = [...new Set(facts.governed.map((r) => r.owner))].sort()
  return (
    owners.find((name) => facts.role.get(name)?.login === false && logins(facts, name).length === 0) ?? null
  )
}

const advice = {
  en: 'Give it to a NOLOGIN role of its own that no program is a member of. People who migrate belong under adminRoles in the configuration.',
  pt: 'Entregue a um papel NOLOGIN próprio, do qual nenhum programa seja membro. Quem migra o esquema fica em adminRoles na configuração.',
}

function hit(
  facts: Facts,
  owner: string,
  by: readonly string[],
  object: FindingObject,
  statement: string,
  name: string,
): Hit {
  const to = quietOwner(facts)
  return {
    object,
    message: {
      en: `${name} is part of the audit and belongs to ${owner}; ${by.join(', ')} can log in as its owner, and then disable, replace or drop it.`,
      pt: `${name} faz parte da auditoria e pertence a ${owner}; ${by.join(', ')} pode conectar como dono e então desligar, trocar ou remover.`,
    },
    evidence: { owner, logins: by },
    fix: {
      sql: to === null ? [] : [`${statement} owner to ${quote(to)}`],
      lock: to === null ? '' : 'ACCESS EXCLUSIVE for a moment',
      advice,
    },
  }
}

function ofTables(facts: Facts, owner: string, by: readonly string[], tables: readonly string[]): Hit {
  const to = quietOwner(facts)
  return {
    object: roleObject(owner),
    message: {
      en: `Role ${owner} owns ${counted(tables.length, 'audited table', 'audited tables')}, and ${by.join(', ')} can log in as it: it may disable the audit triggers.`,
      pt: `O papel ${owner} é dono de ${counted(tables.length, 'tabela auditada', 'tabelas auditadas')}, e ${by.join(', ')} pode conectar como ele: pode desligar os gatilhos de auditoria.`,
    },
    evidence: { owner, logins: by, tables: tables.slice(0, 50) },
    fix: {
      sql: to === null ? [] : tables.map((id) => `alter table ${id} owner to ${quote(to)}`),
      lock: to === null ? '' : 'ACCESS EXCLUSIVE for a moment on each',
      advice,
    },
  }
}
