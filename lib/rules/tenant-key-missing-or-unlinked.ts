import type { Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import type { Facts } from './facts'
import { foreignKeysOf, hasUniqueKey, indexLock, indexSql, list } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'
import { undetectedTenant } from './tenant-key-nullable'
import { servedBy } from './trees'

export const tenantKeyMissingOrUnlinked = defineRule({
  id: 'tenant-key-missing-or-unlinked',
  code: 'K05',
  group: 'keys',
  severity: 'medium',
  title: { en: 'Tenant column missing or unlinked', pt: 'Coluna da clínica ausente ou sem vínculo' },
  why: {
    en: 'Without its own tenant column a table cannot be filtered by clinic, only through joins that someone will forget; without the foreign key the column may name clinics that do not exist.',
    pt: 'Sem coluna própria da clínica a tabela só é filtrada por junções que alguém esquecerá; sem a chave estrangeira a coluna pode indicar clínicas que não existem.',
  },
  references: ['LGPD art. 46', 'LGPD art. 37', 'ISO/IEC 27001 A.8.3'],
  oneByOne: true,
  check(_snapshot, facts) {
    const { tenancy, roots } = facts
    if (tenancy.source === 'none') return { hits: [], checked: 0, unknown: [] }
    if (tenancy.source === 'undetected')
      return { hits: [], checked: 0, unknown: roots.length > 0 ? [undetectedTenant] : [] }
    const hits: Hit[] = []
    const unknown: Text[] = []
    let checked = 0
    for (const table of roots) {
      if (table === tenancy.registry || facts.audit.logs.has(table) || facts.isReference(table)) continue
      if (table.parents.length > 0 || overridden(facts, table)) continue
      const tenant = tenancy.columnOf(table)
      if (tenant === null) {
        const parent = tenantParent(facts, table)
        if (!parent) continue
        checked++
        if (!filteredThrough(table, parent)) hits.push(missing(facts, table, parent))
      } else {
        checked++
        if (isLinked(facts, table, tenant)) continue
        if (tenancy.registry) hits.push(unlinked(facts, table, tenant, tenancy.registry))
        else unknown.push(noRegistry(table, tenant))
      }
    }
    return { hits, checked, unknown }
  },
  example: {
    clean: `create table clinic (id uuid primary key);
      create table patient (id uuid primary key, clinic_id uuid not null references clinic, unique (clinic_id, id));
      create table visit (id uuid primary key, clinic_id uuid not null, patient_id uuid not null,
        foreign key (clinic_id, patient_id) references patient (clinic_id, id));
      create index on visit (clinic_id, patient_id);`,
    broken: `create table exam (id uuid primary key, clinic_id uuid not null);
      create table photo (id uuid primary key, patient_id uuid not null references patient (id)); create index on photo (patient_id);`,
    hits: ['public.exam.clinic_id', 'public.photo'],
  },
})

/** A person has said what the tenant of this table is, or that it has none. */
function overridden({ config }: Facts, table: Relation): boolean {
  const overrides = config.tenant?.overrides
  return overrides !== undefined && `${table.schema}.${table.name}` in overrides
}

/** The first table with a tenant that this one points at; links to the registry itself are not meant. */
function tenantParent(facts: Facts, table: Relation): Relation | null {
  for (const key of foreignKeysOf(table)) {
    const parent = facts.relation.get(key.references.relation)
    if (
      parent &&
      parent !== table &&
      parent !== facts.tenancy.registry &&
      facts.tenancy.columnOf(parent) !== null
    ) {
      // Membership and profile tables are pointed at by the people's columns of global tables too.
      if (!facts.audit.logs.has(parent)) return parent
    }
  }
  return null
}

/** Row-level security that looks the parent up is a tenant too, if a slower one. */
const filteredThrough = (table: Relation, parent: Relation) =>
  table.rls && table.policies.some((p) => p.permissive && p.reads.some((use) => use.relation === parent.id))

/** The tenant column is part of a foreign key to the registry, or to the tenant column of another tenant table. */
function isLinked(facts: Facts, table: Relation, tenant: string): boolean {
  return foreignKeysOf(table).some((key) => {
    const at = key.columns.indexOf(tenant)
    if (at < 0 || !key.enforced) return false
    const parent = facts.relation.get(key.references.relation)
    return (
      parent !== undefined &&
      (parent === facts.tenancy.registry || facts.tenancy.columnOf(parent) === key.references.columns[at])
    )
  })
}

const noRegistry = (table: Relation, tenant: string): Text => {
  const name = `${qualified(table.schema, table.name)}.${quote(tenant)}`
  return {
    en: `${name} points at no table, and no registry of tenants was found: name it in the configuration (tenant.table).`,
    pt: `${name} não aponta para nenhuma tabela, e nenhum cadastro de clínicas foi encontrado: indique-o na configuração (tenant.table).`,
  }
}

const typeOf = (relation: Relation, name: string | null) =>
  relation.columns.find((c) => c.name === name)?.type

function unlinked(facts: Facts, table: Relation, tenant: string, registry: Relation): Hit {
  const id = qualified(table.schema, table.name)
  const key = facts.tenancy.columnOf(registry)
  const possible =
    key !== null && typeOf(table, tenant) === typeOf(registry, key) && hasUniqueKey(registry, [key])
  const name = quote(
    freshName(
      `${table.name}_${tenant}_fkey`,
      table.constraints.map((c) => c.name),
    ),
  )
  const late = table.kind === 'partitioned' ? '' : ' not valid'
  return {
    object: relationObject(table, { column: tenant }),
    message: {
      en: `${id}.${quote(tenant)} has no foreign key to ${qualified(registry.schema, registry.name)}: a row may name a clinic that does not exist, and a clinic can be deleted under its data.`,
      pt: `${id}.${quote(tenant)} não tem chave estrangeira para ${qualified(registry.schema, registry.name)}: uma linha pode indicar uma clínica inexistente, e uma clínica pode ser apagada sob seus dados.`,
    },
    evidence: { column: tenant, registry: qualified(registry.schema, registry.name) },
    fix: {
      sql: possible
        ? [
            ...(servedBy(facts, table, [tenant]) ? [] : [indexSql(table, [tenant])]),
            `alter table ${id} add constraint ${name} foreign key (${quote(tenant)}) references ${qualified(registry.schema, registry.name)} (${quote(key)}) on delete restrict${late}`,
            ...(late ? [`alter table ${id} validate constraint ${name}`] : []),
          ]
        : [],
      lock: possible
        ? `SHARE ROW EXCLUSIVE on both tables for a moment, then SHARE UPDATE EXCLUSIVE; index: ${indexLock(table)}`
        : '',
      advice: possible
        ? {
            en: 'Rows that name an unknown clinic make the validation fail: mend them first.',
            pt: 'Linhas que indicam clínica inexistente fazem a validação falhar: corrija-as antes.',
          }
        : {
            en: 'The column and the key of the registry differ in type, or the registry has no single unique key: decide which one changes.',
            pt: 'A coluna e a chave do cadastro têm tipos diferentes, ou o cadastro não tem chave única simples: decida qual muda.',
          },
    },
  }
}

function missing(facts: Facts, table: Relation, parent: Relation): Hit {
  const id = qualified(table.schema, table.name)
  const parentId = qualified(parent.schema, parent.name)
  const key = foreignKeysOf(table).find((k) => k.references.relation === parent.id)
  const tenant = facts.tenancy.columnOf(parent) ?? ''
  const type = parent.columns.find((c) => c.name === tenant)?.type ?? 'uuid'
  const column = quote(tenant)
  const columns = [tenant, ...(key?.columns ?? [])]
  const target = [tenant, ...(key?.references.columns ?? [])]
  const free = !table.columns.some((c) => c.name === tenant)
  const sure = (key?.columns ?? []).every((name) => table.columns.some((c) => c.name === name && c.notNull))
  const where = (key?.columns ?? []).map(
    (name, at) => `c.${quote(name)} = p.${quote(key?.references.columns[at] ?? '')}`,
  )
  const name = key
    ? quote(
        freshName(
          `${key.name}_${tenant}`,
          table.constraints.map((c) => c.name),
        ),
      )
    : ''
  const sql =
    key && free && sure && table.kind === 'table'
      ? [
          `alter table ${id} add column ${column} ${type}`,
          `update ${id} as c set ${column} = p.${column} from ${parentId} as p where ${where.join(' and ')}`,
          `alter table ${id} alter column ${column} set not null`,
          ...(hasUniqueKey(parent, target) ? [] : [`alter table ${parentId} add unique (${list(target)})`]),
          indexSql(table, columns),
          `alter table ${id} add constraint ${name} foreign key (${list(columns)}) references ${parentId} (${list(target)}) on delete restrict not valid`,
          `alter table ${id} validate constraint ${name}`,
          `alter table ${id} drop constraint ${quote(key.name)}`,
        ]
      : []
  return {
    object: relationObject(table),
    message: {
      en: `${id} belongs to ${parentId}, which has a tenant, and has no tenant column itself: its rows cannot be filtered by clinic without a join.`,
      pt: `${id} pertence a ${parentId}, que tem clínica, e não tem coluna de clínica própria: suas linhas não podem ser filtradas por clínica sem junção.`,
    },
    evidence: { parent: parentId, through: key?.name ?? null, tenant },
    fix: {
      sql,
      lock:
        sql.length > 0
          ? 'ACCESS EXCLUSIVE while NOT NULL is checked, row locks on every row while it is filled in'
          : '',
      advice: {
        en: 'Fill large tables in batches. The programs that insert must then give the clinic; a policy can check it.',
        pt: 'Preencha tabelas grandes em lotes. Os programas que inserem passam a informar a clínica; uma política pode verificá-la.',
      },
    },
  }
}
