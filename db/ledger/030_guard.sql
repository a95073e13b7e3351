set role ledger_owner;

create function ledger.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the audit log only grows: % on % is refused', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

-- A function of its own: OLD does not exist in a statement trigger, and a shared one could fall through.
create function ledger.refuse_statement() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the audit log only grows: % on % is refused', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

comment on function ledger.refuse_change() is 'Recusa alterar ou apagar uma linha.';
comment on function ledger.refuse_statement() is 'Recusa o comando inteiro, mesmo que não toque linha alguma.';

create trigger audit_logs_refuse_row before update or delete on ledger.audit_logs
  for each row execute function ledger.refuse_change();
create trigger audit_logs_refuse_statement before update or delete on ledger.audit_logs
  for each statement execute function ledger.refuse_statement();
create trigger audit_logs_refuse_truncate before truncate on ledger.audit_logs
  for each statement execute function ledger.refuse_statement();

-- always: session_replication_role = replica must not open the log.
alter table ledger.audit_logs
  enable always trigger audit_logs_refuse_row,
  enable always trigger audit_logs_refuse_statement,
  enable always trigger audit_logs_refuse_truncate;

-- The owner's implied rights go too; it keeps what its own functions need.
revoke all on ledger.audit_logs from ledger_owner;
grant insert, select on ledger.audit_logs to ledger_owner;

reset role;
