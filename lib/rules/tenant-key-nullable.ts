import type { Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'

export const tenantKeyNullable = defineRule({
  id: 'tenant-key-nullable',
  code: 'K04',
  group: 'keys',
  severity: 'high',
  title: { en: 'Tenant column may be NULL', pt: 'Coluna da clínica aceita NULL' },
  why: {
    en: 'A row without a clinic belongs to nobody, or to everybody after one careless policy: nobody answers for it, and no retention or subject request finds it.',
    pt: 'Uma linha sem clínica não pertence a ninguém, ou a todos depois de uma política descuidada: ninguém responde por ela, e nenhuma guarda ou solicitação do titular a encontra.',
  },
  references: ['LGPD art. 46', 'LGPD art. 6, VII', 'ISO/IEC 27001 A.8.3'],
  oneByOne: true,
  check(_snapshot, facts) {
    const { tenancy, roots, config } = facts
    if (tenancy.source === 'none' || config.tenant?.nullTenant === 'shared')
      return { hits: [], checked: 0, unknown: [] }
    if (tenancy.source === 'undetected')
      return { hits: [], checked: 0, unknown: roots.length > 0 ? [undetectedTenant] : [] }
    const hits: Hit[] = []
    let checked = 0
    for (const table of roots) {
      const name = tenancy.columnOf(table)
      const column = table.columns.find((c) => c.name === name)
      // Events of the platform itself have no clinic: a log may hold them.
      if (!column || table === tenancy.registry || facts.audit.logs.has(table)) continue
      checked++
      if (!column.notNull && !table.constraints.some((c) => provesPresence(c, column.name)))
        hits.push(hit(table, column.name))
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table clinic (id uuid primary key);
      create table patient (id uuid primary key, clinic_id uuid not null references clinic);
      create index on patient (clinic_id);
      create table room (id uuid primary key, clinic_id uuid references clinic check (clinic_id is not null));
      create index on room (clinic_id);`,
    broken: `create table visit (id uuid primary key, clinic_id uuid references clinic); create index on visit (clinic_id);`,
    hits: ['public.visit.clinic_id'],
  },
})

/** Said by every rule that needs the tenant column where there seems to be none. */
export const undetectedTenant: Text = {
  en: 'No tenant column was found: name it in the configuration (tenant.column), or say null if this database has no tenants.',
  pt: 'Nenhuma coluna de clínica foi encontrada: indique-a na configuração (tenant.column), ou null se este banco não separa clínicas.',
}

type Constraint = Relation['constraints'][number]

/** A valid, enforced CHECK whose expression, or one conjunct of it, is `column IS NOT NULL`. */
function provesPresence(constraint: Constraint, column: string): boolean {
  if (constraint.kind !== 'check' || !constraint.validated || !constraint.enforced) return false
  const wanted = `${quote(column)} IS NOT NULL`
  const raw = `"${column.replaceAll('"', '""')}" IS NOT NULL`
  return (constraint.expression ?? '')
    .replaceAll(/^\(+|\)+$/g, '')
    .split(/\)? AND \(?/)
    .some((part) => part === wanted || part === raw || part === `${column} IS NOT NULL`)
}

function hit(table: Relation, column: string): Hit {
  const id = qualified(table.schema, table.name)
  const name = quote(column)
  const check = quote(
    freshName(
      `${table.name}_${column}_present`,
      table.constraints.map((c) => c.name),
    ),
  )
  return {
    object: relationObject(table, { column }),
    message: {
      en: `${id}.${name} is the tenant column and may be NULL: such a row belongs to no clinic, and whoever writes without a clinic makes one.`,
      pt: `${id}.${name} é a coluna da clínica e aceita NULL: tal linha não pertence a nenhuma clínica, e quem grava sem clínica cria uma.`,
    },
    evidence: { column, rows: table.rows },
    fix: {
      sql: [
        `alter table ${id} add constraint ${check} check (${name} is not null) not valid`,
        `alter table ${id} validate constraint ${check}`,
        `alter table ${id} alter column ${name} set not null`,
        `alter table ${id} drop constraint ${check}`,
      ],
      lock: 'ACCESS EXCLUSIVE for moments; the scan runs under SHARE UPDATE EXCLUSIVE: reads and writes go on',
      advice: {
        en: 'Give the rows without a clinic to one, or remove them, before validating. Where NULL means "shared by all", say so in the configuration (tenant.nullTenant).',
        pt: 'Atribua uma clínica às linhas sem clínica, ou remova-as, antes de validar. Onde NULL significa "compartilhado", declare isso na configuração (tenant.nullTenant).',
      },
    },
  }
}
