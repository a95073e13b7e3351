import type { Index, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { quote, relationObject } from './identity'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix } from './texts'
import { tokens } from './tokens'

export const integrityCovertChannel = defineRule({
  id: 'integrity-covert-channel',
  code: 'T34',
  group: 'tenancy',
  severity: 'medium',
  title: {
    en: 'A unique key tells what other tenants hold',
    pt: 'Chave única revela o que outras clínicas têm',
  },
  why: {
    en: 'Keys are checked against all rows, hidden ones too. Whoever may insert learns from the error that another clinic has this CPF or e-mail, and cannot register its own patient.',
    pt: 'Chaves são conferidas contra todas as linhas, inclusive as ocultas. Quem pode inserir descobre pelo erro que outra clínica tem esse CPF ou e-mail, e não consegue cadastrar o próprio paciente.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.roots.filter(
      (r) => r.rls && facts.tenancy.columnOf(r) !== null && r !== facts.tenancy.registry,
    )
    const hits = tables.flatMap((relation) => {
      const tenant = facts.tenancy.columnOf(relation)!
      const writable = facts
        .reach(relation)
        .some((r) => ['INSERT', 'UPDATE'].some((p) => r.privileges.has(p) || r.onColumns.has(p)))
      if (!writable) return []
      return relation.indexes
        .filter(
          (index) => index.unique && !index.primary && index.live && tells(facts, relation, index, tenant),
        )
        .map((index) => hitOf(facts, relation, index, tenant))
    })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, cpf text, unique (clinic_id, cpf));
      comment on column patients.cpf is 'CPF [pers id]';
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy add on patients for insert to :role with check (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select, insert on patients to :role`,
    broken:
      'alter table patients drop constraint patients_clinic_id_cpf_key, add constraint patients_cpf_key unique (cpf)',
    hits: ['public.patients/patients_cpf_key'],
  },
})

/** Nobody guesses a token, nor the digest of one. */
const isRandom = (name: string | undefined) =>
  name !== undefined &&
  /^(token|hash|digest|nonce|sha256|secret|uuid|guid|ulid)$/.test(tokens(name).at(-1) ?? '')

/** Keys of random identifiers tell nothing; keys with the tenant stay within it. */
function tells(facts: Facts, relation: Relation, index: Index, tenant: string): boolean {
  const names = index.keys.map((key) => key.column)
  if (names.includes(tenant)) return false
  const columns = names.map((name) => relation.columns.find((column) => column.name === name))
  if (columns.every((column) => column?.baseType === 'uuid' || column?.identity || isRandom(column?.name)))
    return false
  // A key over a reference to a row of the tenant stays within it as well.
  return !relation.constraints.some(
    (c) =>
      c.references &&
      c.columns.some((name) => names.includes(name)) &&
      !facts.isReference(facts.relation.get(c.references.relation) ?? relation),
  )
}

function hitOf(facts: Facts, relation: Relation, index: Index, tenant: string) {
  const names = index.keys.flatMap((key) => (key.column === null ? [] : [key.column]))
  const columns = relation.columns.filter((column) => names.includes(column.name))
  const identifier = columns.some((column) =>
    ['pers', 'sens', 'sec'].includes(facts.classOf(relation, column) ?? ''),
  )
  const referenced = facts.snapshot.relations.some((other) =>
    other.constraints.some(
      (c) =>
        c.references?.relation === relation.id &&
        c.references.columns.length === names.length &&
        c.references.columns.every((name) => names.includes(name)),
    ),
  )
  const plain = index.keys.every((key) => key.column !== null) && index.predicate === null
  const list = [tenant, ...names].map(quote).join(', ')
  const sql =
    referenced || !plain
      ? []
      : index.constraint
        ? [
            `alter table ${relation.id} drop constraint ${quote(index.constraint)}, add constraint ${quote(index.constraint)} unique (${list})`,
          ]
        : [
            `create unique index concurrently on ${relation.id} (${list})`,
            `drop index concurrently ${index.id}`,
          ]
  return {
    object: relationObject(relation, { part: index.name }),
    severity: identifier ? ('high' as const) : ('medium' as const),
    message: {
      en: `${index.name} of ${relation.id} is unique over ${names.join(', ') || 'an expression'} for all tenants: an insert tells whether another tenant has the value.`,
      pt: `${index.name} de ${relation.id} é única em ${names.join(', ') || 'uma expressão'} para todas as clínicas: um INSERT revela se outra clínica tem o valor.`,
    },
    evidence: { columns: names, tenantColumn: tenant, constraint: index.constraint, identifier },
    fix: fix(
      sql,
      'ACCESS EXCLUSIVE on the table while the new key is built: on a large table build the index concurrently first and add the constraint USING INDEX.',
      'Put the tenant first in the key. A value that must be unique nationwide on purpose is a waiver with its reason.',
      'Ponha a clínica primeiro na chave. Valor que deve ser único em todo o país, de propósito, é dispensa com motivo.',
    ),
  }
}
