set role ledger_owner;

-- The canonical form of an entry, version 1: what record_send says of built-in types, text as UTF-8 bytes, so that no
-- setting, collation or server version changes it; then the leaf of RFC 9162. Of the salt only its hash: whoever is given
-- an entry to check cannot try values against the proofs in it. docs/ledger.md says it byte by byte.
create function ledger.leaf(e ledger.audit_logs) returns bytea
language sql stable parallel safe
as $$
  select sha256('\x00'::bytea || record_send(row(
    1::int2, e.id, e.event_id, e.clinic_id, e.occurred_at, e.recorded_at, e.xact_id::text::int8, e.actor_user_id,
    convert_to(e.actor_role, 'UTF8'), convert_to(e.actor_proof, 'UTF8'), e.on_behalf_of, convert_to(e.session_role, 'UTF8'),
    convert_to(e.action::text, 'UTF8'), convert_to(e.outcome::text, 'UTF8'), convert_to(e.table_name, 'UTF8'),
    e.record_id, convert_to(e.record_key, 'UTF8'), e.patient_ref, convert_to(to_json(e.changed_fields)::text, 'UTF8'),
    convert_to(e.old_values::text, 'UTF8'), convert_to(e.new_values::text, 'UTF8'), e.before_hash, e.after_hash,
    e.phi_accessed, convert_to(e.purpose_of_use, 'UTF8'), convert_to(e.legal_basis, 'UTF8'), e.consent_id, e.activity_id,
    convert_to(e.recipient, 'UTF8'), convert_to(text(e.ip), 'UTF8'), convert_to(e.user_agent, 'UTF8'),
    convert_to(e.component, 'UTF8'), convert_to(e.request_id, 'UTF8'), convert_to(e.session_ref, 'UTF8'),
    e.record_count, sha256(e.salt)
  )))
$$;
comment on function ledger.leaf(ledger.audit_logs) is 'Folha da árvore de Merkle (RFC 9162) de uma entrada, forma canônica 1.';

-- The same in two thirds of the time, where the client's encoding is UTF-8: for functions that set it so themselves.
create function ledger.leaf_sent(e ledger.audit_logs) returns bytea
language sql stable parallel safe
as $$
  select sha256('\x00'::bytea || record_send(row(
    1::int2, e.id, e.event_id, e.clinic_id, e.occurred_at, e.recorded_at, e.xact_id::text::int8, e.actor_user_id,
    textsend(e.actor_role), textsend(e.actor_proof), e.on_behalf_of, textsend(e.session_role),
    enum_send(e.action), enum_send(e.outcome), textsend(e.table_name),
    e.record_id, textsend(e.record_key), e.patient_ref, json_send(to_json(e.changed_fields)),
    substring(jsonb_send(e.old_values) from 2), substring(jsonb_send(e.new_values) from 2), e.before_hash, e.after_hash,
    e.phi_accessed, textsend(e.purpose_of_use), textsend(e.legal_basis), e.consent_id, e.activity_id,
    textsend(e.recipient), textsend(text(e.ip)), textsend(e.user_agent),
    textsend(e.component), textsend(e.request_id), textsend(e.session_ref),
    e.record_count, case e.salt when '' then sha256('') else sha256(e.salt) end
  )))
$$;
comment on function ledger.leaf_sent(ledger.audit_logs) is 'A mesma folha, mais depressa, em funções que fixam client_encoding em UTF8.';

-- Which log this is, wherever its database is moved and however it is called: the origin of its checkpoints.
do $$
begin
  execute format('create function ledger.identity() returns uuid language sql immutable parallel safe as %L', format('select %L::uuid', gen_random_uuid()));
end
$$;
comment on function ledger.identity() is 'Identidade deste registro.';
revoke execute on function ledger.identity() from public;
grant execute on function ledger.identity() to ledger_sealer, dashboard_officer, dashboard_admin;

-- One block: exactly the entries visible in one snapshot and not in the block before.
create table ledger.block (
  number bigint primary key,
  first_position bigint not null unique,
  tree_size bigint not null,
  snapshot_before pg_snapshot not null,
  snapshot_after pg_snapshot not null,
  visible_below xid8 not null,
  root bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  system_identifier bigint not null,
  constraint block_grows_check check (tree_size > first_position and first_position >= 0 and number > 0),
  constraint block_root_check check (octet_length(root) = 32)
);
create index block_visible_idx on ledger.block (visible_below);

