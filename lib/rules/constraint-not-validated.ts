import type { Constraint, Relation } from '@/lib/catalog/types-relation'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'

export const constraintNotValidated = defineRule({
  id: 'constraint-not-validated',
  code: 'K03',
  group: 'keys',
  severity: 'high',
  title: { en: 'Constraint not validated or not enforced', pt: 'Restrição não validada ou não aplicada' },
  why: {
    en: 'NOT VALID says that old rows were never looked at, NOT ENFORCED that no row ever is: what the schema promises is not so.',
    pt: 'NOT VALID significa que as linhas antigas nunca foram verificadas; NOT ENFORCED, que nenhuma linha é: o que o esquema promete não vale.',
  },
  references: ['LGPD art. 6, V', 'ISO/IEC 27001 A.8.26'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      for (const constraint of table.constraints) {
        if (!['foreign', 'check', 'not null'].includes(constraint.kind)) continue
        if (constraint.inherited) continue
        checked++
        if (!constraint.validated || !constraint.enforced)
          hits.push(hit(table, constraint, facts.holdsTenantData(table)))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table patient (id int primary key); create table visit (id int primary key, patient_id int references patient, check (id > 0));
      create index on visit (patient_id);`,
    broken: `create table exam (id int primary key, patient_id int, weight int);
      alter table exam add constraint exam_patient foreign key (patient_id) references patient not valid,
        add constraint exam_weight check (weight > 0) not valid;
      create index on exam (patient_id);`,
    hits: ['public.exam/exam_patient', 'public.exam/exam_weight'],
  },
})

function hit(table: Relation, constraint: Constraint, clinical: boolean): Hit {
  const id = qualified(table.schema, table.name)
  const name = quote(constraint.name)
  const what = constraint.enforced ? 'NOT VALID' : 'NOT ENFORCED'
  const sql = constraint.enforced
    ? [`alter table ${id} validate constraint ${name}`]
    : constraint.kind === 'foreign'
      ? [`alter table ${id} alter constraint ${name} enforced`]
      : constraint.expression === null
        ? []
        : [
            `alter table ${id} drop constraint ${name}`,
            `alter table ${id} add constraint ${name} check (${constraint.expression}) not valid`,
            `alter table ${id} validate constraint ${name}`,
          ]
  return {
    object: relationObject(table, { part: constraint.name }),
    severity: clinical ? 'high' : 'medium',
    message: constraint.enforced
      ? {
          en: `Constraint ${name} of ${id} is NOT VALID: rows from before it may break it, and the planner does not trust it.`,
          pt: `A restrição ${name} de ${id} está NOT VALID: linhas anteriores a ela podem violá-la, e o planejador não confia nela.`,
        }
      : {
          en: `Constraint ${name} of ${id} is NOT ENFORCED: it is written down and no row is ever checked.`,
          pt: `A restrição ${name} de ${id} está NOT ENFORCED: está escrita e nenhuma linha é verificada.`,
        },
    evidence: { kind: constraint.kind, columns: constraint.columns, state: what },
    fix: {
      sql,
      lock: constraint.enforced
        ? 'SHARE UPDATE EXCLUSIVE while the table is read: reads and writes go on'
        : 'ACCESS EXCLUSIVE while the table is read: reads and writes wait',
      advice: {
        en: 'It fails at the first row that breaks the rule: find and mend those rows before.',
        pt: 'Falha na primeira linha que violar a regra: encontre e corrija essas linhas antes.',
      },
    },
  }
}
