import type { Relation } from '@/lib/catalog/types-relation'
import type { RoutineId } from '@/lib/catalog/types'
import { withoutComments } from './audit-facts'
import type { Facts } from './facts'
import { later, type Said } from './found'
import { bindsTenant, foreignKeysOf, tenantSafeKey, type ForeignConstraint } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { perFacts } from './memo'
import { defineRule, type Hit, type Text } from './rule'
import { undetectedTenant } from './tenant-key-nullable'
import { fires } from './trees'

export const fkNotTenantConsistent = defineRule({
  id: 'fk-not-tenant-consistent',
  code: 'K06',
  group: 'keys',
  severity: 'high',
  title: { en: 'Foreign key that ignores the tenant', pt: 'Chave estrangeira que ignora a clínica' },
  why: {
    en: 'PostgreSQL checks foreign keys past row-level security: a row of clinic A may point at a patient of clinic B, and a join then shows one clinic the other one’s data.',
    pt: 'O PostgreSQL verifica chaves estrangeiras sem aplicar RLS: uma linha da clínica A pode apontar para um paciente da clínica B, e uma junção mostra a uma clínica os dados da outra.',
  },
  references: ['LGPD art. 46', 'LGPD art. 6, VII', 'CFM 1.821/2007', 'ISO/IEC 27001 A.8.3'],
  oneByOne: true,
  check(_snapshot, facts) {
    const { tenancy } = facts
    if (tenancy.source === 'none') return { hits: [], checked: 0, unknown: [] }
    if (tenancy.source === 'undetected')
      return { hits: [], checked: 0, unknown: facts.roots.length > 0 ? [undetectedTenant] : [] }
    const hits: Hit[] = []
    const unknown: Text[] = []
    let checked = 0
    for (const child of facts.governed) {
      const childTenant = tenancy.columnOf(child)
      if (childTenant === null || child === tenancy.registry || facts.audit.logs.has(child)) continue
      const keys = foreignKeysOf(child)
      for (const key of keys) {
        const parent = facts.relation.get(key.references.relation)
        const parentTenant = parent ? tenancy.columnOf(parent) : null
        if (!parent || parentTenant === null || parent === tenancy.registry) continue
        checked++
        if (keys.some((other) => isBound(other, key, childTenant, parentTenant))) continue
        if (guardedByTrigger(facts, child, parent, parentTenant)) unknown.push(perhapsGuarded(child, key))
        else
          hits.push(
            later(relationObject(child, { part: key.name }), () =>
              said(facts, child, parent, key, childTenant, parentTenant),
            ),
          )
      }
    }
    return { hits, checked, unknown }
  },
  example: {
    clean: `create table clinic (id uuid primary key);
      create table patient (id uuid primary key, clinic_id uuid not null references clinic, unique (clinic_id, id));
      create table visit (id uuid primary key, clinic_id uuid not null references clinic, patient_id uuid not null,
        foreign key (clinic_id, patient_id) references patient (clinic_id, id));
      create index on visit (clinic_id, patient_id);`,
    broken: `create table exam (id uuid primary key, clinic_id uuid not null references clinic, patient_id uuid not null references patient (id));
      create index on exam (clinic_id, patient_id); create index on exam (patient_id);`,
    hits: ['public.exam/exam_patient_id_fkey'],
  },
})

/** Does this key, or another to the same table that holds its columns too, carry the tenant? */
const isBound = (
  other: ForeignConstraint,
  key: ForeignConstraint,
  childTenant: string,
  parentTenant: string,
) =>
  other.references.relation === key.references.relation &&
  bindsTenant(other, childTenant, parentTenant) &&
  other.enforced &&
  key.columns.every((column) => other.columns.includes(column))

/** A row or constraint trigger of the child whose function reads the parent and names its tenant column. */
function guardedByTrigger(facts: Facts, child: Relation, parent: Relation, parentTenant: string): boolean {
  return child.triggers.some((trigger) => {
    if (trigger.level !== 'row' || !fires(trigger) || facts.audit.functions.has(trigger.routine)) return false
    const body = raising(facts, trigger.routine)
    return body.includes(parent.name.toLowerCase()) && body.includes(parentTenant.toLowerCase())
  })
}

/** The body of a function that raises, without comments and in lower case; empty where it never raises. */
const raising = perFacts((facts, id: RoutineId): string => {
  const body = withoutComments(facts.routine.get(id)?.body ?? '').toLowerCase()
  return /\braise\b/.test(body) ? body : ''
})

const perhapsGuarded = (child: Relation, key: ForeignConstraint): Text => {
  const name = `${quote(key.name)} (${qualified(child.schema, child.name)})`
  return {
    en: `Foreign key ${name} ignores the tenant; a trigger seems to compare it, which cannot be proved from the catalog.`,
    pt: `A chave estrangeira ${name} ignora a clínica; um gatilho parece compará-la, o que não se prova pelo catálogo.`,
  }
}

function said(
  facts: Facts,
  child: Relation,
  parent: Relation,
  key: ForeignConstraint,
  childTenant: string,
  parentTenant: string,
): Said {
  const childId = qualified(child.schema, child.name)
  const parentId = qualified(parent.schema, parent.name)
  const columns = key.columns.map(quote).join(', ')
  // Before 15 SET NULL empties every column of the key, the tenant too.
  const blocked = key.references.onDelete === 'set null' && facts.snapshot.server.version < 150_000
  return {
    message: {
      en: `Foreign key ${quote(key.name)} of ${childId} (${columns}) to ${parentId} does not carry ${quote(childTenant)}: a row of one clinic may point at a row of another, and nothing refuses it.`,
      pt: `A chave estrangeira ${quote(key.name)} de ${childId} (${columns}) para ${parentId} não inclui ${quote(childTenant)}: uma linha de uma clínica pode apontar para uma linha de outra, e nada recusa.`,
    },
    evidence: {
      columns: key.columns,
      references: parentId,
      referencedColumns: key.references.columns,
      tenant: childTenant,
      parentTenant,
    },
    fix: {
      sql: blocked ? [] : tenantSafeKey(facts, child, parent, key, childTenant, parentTenant),
      lock: blocked
        ? ''
        : 'SHARE ROW EXCLUSIVE on both tables for a moment (NOT VALID), then SHARE UPDATE EXCLUSIVE: reads go on; a new unique key on the parent takes ACCESS EXCLUSIVE while its index is built',
      advice: {
        en: 'Rows that already cross clinics make the validation fail: find them first, they are an incident of their own.',
        pt: 'Linhas que já cruzam clínicas fazem a validação falhar: procure-as antes; elas são, por si, um incidente.',
      },
    },
  }
}
