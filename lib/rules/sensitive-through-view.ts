import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { qualified, quote, relationObject, roleName } from './identity'
import { defineRule, type Hit } from './rule'

export const sensitiveThroughView = defineRule({
  id: 'sensitive-through-view',
  code: 'D03',
  group: 'protection',
  severity: 'high',
  title: {
    en: 'View shows personal data to a role without the right to it',
    pt: 'Visão mostra dado pessoal a papel sem direito a ele',
  },
  why: {
    en: 'A view reads with its owner’s rights: whoever may read the view reads the column, although the table’s grants say no.',
    pt: 'Uma visão lê com os direitos do dono: quem pode ler a visão lê a coluna, embora os grants da tabela digam que não.',
  },
  references: ['LGPD art. 46', 'LGPD art. 6, III', 'ISO/IEC 27001 A.5.15'],
  check(_snapshot, facts) {
    const views = facts.views.filter((v) => v.kind === 'matview' || (v.kind === 'view' && !isInvoker(v)))
    return { hits: views.flatMap((view) => judge(facts, view)), checked: views.length, unknown: [] }
  },
  example: {
    clean: `create role :role; create role :role_b;
      create table patient (id uuid primary key default gen_random_uuid(), name text, email text);
      grant select on patient to :role; create view contacts as select id, email from patient; grant select on contacts to :role;`,
    broken: `create view emails as select email from patient; grant select on emails to :role_b;
      create view lengths as select length(email) as n from patient; grant select on lengths to :role_b;`,
    hits: ['public.emails', 'public.lengths'],
  },
})

/** PostgreSQL reads a boolean option by any unique prefix of its spellings. */
const isInvoker = (view: Relation) =>
  /^(t(r(u(e)?)?)?|y(e(s)?)?|on|1)$/i.test(view.options['security_invoker'] ?? '')

interface Shown {
  readonly table: Relation
  readonly column: string
}

/** Personal, sensitive and secret columns behind the view, through other views too. */
function shownBy(facts: Facts, view: Relation, depth = 0): Shown[] {
  if (depth > 8) return []
  return view.reads.flatMap((use) => {
    const source = facts.relation.get(use.relation)
    if (!source || source === view) return []
    if (source.kind === 'view' || source.kind === 'matview') return shownBy(facts, source, depth + 1)
    return use.columns.flatMap((name) => {
      const column = source.columns.find((c) => c.name === name)
      const given = column ? facts.classOf(source, column) : null
      const linked = source.constraints.some((c) => c.kind === 'foreign' && c.columns.includes(name))
      return given === 'sens' || given === 'sec' || (given === 'pers' && !linked)
        ? [{ table: source, column: name }]
        : []
    })
  })
}

function judge(facts: Facts, view: Relation): Hit[] {
  const readers = facts.reach(view).filter((r) => r.privileges.has('SELECT') || r.onColumns.has('SELECT'))
  if (readers.length === 0) return []
  const found = shownBy(facts, view).flatMap((shown) => {
    const column = shown.table.columns.find((c) => c.name === shown.column)
    const grants = [...shown.table.grants, ...(column?.grants ?? [])]
    const roles = readers.map((r) => r.role).filter((role) => !facts.roles.holds(role, grants, 'SELECT'))
    return roles.length > 0 ? [{ ...shown, roles }] : []
  })
  if (found.length === 0) return []
  // A result column of the same name most likely is the column; else only something derived from it is shown.
  const plain = found.filter((f) => view.columns.some((c) => c.name === f.column))
  const told = plain.length > 0 ? plain : found
  const roles = [...new Set(told.flatMap((f) => f.roles))]
  const id = qualified(view.schema, view.name)
  const columns = [
    ...new Set(told.map((f) => `${qualified(f.table.schema, f.table.name)}.${quote(f.column)}`)),
  ]
  const who = roles.map((role) => role ?? 'PUBLIC').join(', ')
  return [
    {
      object: relationObject(view),
      ...(plain.length > 0 ? {} : { severity: 'low' as const }),
      message: {
        en: `${who} may read ${plain.length > 0 ? '' : 'something derived from '}${columns.join(', ')} through ${id}, without any right to it on the table.`,
        pt: `${who} pode ler ${plain.length > 0 ? '' : 'algo derivado de '}${columns.join(', ')} por ${id}, sem direito a isso na tabela.`,
      },
      evidence: {
        columns,
        roles: roles.map((role) => role ?? 'PUBLIC'),
        owner: view.owner,
        derived: plain.length === 0,
      },
      fix: {
        sql: roles.map((role) => `revoke select on table ${id} from ${roleName(role)}`),
        lock: '',
        advice: {
          en: 'Or leave the column out of the view or mask it; or grant the column on the table and set security_invoker, so that rights and row security of the reader decide.',
          pt: 'Ou tire a coluna da visão ou mascare-a; ou conceda a coluna na tabela e ative security_invoker, para que decidam os direitos e a RLS de quem lê.',
        },
      },
    },
  ]
}
