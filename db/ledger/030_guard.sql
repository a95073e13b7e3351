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

-- A partition alone is as closed as the whole: row triggers come with it, the others and the rights have to be given.
create function ledger.close_partition(part regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('alter table %s enable row level security', part);
  execute format('alter table %s force row level security', part);
  execute format(
    'create trigger audit_logs_refuse_statement before update or delete on %s for each statement execute function ledger.refuse_statement()', part
  );
  execute format(
    'create trigger audit_logs_refuse_truncate before truncate on %s for each statement execute function ledger.refuse_statement()', part
  );
  execute format(
    'alter table %s enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, '
    'enable always trigger audit_logs_refuse_truncate', part
  );
  execute format('revoke all on %s from ledger_owner', part);
end
$$;
comment on function ledger.close_partition(regclass) is 'Fecha uma partição como o registro inteiro.';

-- The months to come, so that no writer ever waits for one to be made; what falls in none has the rest.
create function ledger.make_partitions(ahead integer default 3) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  month timestamptz;
  name text;
  made integer := 0;
begin
  for month in select generate_series(date_trunc('month', now()), date_trunc('month', now()) + make_interval(months => ahead), '1 month') loop
    name := 'audit_logs_' || to_char(month, 'YYYY_MM');
    continue when to_regclass('ledger.' || name) is not null
      or exists (select from ledger.audit_logs_rest r where r.recorded_at >= month and r.recorded_at < month + interval '1 month');
    execute format(
      'create table ledger.%I partition of ledger.audit_logs for values from (%L) to (%L)', name, month, month + interval '1 month'
    );
    perform ledger.close_partition(format('ledger.%I', name)::regclass);
    made := made + 1;
  end loop;
  return made;
end
$$;
comment on function ledger.make_partitions(integer) is 'Cria as partições dos próximos meses.';

create table ledger.audit_logs_rest partition of ledger.audit_logs default;
select ledger.close_partition('ledger.audit_logs_rest');
grant select on ledger.audit_logs_rest to ledger_owner;
select ledger.make_partitions();

reset role;
