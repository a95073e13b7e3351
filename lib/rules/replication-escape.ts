import { quote, relationObject } from './identity'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

export const replicationEscape = defineRule({
  id: 'replication-escape',
  code: 'T36',
  group: 'tenancy',
  severity: 'medium',
  title: {
    en: 'A protected table is published by replication',
    pt: 'Tabela protegida publicada por replicação',
  },
  why: {
    en: 'Logical replication carries every change to the subscriber; policies of this database do not apply there.',
    pt: 'A replicação lógica leva toda alteração ao assinante; as políticas deste banco não valem lá.',
  },
  references: isolationReferences,
  check(snapshot, facts) {
    const tables = facts.governed.filter((r) => r.rls)
    const hits: Hit[] = snapshot.publications.flatMap((publication) =>
      tables
        .filter(
          (r) =>
            publication.allTables ||
            publication.relations.some((entry) => entry.relation === r.id && !entry.filtered),
        )
        .filter((r) => !publication.allTables || !r.isPartition)
        .map((relation) => ({
          object: relationObject(relation, { part: publication.name }),
          message: {
            en: `${relation.id} has row-level security and is published by ${publication.name}${publication.allTables ? ' (all tables)' : ''} without a row filter: subscribers get every tenant’s rows.`,
            pt: `${relation.id} tem segurança por linha e é publicada por ${publication.name}${publication.allTables ? ' (todas as tabelas)' : ''} sem filtro de linhas: assinantes recebem as linhas de todas as clínicas.`,
          },
          evidence: { publication: publication.name, allTables: publication.allTables },
          fix: fix(
            publication.allTables
              ? []
              : [`alter publication ${quote(publication.name)} drop table ${relation.id}`],
            locks.share,
            'A replica for backup or failover is fine: record it. Otherwise publish a column list with a row filter, or leave the table out.',
            'Réplica para backup ou contingência é legítima: registre. Senão publique lista de colunas com filtro de linhas, ou deixe a tabela de fora.',
          ),
        })),
    )
    return { hits, checked: snapshot.publications.length === 0 ? 0 : tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create publication "to elsewhere"; grant select on patients to :role`,
    broken: 'alter publication "to elsewhere" add table patients',
    hits: ['public.patients/"to elsewhere"'],
  },
})