-- Which entry stands where in the tree, and its leaf hash: up to 8,192 of one block in a row.
create table ledger.leaves (
  first_position bigint primary key,
  ids bigint[] not null,
  hashes bytea not null,
  constraint leaves_whole_check check (octet_length(hashes) = 32 * cardinality(ids) and cardinality(ids) between 1 and 8192)
);

-- Hashes do not compress; trying costs.
alter table ledger.leaves alter column hashes set storage external;

-- Roots of full subtrees of 256, 65,536, … leaves: a proof reads a few of these instead of the whole log.
create table ledger.node (
  level smallint,
  position bigint,
  hash bytea not null,
  primary key (level, position),
  constraint node_hash_check check (octet_length(hash) = 32 and level > 0)
);

-- Signed notes (C2SP) over size and root, and what the configuration was when they were signed.
create table ledger.checkpoint (
  id bigint generated always as identity primary key,
  tree_size bigint not null,
  root bytea not null,
  note text not null,
  configuration bytea not null,
  made_at timestamptz not null default clock_timestamp()
);
create index checkpoint_size_idx on ledger.checkpoint (tree_size);

create table ledger.configuration (
  hash bytea primary key,
  lines text[] not null,
  seen_at timestamptz not null default clock_timestamp()
);

-- Which outside place took which checkpoint.
create table ledger.receipt (
  id bigint generated always as identity primary key,
  witness text not null,
  tree_size bigint not null,
  sent_at timestamptz not null default clock_timestamp(),
  problem text
);
create index receipt_witness_idx on ledger.receipt (witness, id desc);

create table ledger.verification (
  id bigint generated always as identity primary key,
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  from_size bigint not null,
  to_size bigint not null,
  verdict text not null,
  report jsonb not null,
  constraint verification_verdict_check check (verdict in ('intact', 'broken', 'unknown'))
);

-- Months that left for a file: which entries, and the file's SHA-256. The leaves stay, so the tree does.
create table ledger.archive (
  id bigint generated always as identity primary key,
  part text not null unique,
  ids int8multirange not null,
  entries bigint not null,
  file_hash bytea not null,
  event_id uuid not null,
  archived_at timestamptz not null default clock_timestamp(),
  constraint archive_file_check check (octet_length(file_hash) = 32)
);

