create schema if not exists ledger authorization ledger_owner;
revoke all on schema ledger from public;

set role ledger_owner;

comment on schema ledger is 'Registro de auditoria: só recebe linhas, por funções próprias; nada muda nem sai.';

create type ledger.action as enum (
  'read', 'list', 'create', 'update', 'inactivate', 'delete', 'truncate', 'print', 'export', 'disclose', 'login',
  'login_failed', 'permission', 'consent', 'signature', 'break_glass', 'backup', 'ai'
);
create type ledger.outcome as enum ('success', 'denied', 'failure');

-- A partition for each month of recording: what is past its time leaves whole. The key needs the partition's column.
-- No CHECK constraints: PostgreSQL prepares them anew for each statement, which made a fifth of what an entry costs; only
-- the functions of this schema write here, and they check.
create table ledger.audit_logs (
  id bigint generated always as identity,
  event_id uuid not null default gen_random_uuid(),
  clinic_id uuid,
  occurred_at timestamptz not null default statement_timestamp(),
  recorded_at timestamptz not null default clock_timestamp(),
  actor_user_id uuid,
  actor_role text,
  actor_proof text not null default 'login',
  on_behalf_of uuid,
  session_role text not null default session_user,
  action ledger.action not null,
  outcome ledger.outcome not null default 'success',
  table_name text,
  record_id uuid,
  record_key text,
  patient_ref uuid,
  changed_fields text[],
  old_values jsonb,
  new_values jsonb,
  before_hash bytea,
  after_hash bytea,
  phi_accessed boolean not null default false,
  purpose_of_use text,
  legal_basis text,
  consent_id uuid,
  activity_id uuid,
  recipient text,
  ip inet,
  user_agent text,
  component text,
  request_id text,
  session_ref text,
  record_count integer,
  xact_id xid8 not null default pg_current_xact_id(),
  salt bytea not null default '',
  primary key (id, recorded_at)
) partition by range (recorded_at);

-- Every index is paid for by each audited write, and a condition is prepared anew for each: these serve a clinic, a row (one index
-- for both kinds of key), a patient and a person. What grows comes last and upwards, so that pages fill from left to right; lists
-- read them backwards.
create index audit_logs_clinic_time_idx on ledger.audit_logs (clinic_id, recorded_at, id);
create index audit_logs_record_idx on ledger.audit_logs (record_id, record_key, table_name, recorded_at, id);
create index audit_logs_patient_idx on ledger.audit_logs (patient_ref, recorded_at, id) where patient_ref is not null;
create index audit_logs_actor_idx on ledger.audit_logs (actor_user_id, recorded_at, id) where actor_user_id is not null;
-- And this one the seal: what became visible between two snapshots.
create index audit_logs_xact_idx on ledger.audit_logs (xact_id, id);

comment on table ledger.audit_logs is 'Quem fez o quê, quando, em que registro: sem conteúdo clínico e sem nomes. [pers audit=none rls=R4 keep=chart]';
comment on column ledger.audit_logs.id is 'Ordem de gravação; lacunas são normais. [int]';
comment on column ledger.audit_logs.event_id is 'Identificador único, para exportação. [int]';
comment on column ledger.audit_logs.clinic_id is 'Clínica; nulo só em eventos da plataforma. [int]';
comment on column ledger.audit_logs.occurred_at is 'Quando aconteceu. [int]';
comment on column ledger.audit_logs.recorded_at is 'Quando o servidor gravou. [int]';
comment on column ledger.audit_logs.actor_user_id is 'Usuário; actor_proof diz como se sabe. [pers]';
comment on column ledger.audit_logs.actor_role is 'Papel com que agiu. [int]';
comment on column ledger.audit_logs.actor_proof is 'Como se sabe quem: login do banco, declarado pela aplicação ou assinado. [int]';
comment on column ledger.audit_logs.on_behalf_of is 'Em nome de quem (suporte, delegação). [pers]';
comment on column ledger.audit_logs.session_role is 'Login do banco: não depende do que a aplicação declara. [int]';
comment on column ledger.audit_logs.action is 'O que foi feito. [int]';
comment on column ledger.audit_logs.outcome is 'Sucesso, negado ou falha. [int]';
comment on column ledger.audit_logs.table_name is 'Tabela, com esquema. [int]';
comment on column ledger.audit_logs.record_id is 'Registro, quando a chave é um único uuid. [int]';
comment on column ledger.audit_logs.record_key is 'Registro, quando a chave é outra. [int]';
comment on column ledger.audit_logs.patient_ref is 'Paciente: só o identificador interno. [pers id]';
comment on column ledger.audit_logs.changed_fields is 'Nomes dos campos alterados. [int]';
comment on column ledger.audit_logs.old_values is 'Valores anteriores, só de colunas públicas e internas. [int]';
comment on column ledger.audit_logs.new_values is 'Valores novos, só de colunas públicas e internas. [int]';
comment on column ledger.audit_logs.before_hash is 'Prova do conteúdo protegido anterior, com sal. [int evid]';
comment on column ledger.audit_logs.after_hash is 'Prova do conteúdo protegido novo, com sal. [int evid]';
comment on column ledger.audit_logs.phi_accessed is 'Tocou coluna sensível. [int]';
comment on column ledger.audit_logs.purpose_of_use is 'Finalidade (HL7 v3 PurposeOfUse). [int]';
comment on column ledger.audit_logs.legal_basis is 'Base legal da divulgação. [int]';
comment on column ledger.audit_logs.consent_id is 'Consentimento invocado. [int]';
comment on column ledger.audit_logs.activity_id is 'Atividade de tratamento. [int]';
comment on column ledger.audit_logs.recipient is 'Destinatário da divulgação. [int]';
comment on column ledger.audit_logs.ip is 'Endereço de origem. [pers]';
comment on column ledger.audit_logs.user_agent is 'Programa de origem. [pers]';
comment on column ledger.audit_logs.component is 'Parte do sistema. [int]';
comment on column ledger.audit_logs.request_id is 'Um pedido, muitas entradas. [int]';
comment on column ledger.audit_logs.session_ref is 'Sessão da aplicação. [pers]';
comment on column ledger.audit_logs.record_count is 'Quantos registros (listas, exportações). [int]';
comment on column ledger.audit_logs.xact_id is 'Transação que gravou. [int]';
comment on column ledger.audit_logs.salt is 'Sal dos hashes desta entrada; vazio onde não há. [int evid]';

reset role;
