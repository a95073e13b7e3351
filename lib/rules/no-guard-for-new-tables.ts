import { withoutComments } from './audit-facts'
import { databaseObject, quote, roleName, schemaObject } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

export const noGuardForNewTables = defineRule({
  id: 'no-guard-for-new-tables',
  code: 'T37',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'The next table is born open', pt: 'A próxima tabela nasce aberta' },
  why: {
    en: 'Default privileges already grant tables that do not exist yet, and nothing stops one from being created without row-level security: one forgotten line in a migration opens it.',
    pt: 'Os privilégios padrão já concedem tabelas que ainda não existem, e nada impede que uma seja criada sem segurança por linha: uma linha esquecida na migração a abre.',
  },
  references: isolationReferences,
  check(snapshot, facts) {
    const governed = snapshot.defaultPrivileges.filter(
      (d) => d.objects === 'tables' && (d.schema === null || facts.schemas.has(d.schema)),
    )
    if (facts.config.declared?.newTableGuard)
      return { hits: [], checked: Math.max(1, governed.length), unknown: [] }
    const guarded = snapshot.eventTriggers.some(
      (trigger) =>
        trigger.event === 'ddl_command_end' &&
        (trigger.enabled === 'origin' || trigger.enabled === 'always') &&
        /row\s+level\s+security|relrowsecurity|raise\s+exception/i.test(
          withoutComments(facts.routine.get(trigger.routine)?.body ?? ''),
        ),
    )
    if (guarded) return { hits: [], checked: 1, unknown: [] }
    const hits = governed.flatMap((entry) => {
      const open = entry.grants.filter(
        (grant) =>
          grant.grantee !== entry.role &&
          (grant.grantee === null || !facts.roles.exempt(grant.grantee)) &&
          ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(grant.privilege),
      )
      if (open.length === 0) return []
      const roles = [...new Set(open.map((grant) => grant.grantee))]
      const who = whoText(roles)
      const where = entry.schema === null ? '' : ` in schema ${quote(entry.schema)}`
      return [
        {
          object:
            entry.schema === null
              ? databaseObject(snapshot.database, entry.role)
              : schemaObject(entry.schema, entry.role),
          message: {
            en: `Every table that ${entry.role} will create${entry.schema === null ? '' : ` in ${entry.schema}`} is granted to ${who.en} at once, and no event trigger demands row-level security.`,
            pt: `Toda tabela que ${entry.role} criar${entry.schema === null ? '' : ` em ${entry.schema}`} é concedida a ${who.pt} de imediato, e nenhum gatilho de evento exige segurança por linha.`,
          },
          evidence: {
            role: entry.role,
            schema: entry.schema,
            grants: open.map((grant) => `${grant.grantee ?? 'PUBLIC'} ${grant.privilege}`),
          },
          fix: fix(
            roles.map(
              (role) =>
                `alter default privileges for role ${quote(entry.role)}${where} revoke all on tables from ${roleName(role)}`,
            ),
            locks.none,
            'Grant each table when its policies are in place, or install an event trigger that refuses tables without them; a check in CI can be declared in the configuration.',
            'Conceda cada tabela quando suas políticas estiverem prontas, ou instale um gatilho de evento que recuse tabelas sem elas; uma verificação no CI pode ser declarada na configuração.',
          ),
        },
      ]
    })
    return { hits, checked: Math.max(1, governed.length), unknown: [] }
  },
  example: {
    clean: 'create role :role; create role :role_migrator',
    broken:
      'alter default privileges for role :role_migrator in schema public grant select, insert on tables to :role',
    hits: ['schema public/:role_migrator'],
  },
})