comment on table ledger.archive is 'Meses que saíram para um arquivo. [int audit=none rls=R4]';
comment on column ledger.archive.id is 'Número. [int]';
comment on column ledger.archive.part is 'Partição. [int]';
comment on column ledger.archive.ids is 'Entradas. [int]';
comment on column ledger.archive.entries is 'Quantas. [int]';
comment on column ledger.archive.file_hash is 'SHA-256 do arquivo. [int evid]';
comment on column ledger.archive.event_id is 'Entrada que registra a saída. [int]';
comment on column ledger.archive.archived_at is 'Quando. [int]';
comment on table ledger.block is 'Blocos selados do registro. [int audit=none rls=R4]';
comment on column ledger.block.number is 'Número do bloco. [int]';
comment on column ledger.block.first_position is 'Posição da primeira folha. [int]';
comment on column ledger.block.tree_size is 'Folhas da árvore depois do bloco. [int]';
comment on column ledger.block.snapshot_before is 'Instantâneo do bloco anterior. [int]';
comment on column ledger.block.snapshot_after is 'Instantâneo deste bloco. [int]';
comment on column ledger.block.visible_below is 'xmax do instantâneo, para achar o bloco de uma transação. [int]';
comment on column ledger.block.root is 'Raiz da árvore. [int evid]';
comment on column ledger.block.sealed_at is 'Quando foi selado. [int]';
comment on column ledger.block.system_identifier is 'Servidor em que foi selado. [int]';
comment on table ledger.leaves is 'Folhas da árvore, na ordem do selo. [int audit=none rls=R4]';
comment on column ledger.leaves.first_position is 'Posição da primeira. [int]';
comment on column ledger.leaves.ids is 'Entradas, na ordem. [int]';
comment on column ledger.leaves.hashes is 'Hashes das folhas. [int evid]';
comment on table ledger.node is 'Raízes de subárvores cheias. [int audit=none rls=R4]';
comment on column ledger.node.level is 'Potência de 256. [int]';
comment on column ledger.node.position is 'Posição no nível. [int]';
comment on column ledger.node.hash is 'Raiz. [int evid]';
comment on table ledger.checkpoint is 'Pontos de verificação assinados. [int audit=none rls=R4]';
comment on column ledger.checkpoint.id is 'Número. [int]';
comment on column ledger.checkpoint.tree_size is 'Tamanho da árvore. [int]';
comment on column ledger.checkpoint.root is 'Raiz. [int evid]';
comment on column ledger.checkpoint.note is 'Nota assinada (C2SP). [int evid]';
comment on column ledger.checkpoint.configuration is 'Hash da configuração. [int evid]';
comment on column ledger.checkpoint.made_at is 'Quando foi assinado. [int]';
comment on table ledger.configuration is 'Configurações de captura e guarda já vistas. [int audit=none rls=R4]';
comment on column ledger.configuration.hash is 'SHA-256 das linhas. [int evid]';
comment on column ledger.configuration.lines is 'Donos, gatilhos, funções e direitos. [int]';
comment on column ledger.configuration.seen_at is 'Vista pela primeira vez. [int]';
comment on table ledger.receipt is 'O que saiu para testemunhas de fora. [int audit=none rls=R4]';
comment on column ledger.receipt.id is 'Número. [int]';
comment on column ledger.receipt.witness is 'Testemunha. [int]';
comment on column ledger.receipt.tree_size is 'Tamanho entregue. [int]';
comment on column ledger.receipt.sent_at is 'Quando. [int]';
comment on column ledger.receipt.problem is 'Por que não foi entregue. [int]';
comment on table ledger.verification is 'Verificações feitas. [int audit=none rls=R4]';
comment on column ledger.verification.id is 'Número. [int]';
comment on column ledger.verification.started_at is 'Início. [int]';
comment on column ledger.verification.finished_at is 'Fim. [int]';
comment on column ledger.verification.from_size is 'De que tamanho. [int]';
comment on column ledger.verification.to_size is 'Até que tamanho. [int]';
comment on column ledger.verification.verdict is 'Resultado. [int]';
comment on column ledger.verification.report is 'Relatório: números e nomes, nenhum valor. [int]';

-- The sealer adds; nobody changes or takes away.
do $$
declare
  name text;
  whole text;
begin
  for name, whole in
    values ('block', 'tree_size > first_position'), ('leaves', 'first_position >= 0'), ('node', 'level > 0'),
      ('checkpoint', 'tree_size > 0'), ('configuration', 'octet_length(hash) = 32'), ('receipt', 'tree_size > 0'),
      ('verification', 'to_size >= from_size'), ('archive', 'entries > 0')
  loop
    execute format('alter table ledger.%I enable row level security', name);
    execute format('alter table ledger.%I force row level security', name);
    execute format(
      'create policy %I on ledger.%I for select to ledger_sealer, dashboard_officer, dashboard_admin using (%s)', name || '_read', name, whole
    );
    execute format('create policy %I on ledger.%I for insert to ledger_sealer with check (%s)', name || '_add', name, whole);
    execute format('grant select, insert on ledger.%I to ledger_sealer', name);
    execute format('grant select on ledger.%I to dashboard_officer, dashboard_admin', name);
    execute format(
      'create trigger refuse_row before update or delete on ledger.%I for each row execute function ledger.refuse_change()', name
    );
    execute format(
      'create trigger refuse_statement before update or delete on ledger.%I for each statement execute function ledger.refuse_statement()', name
    );
    execute format(
      'create trigger refuse_truncate before truncate on ledger.%I for each statement execute function ledger.refuse_statement()', name
    );
    execute format(
      'alter table ledger.%I enable always trigger refuse_row, enable always trigger refuse_statement, enable always trigger refuse_truncate', name
    );
    execute format('revoke all on ledger.%I from ledger_owner', name);
  end loop;
end
$$;

grant usage on schema ledger to ledger_sealer;
revoke execute on function ledger.leaf(ledger.audit_logs), ledger.leaf_sent(ledger.audit_logs) from public;
grant execute on function ledger.make_partitions(integer) to ledger_sealer;

reset role;
