import { quote, roleObject } from './identity'
import { defineRule, type Hit } from './rule'

export const unknownRoleDrift = defineRule({
  id: 'unknown-role-drift',
  code: 'P09',
  group: 'privileges',
  severity: 'high',
  title: { en: 'Role that nobody approved', pt: 'Papel que ninguém aprovou' },
  why: {
    en: 'A login that appears beside the approved ones and holds rights on patient data is an intrusion, a leftover or a shortcut; each needs an answer.',
    pt: 'Um login que aparece ao lado dos aprovados e tem direitos sobre dados de pacientes é invasão, sobra ou atalho; cada um exige resposta.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.5.16', 'ISO/IEC 27001 A.5.18'],
  check(snapshot, facts) {
    const { applicationRoles, adminRoles } = facts.config
    if (!applicationRoles || !adminRoles) {
      return {
        hits: [],
        checked: 0,
        unknown: [
          {
            en: 'No approved list of roles is declared (applicationRoles and adminRoles in the configuration): what is new cannot be told.',
            pt: 'Nenhuma lista aprovada de papéis foi declarada (applicationRoles e adminRoles na configuração): não se distingue o que é novo.',
          },
        ],
      }
    }
    const approved = new Set([...applicationRoles, ...adminRoles])
    const owners = new Set(facts.governed.map((t) => t.owner))
    const held = new Set<string>()
    for (const relation of [...facts.governed, ...facts.views]) {
      for (const grant of [...relation.grants, ...relation.columns.flatMap((c) => c.grants)])
        if (grant.grantee !== null) held.add(grant.grantee)
    }
    const logins = snapshot.roles.filter(
      (r) =>
        r.login &&
        !r.predefined &&
        !r.superuser &&
        !owners.has(r.name) &&
        facts.roles.holds(r.name, snapshot.server.databaseGrants, 'CONNECT'),
    )
    const strangers = logins.flatMap((role) => {
      if (approved.has(role.name)) return []
      const through = [...facts.roles.reaches(role.name)]
        .filter((name) => held.has(name) || ['pg_read_all_data', 'pg_write_all_data'].includes(name))
        .sort()
      return through.length > 0 ? [{ name: role.name, through }] : []
    })
    return {
      checked: logins.length,
      unknown: [],
      hits: strangers.map(({ name, through }): Hit => {
        const memberships = snapshot.memberships
          .filter((m) => m.member === name && through.includes(m.role))
          .map((m) => m.role)
        return {
          object: roleObject(name),
          message: {
            en: `Login ${name} is on no approved list and holds rights on governed relations through ${through.join(', ')}.`,
            pt: `O login ${name} não está em lista aprovada e tem direitos sobre relações governadas por ${through.join(', ')}.`,
          },
          evidence: { through },
          fix: {
            sql: [
              ...memberships.map((role) => `revoke ${quote(role)} from ${quote(name)}`),
              ...(through.includes(name) ? [`drop owned by ${quote(name)}`] : []),
            ],
            lock: '',
            advice: {
              en: 'Find out whose it is first. Approve it by naming it in the configuration, or take its rights away; DROP OWNED also drops what it owns in this database.',
              pt: 'Apure antes de quem é. Aprove-o na configuração, ou retire seus direitos; DROP OWNED também remove o que ele possui neste banco.',
            },
          },
        }
      }),
    }
  },
  example: {
    clean: `create role :role login; create role :role_b login; create role :role_c login;
      do $$ begin execute format('revoke connect on database %I from public', current_database());
        execute format('grant connect on database %I to %I, %I, %I', current_database(), ':role', ':role_b', ':role_c'); end $$;
      create table t (id int primary key); grant select on t to :role;`,
    broken: `grant select on t to :role_b; grant :role to :role_c;`,
    hits: ['role :role_b', 'role :role_c'],
    config: { applicationRoles: [':role'], adminRoles: [] },
  },
})
