import type { Facts } from './facts'
import { qualified, relationObject, roleName, roleObject } from './identity'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'

export const sensitiveOvergranted = defineRule({
  id: 'sensitive-overgranted',
  code: 'D04',
  group: 'protection',
  severity: 'high',
  title: {
    en: 'Sensitive data readable by a role that should not',
    pt: 'Dado sensível legível por papel indevido',
  },
  why: {
    en: 'A role that acts for nobody in particular reads health data; or a membership in pg_read_all_data reads every table without a trace in any grant.',
    pt: 'Um papel que não age por ninguém em particular lê dados de saúde; ou a participação em pg_read_all_data lê toda tabela sem aparecer em grant algum.',
  },
  references: ['LGPD art. 11', 'LGPD art. 46', 'LGPD art. 6, III', 'ISO/IEC 27001 A.5.15'],
  gather: (facts) =>
    facts.governed.filter((t) => facts.classesOf(t).has('sens') || facts.classesOf(t).has('sec')),
  check(_snapshot, facts, tables) {
    if (tables.length === 0) return { hits: [], checked: 0, unknown: [] }
    return {
      hits: [...anonymous(facts, tables), ...readersOfAll(facts, tables.length)],
      checked: tables.length,
      unknown: [],
    }
  },
  example: {
    clean: `create role :role; create table patient (id uuid primary key default gen_random_uuid(), diagnosis text); grant select on patient to :role;
      create role :role_anon;`,
    broken: `grant select (diagnosis) on patient to :role_anon;`,
    hits: ['public.patient/:role_anon'],
    config: { unauthenticatedRoles: [':role_anon'] },
  },
})

function anonymous(facts: Facts, tables: Facts['governed']): Hit[] {
  return tables.flatMap((table) => {
    const sensitive = table.columns.filter((c) => ['sens', 'sec'].includes(facts.classOf(table, c) ?? ''))
    return facts
      .reach(table)
      .filter((r) => r.role !== null && facts.unauthenticatedRoles.has(r.role))
      .flatMap((reach): Hit[] => {
        const columns = sensitive
          .filter((c) => reach.privileges.has('SELECT') || reach.onColumns.get('SELECT')?.includes(c.name))
          .map((c) => c.name)
        if (columns.length === 0 || reach.role === null) return []
        const id = qualified(table.schema, table.name)
        return [
          {
            object: relationObject(table, { part: reach.role }),
            message: {
              en: `${reach.role}, which acts for nobody in particular, may read ${columns.join(', ')} of ${id}.`,
              pt: `${reach.role}, que não age por ninguém em particular, pode ler ${columns.join(', ')} de ${id}.`,
            },
            evidence: {
              role: reach.role,
              columns,
              wholeTable: reach.privileges.has('SELECT'),
              rls: table.rls,
            },
            fix: {
              sql: [
                `revoke select on table ${id} from ${roleName(reach.role)}`,
                ...columnRevokes(id, reach.role, reach.onColumns.get('SELECT')),
              ],
              lock: '',
              advice: {
                en: 'Grant the columns that are meant for everybody one by one. Revoking a column does nothing while the whole table is granted.',
                pt: 'Conceda uma a uma as colunas destinadas a todos. Revogar uma coluna não tem efeito enquanto a tabela inteira estiver concedida.',
              },
            },
          },
        ]
      })
  })
}

const columnRevokes = (id: string, role: string, columns: readonly string[] | undefined) =>
  columns && columns.length > 0
    ? [
        `revoke select (${columns.map((c) => `"${c.replaceAll('"', '""')}"`).join(', ')}) on table ${id} from ${roleName(role)}`,
      ]
    : []

/** Login roles that inherit pg_read_all_data directly and are neither superusers nor declared administrators. */
function readersOfAll(facts: Facts, tables: number): Hit[] {
  const admins = new Set(facts.config.adminRoles ?? [])
  return facts.snapshot.memberships
    .filter((m) => m.role === 'pg_read_all_data' && !admins.has(m.member) && !facts.roles.superuser(m.member))
    .filter(
      (m) => facts.role.get(m.member)?.predefined === false && m.member !== facts.snapshot.server.currentUser,
    )
    .filter((m) => facts.applicationRoles.includes(m.member))
    .map((m) => ({
      object: roleObject(m.member, 'pg_read_all_data'),
      severity: 'medium' as const,
      message: {
        en: `${m.member} reads all sensitive data (${counted(tables, 'table', 'tables')}) through pg_read_all_data; no grant there shows it.`,
        pt: `${m.member} lê todos os dados sensíveis (${counted(tables, 'tabela', 'tabelas')}) por pg_read_all_data; nenhum grant ali o mostra.`,
      },
      evidence: { role: m.member, through: 'pg_read_all_data', tables },
      fix: {
        sql: [`revoke pg_read_all_data from ${roleName(m.member)}`],
        lock: '',
        advice: {
          en: 'Grant it what it reads, table by table. Row security still applies to it unless it bypasses that too.',
          pt: 'Conceda o que ele lê, tabela por tabela. A RLS ainda se aplica a ele, a menos que também a contorne.',
        },
      },
    }))
}
