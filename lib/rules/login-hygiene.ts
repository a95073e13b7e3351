import { quote, roleObject } from './identity'
import { defineRule } from './rule'

export const loginHygiene = defineRule({
  id: 'login-hygiene',
  code: 'P07',
  group: 'privileges',
  severity: 'low',
  title: { en: 'Login without any limit', pt: 'Login sem nenhum limite' },
  why: {
    en: 'A login whose password never ends and that may open every connection of the server is the one that is still there, and still works, years after its program has gone.',
    pt: 'Um login cuja senha nunca vence e que pode abrir todas as conexões do servidor é o que continua lá, funcionando, anos depois de o programa ter saído.',
  },
  references: ['CIS PostgreSQL 4.4', 'ISO/IEC 27001 A.5.16', 'ISO/IEC 27001 A.5.17'],
  check(_snapshot, facts) {
    const logins = facts.applicationRoles.flatMap((name) => {
      const role = facts.role.get(name)
      return role?.login ? [role] : []
    })
    return {
      checked: logins.length,
      unknown: [],
      hits: logins
        .filter(
          (role) => role.connectionLimit < 0 && (role.validUntil === null || role.validUntil === 'infinity'),
        )
        .map((role) => ({
          object: roleObject(role.name),
          message: {
            en: `Login ${role.name} has no connection limit and its password never expires.`,
            pt: `O login ${role.name} não tem limite de conexões e sua senha nunca vence.`,
          },
          evidence: { connectionLimit: role.connectionLimit, validUntil: role.validUntil },
          fix: {
            sql: [`alter role ${quote(role.name)} connection limit 50`],
            lock: '',
            advice: {
              en: 'Choose a limit above what its pool opens. VALID UNTIL ends passwords only, not certificates, and stops the program on that day: set it where secrets are rotated.',
              pt: 'Escolha um limite acima do que o pool abre. VALID UNTIL vence só senhas, não certificados, e para o programa nesse dia: use onde há rotação de segredos.',
            },
          },
        })),
    }
  },
  example: {
    clean: `create role :role login connection limit 20; create table t (id int primary key); grant select on t to :role;`,
    broken: `create role :role_b login; grant select on t to :role_b;`,
    hits: ['role :role_b'],
  },
})
