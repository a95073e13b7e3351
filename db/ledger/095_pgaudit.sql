-- What people did in sessions of their own, taken out of the server's log, where pgaudit wrote it. Beside the ledger: these
-- tables say how far the log was read, and change.
create schema ledger_ingest authorization ledger_owner;
revoke all on schema ledger_ingest from public;
set role ledger_owner;
comment on schema ledger_ingest is 'Até onde o log do servidor foi lido para o registro de auditoria.';

-- A session numbers its lines: what is not above the last one taken was taken already, whatever file it comes in again.
create table ledger_ingest.session (
  session_id text primary key,
  line bigint not null,
  seen_at timestamptz not null default clock_timestamp()
);
-- A file is known by its first line, so that renaming and copying make no other file of it, and emptying does.
create table ledger_ingest.file (
  identity bytea primary key,
  name text not null,
  "offset" bigint not null,
  read_at timestamptz not null default clock_timestamp(),
  constraint file_offset_check check ("offset" >= 0)
);
comment on table ledger_ingest.session is 'Última linha lida de cada sessão. [int audit=none rls=R4]';
comment on column ledger_ingest.session.session_id is 'Sessão, como o log a chama. [int]';
comment on column ledger_ingest.session.line is 'Última linha. [int]';
comment on column ledger_ingest.session.seen_at is 'Quando. [int]';
comment on table ledger_ingest.file is 'Até onde cada arquivo foi lido. [int audit=none rls=R4]';
comment on column ledger_ingest.file.identity is 'SHA-256 da primeira linha. [int]';
comment on column ledger_ingest.file.name is 'Nome, na última leitura. [int]';
comment on column ledger_ingest.file."offset" is 'Bytes lidos, até o fim de uma linha. [int]';
comment on column ledger_ingest.file.read_at is 'Quando. [int]';
alter table ledger_ingest.session enable row level security;
alter table ledger_ingest.session force row level security;
alter table ledger_ingest.file enable row level security;
alter table ledger_ingest.file force row level security;
create policy session_owner on ledger_ingest.session to ledger_owner using (true) with check (true);
create policy file_owner on ledger_ingest.file to ledger_owner using (true) with check (true);

create function ledger_ingest.position_of(p_identity bytea) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select coalesce((select f."offset" from ledger_ingest.file f where f.identity = p_identity), 0) $$;
comment on function ledger_ingest.position_of(bytea) is 'Até que byte o arquivo foi lido.';

-- One piece of a file: its entries and how far it was read, together or not at all. No statement and no parameter enters.
-- Lines: {"session", "line", "at", "login", "address", "program", "action", "table", "command", "rows"}.
create function ledger_ingest.pgaudit(p_identity bytea, p_name text, p_offset bigint, p_lines jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  taken integer;
begin
  -- "tabellion", "inge": one at a time, or two could take the same line.
  perform pg_advisory_xact_lock(1952607342, 1768843109);
  insert into ledger.audit_logs (
    occurred_at, actor_role, actor_proof, session_role, action, table_name, changed_fields, ip, user_agent, component, request_id, record_count
  )
  select l.at, l.login, 'login', l.login, l.action, l."table", array[l.command], l.address, left(l.program, 300), 'pgaudit',
    l.session || '.' || l.line, l.rows
  from jsonb_to_recordset(p_lines) as l (
    session text, line bigint, at timestamptz, login text, address inet, program text, action ledger.action, "table" text, command text, rows integer
  )
  left join ledger_ingest.session s on s.session_id = l.session
  where l.action in ('read', 'permission') and l.line > coalesce(s.line, 0) and l.at <= clock_timestamp() + interval '5 minutes'
  order by l.at, l.session, l.line;
  get diagnostics taken = row_count;
  insert into ledger_ingest.session as s (session_id, line)
  select l.session, max(l.line) from jsonb_to_recordset(p_lines) as l (session text, line bigint) group by 1
  on conflict (session_id) do update set line = greatest(s.line, excluded.line), seen_at = clock_timestamp();
  insert into ledger_ingest.file as f (identity, name, "offset") values (p_identity, p_name, p_offset)
  on conflict (identity) do update set "offset" = greatest(f."offset", excluded."offset"), name = excluded.name, read_at = clock_timestamp();
  return taken;
end
$$;
comment on function ledger_ingest.pgaudit(bytea, text, bigint, jsonb) is 'Registra o que o pgaudit escreveu no log, cada linha uma vez; sem comandos nem parâmetros.';
-- Whoever may call it can make entries up: nobody but the log's owner and superusers, until a DBA grants it.
revoke execute on function ledger_ingest.position_of(bytea), ledger_ingest.pgaudit(bytea, text, bigint, jsonb) from public;

reset role;
