import { loses, restrictLock, restrictSql } from './cascades'
import { foreignKeysOf } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'

export const auditCascadeLoss = defineRule({
  id: 'audit-cascade-loss',
  code: 'A09',
  group: 'audit',
  severity: 'high',
  title: { en: 'Audit entries vanish with their parent', pt: 'Registros de auditoria somem com a linha pai' },
  why: {
    en: 'Deleting a user or a patient takes the entries about them along, or the name out of them: the very trail of that deletion.',
    pt: 'Apagar um usuário ou paciente leva junto os registros sobre ele, ou tira deles o nome: a própria trilha dessa exclusão.',
  },
  references: ['LGPD art. 37', 'LGPD art. 16', 'SBIS NGS1.07.02', 'ISO/IEC 27001 A.8.15'],
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const log of facts.audit.logs) {
      checked++
      for (const key of foreignKeysOf(log).filter(loses)) {
        const parent = facts.relation.get(key.references.relation)
        if (!parent) continue
        const id = qualified(log.schema, log.name)
        const parentId = qualified(parent.schema, parent.name)
        hits.push({
          object: relationObject(log, { part: key.name }),
          message: {
            en: `Deleting a row of ${parentId} changes the audit log ${id}: ${quote(key.name)} says ON DELETE ${key.references.onDelete.toUpperCase()}.`,
            pt: `Apagar uma linha de ${parentId} altera a trilha ${id}: ${quote(key.name)} diz ON DELETE ${key.references.onDelete.toUpperCase()}.`,
          },
          evidence: { columns: key.columns, references: parentId, onDelete: key.references.onDelete },
          fix: {
            sql: restrictSql(log, key, parent),
            lock: restrictLock,
            advice: {
              en: 'Better still: no foreign key from a log at all. It outlives what it tells of; drop the key and keep the id.',
              pt: 'Melhor ainda: nenhuma chave estrangeira na trilha. Ela sobrevive ao que relata; remova a chave e mantenha o id.',
            },
          },
        })
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table person (id uuid primary key default gen_random_uuid());
      create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), action text, table_name text, person_id uuid references person on delete restrict);
      create index on audit_log (person_id);`,
    broken: `alter table audit_log add column actor_id uuid constraint log_actor references person on delete set null; create index on audit_log (actor_id);`,
    hits: ['public.audit_log/log_actor'],
  },
})
