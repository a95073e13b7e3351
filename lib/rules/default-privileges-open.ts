import type { DefaultPrivilege } from '@/lib/catalog/types-server'
import type { Grant } from '@/lib/catalog/types'
import type { Facts } from './facts'
import { quote, roleName, roleObject } from './identity'
import { defineRule, type Hit } from './rule'

export const defaultPrivilegesOpen = defineRule({
  id: 'default-privileges-open',
  code: 'P03',
  group: 'privileges',
  severity: 'high',
  title: {
    en: 'Default privileges open what is yet to be created',
    pt: 'Privilégios padrão abrem o que ainda será criado',
  },
  why: {
    en: 'Every table made tomorrow is born readable by everybody, before anyone thinks of row security.',
    pt: 'Toda tabela criada amanhã nasce legível por todos, antes que alguém pense em RLS.',
  },
  references: ['LGPD art. 46, §2', 'ISO/IEC 27001 A.5.15', 'ISO/IEC 27001 A.8.27'],
  check(snapshot, facts) {
    const mine = snapshot.defaultPrivileges.filter((d) => d.schema === null || facts.schemas.has(d.schema))
    return { hits: mine.flatMap((d) => judge(facts, d)), checked: Math.max(mine.length, 1), unknown: [] }
  },
  example: {
    clean: `create role :role; create role :role_b; alter default privileges for role :role grant select on tables to :role_b;`,
    broken: `alter default privileges for role :role grant select on tables to public;
      alter default privileges for role :role in schema public grant usage on sequences to public;`,
    hits: ['role :role/"sequences in public"', 'role :role/tables'],
  },
})

function judge(facts: Facts, d: DefaultPrivilege): Hit[] {
  // PUBLIC holds EXECUTE on functions and USAGE on types unless a row takes it away: that is not granted here.
  const given = d.objects === 'functions' || d.objects === 'types'
  const open = d.grants.filter((g) =>
    g.grantee === null ? !given : facts.unauthenticatedRoles.has(g.grantee),
  )
  if (open.length === 0) return []
  const grantees = [...new Set(open.map((g) => g.grantee))]
  const where = d.schema === null ? '' : ` in schema ${quote(d.schema)}`
  const onde = d.schema === null ? '' : ` no esquema ${quote(d.schema)}`
  const part = d.schema === null ? d.objects : `${d.objects} in ${d.schema}`
  const privileges = (grantee: Grant['grantee']) =>
    [...new Set(open.filter((g) => g.grantee === grantee).map((g) => g.privilege.toLowerCase()))]
      .sort()
      .join(', ')
  const who = grantees.map((g) => `${g ?? 'PUBLIC'} (${privileges(g)})`).join('; ')
  return [
    {
      object: roleObject(d.role, part),
      message: {
        en: `New ${d.objects} of role ${d.role}${where} are open to ${who} from the start.`,
        pt: `Novos objetos (${d.objects}) do papel ${d.role}${onde} nascem abertos a ${who}.`,
      },
      evidence: {
        role: d.role,
        schema: d.schema,
        objects: d.objects,
        grants: open.map((g) => ({ grantee: g.grantee ?? 'PUBLIC', privilege: g.privilege })),
      },
      fix: {
        sql: grantees.map(
          (g) =>
            `alter default privileges for role ${quote(d.role)}${where} revoke ${privileges(g)} on ${d.objects} from ${roleName(g)}`,
        ),
        lock: '',
        advice: {
          en: 'Objects that exist keep what they were given: revoke there too. The rule is kept for each creating role: repeat FOR ROLE for every one.',
          pt: 'Objetos existentes mantêm o que receberam: revogue neles também. A regra vale por papel criador: repita FOR ROLE para cada um.',
        },
      },
    },
  ]
}
