import type { Role } from '@/lib/catalog/types-server'
import type { Facts } from './facts'
import { quote, roleObject } from './identity'
import { defineRule, type Hit } from './rule'

const dangerous = new Set([
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_write_all_data',
  'pg_read_all_data',
])

export const excessAdmin = defineRule({
  id: 'excess-admin',
  code: 'P05',
  group: 'privileges',
  severity: 'medium',
  title: { en: 'Role with more power than its work needs', pt: 'Papel com mais poder que o necessário' },
  why: {
    en: 'A superuser, a role that may create roles, or a member of a server-file role walks past every policy and grant. A program never needs to be one.',
    pt: 'Um superusuário, um papel que cria papéis ou um membro de papel de arquivos do servidor passa por toda política e grant. Um programa nunca precisa disso.',
  },
  references: ['LGPD art. 46', 'CIS PostgreSQL 4.3', 'ISO/IEC 27001 A.8.2'],
  check(snapshot, facts) {
    const programs = programRoles(facts)
    const declared = facts.config.adminRoles ? new Set(facts.config.adminRoles) : null
    const mine = snapshot.roles.filter((r) => !r.predefined)
    return {
      checked: mine.length,
      unknown: [],
      hits: mine.flatMap((role) => {
        if (declared?.has(role.name)) return []
        const isProgram = programs.has(role.name)
        const powers = powersOf(facts, role)
        // Without a list of administrators only what a program uses can be called too much.
        if (powers.length === 0 || !(isProgram || (declared && role.login))) return []
        return [hit(role, powers, isProgram)]
      }),
    }
  },
  example: {
    clean: `create role :role login; create table t (id int primary key); grant select on t to :role;`,
    broken: `create role :role_b login createrole; grant select on t to :role_b; grant pg_read_server_files to :role;`,
    hits: ['role :role', 'role :role_b'],
  },
})

/** Login roles that hold grants on governed relations by name, superusers with such grants included; owners are not. */
function programRoles(facts: Facts): ReadonlySet<string> {
  const found = new Set(facts.applicationRoles)
  for (const table of facts.governed)
    for (const grant of table.grants)
      if (
        grant.grantee !== null &&
        grant.grantee !== table.owner &&
        facts.role.get(grant.grantee)?.login &&
        !facts.role.get(grant.grantee)?.predefined
      )
        found.add(grant.grantee)
  return found
}

function powersOf(facts: Facts, role: Role): string[] {
  const through = [...facts.roles.reaches(role.name)].filter((name) => name !== role.name)
  const has = (test: (r: Role) => boolean) =>
    through.find((name) => {
      const r = facts.role.get(name)
      return r !== undefined && !r.predefined && test(r)
    })
  return [
    ...(role.superuser
      ? ['SUPERUSER']
      : has((r) => r.superuser)
        ? [`SUPERUSER through ${has((r) => r.superuser) ?? ''}`]
        : []),
    ...(role.createRole ? ['CREATEROLE'] : []),
    ...(role.replication ? ['REPLICATION'] : []),
    ...(role.superuser ? [] : through.filter((name) => dangerous.has(name)).sort()),
  ]
}

function hit(role: Role, powers: readonly string[], isProgram: boolean): Hit {
  const attributes = [
    role.superuser ? 'nosuperuser' : '',
    role.createRole ? 'nocreaterole' : '',
    role.replication ? 'noreplication' : '',
  ].filter(Boolean)
  const memberships = powers.filter((p) => dangerous.has(p))
  const whole = powers.some(
    (p) => p.startsWith('SUPERUSER') || p === 'pg_execute_server_program' || p === 'pg_write_server_files',
  )
  return {
    object: roleObject(role.name),
    ...(isProgram ? { severity: whole ? ('critical' as const) : ('high' as const) } : {}),
    message: {
      en: `${role.name} ${isProgram ? 'is used by a program and' : 'is not a declared administrator and'} has ${powers.join(', ')}.`,
      pt: `${role.name} ${isProgram ? 'é usado por um programa e' : 'não é administrador declarado e'} tem ${powers.join(', ')}.`,
    },
    evidence: { powers, login: role.login },
    fix: {
      sql: [
        ...(attributes.length > 0 ? [`alter role ${quote(role.name)} ${attributes.join(' ')}`] : []),
        ...memberships.map((name) => `revoke ${name} from ${quote(role.name)}`),
      ],
      lock: '',
      advice: {
        en: 'Grant what the program really does instead. A membership held through another role is revoked there. People who administer belong under adminRoles in the configuration.',
        pt: 'Conceda em vez disso o que o programa realmente faz. Participação por outro papel é revogada nele. Quem administra fica em adminRoles na configuração.',
      },
    },
  }
}
