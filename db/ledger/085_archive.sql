set role ledger_owner;

create policy archive_add_owner on ledger.archive for insert to ledger_owner with check (entries > 0);
grant insert on ledger.archive to ledger_owner;

-- Takes a whole month that is past and sealed out of the log, once a file holds it. The table stays, detached and closed,
-- until somebody drops it; the leaves stay for ever; the removal is an entry with the file's hash. Nobody but the log's
-- owner and superusers may call it.
create function ledger.archive_partition(part regclass, file_hash bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  name constant text := (select relname from pg_class where oid = part);
  held int8multirange;
  n bigint;
  newest timestamptz;
  open_entries bigint;
begin
  if not exists (select from pg_inherits where inhrelid = part and inhparent = 'ledger.audit_logs'::regclass) or name !~ '^audit_logs_\d{4}_\d\d$' then
    raise exception '% is no month of the audit log', part using errcode = 'invalid_parameter_value';
  end if;
  if to_date(right(name, 7), 'YYYY_MM') + interval '1 month' > date_trunc('month', now() at time zone 'UTC') then
    raise exception '% is not past yet', part using errcode = 'object_not_in_prerequisite_state';
  end if;
  select range_agg(int8range(e.id, e.id, '[]')), count(*), max(e.recorded_at) into held, n, newest
  from ledger.audit_logs e where e.tableoid = part;
  if n = 0 then
    raise exception '% is empty', part using errcode = 'object_not_in_prerequisite_state';
  end if;
  select count(*) into open_entries from ledger.audit_logs e
  where e.tableoid = part and not exists (select from (select unnest(l.ids) as id from ledger.leaves l) as s where s.id = e.id);
  if open_entries > 0 then
    raise exception '% has % entries that are not sealed', part, open_entries using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into ledger.archive (part, ids, entries, file_hash, event_id)
  values (
    name, held, n, file_hash,
    ledger.record_event(
      'backup', p_table => 'ledger.' || name, p_count => least(n, 2147483647)::integer, p_recipient => 'sha256:' || encode(file_hash, 'hex')
    )
  );
  execute format('alter table ledger.audit_logs detach partition %s', part);
  return n;
end
$$;
comment on function ledger.archive_partition(regclass, bytea) is 'Tira do registro um mês passado e selado, depois que um arquivo o guarda.';

-- Whether an archive's entry is in the log and says the same.
create function ledger.archive_told(archive bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from ledger.audit_logs e
    where e.event_id = a.event_id and e.action = 'backup' and e.table_name = 'ledger.' || a.part
      and e.recipient = 'sha256:' || encode(a.file_hash, 'hex') and e.recorded_at >= a.archived_at - interval '1 hour'
  )
  from ledger.archive a where a.id = archive
$$;
comment on function ledger.archive_told(bigint) is 'Se a saída de um mês está no registro.';
revoke execute on function ledger.archive_told(bigint) from public;
grant execute on function ledger.archive_told(bigint) to ledger_sealer;
revoke execute on function ledger.archive_partition(regclass, bytea) from public;

reset role;
