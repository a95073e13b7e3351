set role ledger_owner;

-- The sealer reads no entry: these functions give it hashes and numbers. They run as the log's owner.
do $$
declare
  name text;
begin
  foreach name in array array['audit_logs', 'leaves', 'block', 'archive'] loop
    execute format('create policy %I on ledger.%I for select to ledger_owner using (true)', name || '_read_owner', name);
  end loop;
end
$$;
grant select on ledger.leaves, ledger.block, ledger.archive to ledger_owner;

-- What is visible in one snapshot and not in another, in the order of the seal: the older one's running transactions and
-- all that came after. So nothing is skipped, whatever commits late, and no long transaction holds anything up.
create function ledger.unsealed(before pg_snapshot, after pg_snapshot) returns table (place bigint, ids bigint[], hashes bytea)
language sql stable security definer rows 100
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
-- By the index whatever the statistics say: where one transaction wrote most of the log, as a first import does, the planner
-- takes any transaction for one that did.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
  select o.n / 8192 * 8192, array_agg(o.id order by o.n), string_agg(o.leaf, '' order by o.n)
  from (
    select c.id, c.leaf, row_number() over (order by c.xact_id, c.id) - 1 as n
    from (
      select e.id, e.xact_id, ledger.leaf_sent(e) as leaf from ledger.audit_logs e
      where e.xact_id >= pg_snapshot_xmax(before) and e.xact_id < pg_snapshot_xmax(after) and pg_visible_in_snapshot(e.xact_id, after)
      union all
      select e.id, e.xact_id, ledger.leaf_sent(e) from ledger.audit_logs e
      where e.xact_id = any (array(select pg_snapshot_xip(before))) and pg_visible_in_snapshot(e.xact_id, after)
    ) as c
  ) as o
  group by o.n / 8192
  order by o.n / 8192
$$;
comment on function ledger.unsealed(pg_snapshot, pg_snapshot) is 'Entradas e folhas que um instantâneo vê e outro não.';

-- The leaves of these positions, row by row of ledger.leaves, computed again from the entries: `again` is null where they are the
-- sealed ones, all of them in their order; else 32 zeros stand where an entry is gone, 32 times 255 where it left for an archive,
-- and `misplaced` are those that another block should hold. First the way of the seal, which most rows end with; then one by one.
create function ledger.recompute(p_from bigint, p_to bigint)
returns table (place bigint, entries bigint[], sealed bytea, again bytea, misplaced bigint[])
language plpgsql stable security definer rows 10
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
-- One plan for a session: with years of partitions, making it takes as long as thousands of leaves.
set plan_cache_mode = force_generic_plan
-- Without statistics the planner might sort the whole log for each row of leaves.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  part record;
begin
  for part in
    select l.first_position, l.ids, l.hashes, b.snapshot_before, b.snapshot_after, o.ids = l.ids and o.leaves = l.hashes as same
    from (
      -- Put together with nothing they are unpacked once, and not for each partition that is asked.
      select l.first_position, l.ids || '{}'::bigint[] as ids, l.hashes || ''::bytea as hashes from ledger.leaves l
      where l.first_position >= p_from and l.first_position < p_to
      order by l.first_position offset 0
    ) as l
    cross join lateral (
      select c.snapshot_before, c.snapshot_after from ledger.block c where c.first_position <= l.first_position
      order by c.first_position desc limit 1
    ) as b
    cross join lateral (
      select l.ids[1] as first_id, l.ids[cardinality(l.ids)] as last_id,
        pg_snapshot_xmax(b.snapshot_before) as begins, pg_snapshot_xmin(b.snapshot_after) as ends offset 0
    ) as w
    cross join lateral (
      select (select e.xact_id from ledger.audit_logs e where e.id = w.first_id) as of_first,
        (select e.xact_id from ledger.audit_logs e where e.id = w.last_id) as of_last offset 0
    ) as x
    cross join lateral (
      select array_agg(s.id) as ids, string_agg(s.leaf, '') as leaves
      from (
        select e.id, ledger.leaf_sent(e) as leaf from ledger.audit_logs e
        where (e.xact_id, e.id) >= (x.of_first, w.first_id) and (e.xact_id, e.id) <= (x.of_last, w.last_id)
          -- Most came between the two snapshots; the others have to be looked for in them.
          and (e.xact_id >= w.begins and e.xact_id < w.ends
            or pg_visible_in_snapshot(e.xact_id, b.snapshot_after) and not pg_visible_in_snapshot(e.xact_id, b.snapshot_before))
        order by e.xact_id, e.id
      ) as s
    ) as o
    order by l.first_position
  loop
    place := part.first_position;
    sealed := part.hashes;
    if part.same then
      entries := null;
      again := null;
      misplaced := null;
    else
      entries := part.ids;
      select r.again, r.misplaced into again, misplaced from ledger.recompute_each(part.ids, part.snapshot_before, part.snapshot_after) r;
    end if;
    return next;
  end loop;
end
$$;
comment on function ledger.recompute(bigint, bigint) is 'Folhas calculadas de novo a partir das entradas.';

create function ledger.recompute_each(ids bigint[], before pg_snapshot, after pg_snapshot, out again bytea, out misplaced bigint[])
language sql stable
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
set plan_cache_mode = force_custom_plan
set enable_seqscan = on
set enable_bitmapscan = on
set enable_sort = on
as $$
  select string_agg(case when e.id is not null then ledger.leaf_sent(e)
       when exists (select from ledger.archive a where a.ids @> w.id) then decode(repeat('ff', 32), 'hex') else decode(repeat('00', 32), 'hex') end, '' order by w.n),
     array_agg(w.id) filter (where e.id is not null and (not pg_visible_in_snapshot(e.xact_id, after) or pg_visible_in_snapshot(e.xact_id, before)))
  from unnest(ids) with ordinality as w (id, n)
  left join ledger.audit_logs e on e.id = w.id
$$;
comment on function ledger.recompute_each(bigint[], pg_snapshot, pg_snapshot) is 'O mesmo, uma a uma, para dizer o que difere.';

-- Entries that the seal should hold: visible in its last snapshot, and not in an earlier one when only a part is asked for.
create function ledger.count_visible(before pg_snapshot, after pg_snapshot) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
  select case when before is null then (
      select count(*) from ledger.audit_logs e where e.xact_id < pg_snapshot_xmax(after) and pg_visible_in_snapshot(e.xact_id, after)
    ) else (
      select count(*) from ledger.audit_logs e
      where e.xact_id >= pg_snapshot_xmin(before) and e.xact_id < pg_snapshot_xmax(after)
        and pg_visible_in_snapshot(e.xact_id, after) and not pg_visible_in_snapshot(e.xact_id, before)
    ) end
$$;
comment on function ledger.count_visible(pg_snapshot, pg_snapshot) is 'Quantas entradas o selo deve ter.';

-- Entries of the past that no block holds.
create function ledger.strays(after pg_snapshot, at_most integer default 20) returns setof bigint
language sql stable security definer rows 20 set search_path = pg_catalog, pg_temp
as $$
  select e.id from ledger.audit_logs e
  where e.xact_id < pg_snapshot_xmax(after) and pg_visible_in_snapshot(e.xact_id, after)
    and not exists (select from (select unnest(l.ids) as id from ledger.leaves l) as s where s.id = e.id)
  order by e.id limit at_most
$$;
comment on function ledger.strays(pg_snapshot, integer) is 'Entradas passadas que nenhum bloco tem.';

-- The window: what is committed and not yet sealed.
-- With the snapshot in a variable the planner knows how little that is, and does not look through the whole log.
create function ledger.window(out entries bigint, out oldest timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set max_parallel_workers_per_gather = 0
as $$
declare
  last constant pg_snapshot := coalesce((select b.snapshot_after from ledger.block b order by b.number desc limit 1), '3:3:');
  running constant xid8[] := array(select pg_snapshot_xip(last));
begin
  select count(*), min(e.recorded_at) into entries, oldest
  from ledger.audit_logs e where e.xact_id >= pg_snapshot_xmax(last) or e.xact_id = any (running);
end
$$;
comment on function ledger.window() is 'Entradas ainda não seladas, e desde quando.';

-- The whole entry as the canonical form takes it, as one JSON object.
create function ledger.entry_text(e ledger.audit_logs) returns text
language sql stable
as $$
  select json_build_object(
    'v', 1, 'id', e.id::text, 'event_id', e.event_id, 'clinic_id', e.clinic_id,
    'occurred_at', to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'recorded_at', to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'xact_id', e.xact_id::text, 'actor_user_id', e.actor_user_id, 'actor_role', e.actor_role, 'actor_proof', e.actor_proof,
    'on_behalf_of', e.on_behalf_of, 'session_role', e.session_role, 'action', e.action, 'outcome', e.outcome,
    'table_name', e.table_name, 'record_id', e.record_id, 'record_key', e.record_key, 'patient_ref', e.patient_ref,
    'changed_fields', to_json(e.changed_fields)::text, 'old_values', e.old_values::text, 'new_values', e.new_values::text,
    'before_hash', encode(e.before_hash, 'hex'), 'after_hash', encode(e.after_hash, 'hex'), 'phi_accessed', e.phi_accessed,
    'purpose_of_use', e.purpose_of_use, 'legal_basis', e.legal_basis, 'consent_id', e.consent_id, 'activity_id', e.activity_id,
    'recipient', e.recipient, 'ip', text(e.ip), 'user_agent', e.user_agent, 'component', e.component,
    'request_id', e.request_id, 'session_ref', e.session_ref, 'record_count', e.record_count, 'salt_hash', encode(sha256(e.salt), 'hex')
  )::text
$$;
comment on function ledger.entry_text(ledger.audit_logs) is 'Uma entrada inteira, para quem confere sem o banco.';

-- Those, one a line, in the order of the seal.
create function ledger.sealed_entries(wanted bigint[]) returns table (id bigint, entry text)
language plpgsql stable security definer rows 1000
set search_path = pg_catalog, pg_temp
-- One plan for a session: with years of partitions, making it takes longer than finding an entry.
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query select e.id, ledger.entry_text(e)
  from unnest(wanted) with ordinality as w (id, n)
  join ledger.audit_logs e on e.id = w.id
  order by w.n;
end
$$;
comment on function ledger.sealed_entries(bigint[]) is 'Entradas inteiras, para quem confere sem o banco.';

-- The transaction of an entry, to find its block.
create function ledger.transaction_of(entry bigint) returns xid8
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select e.xact_id from ledger.audit_logs e where e.id = entry $$;
comment on function ledger.transaction_of(bigint) is 'Transação que gravou uma entrada.';

-- Waits until a transaction that has committed is in a block, and says how large the tree then was: a checkpoint of that size
-- or more proves its entries. Null when the time was over first, or when nothing of it is there to seal. For what must not be
-- answered before it can no longer be taken back: an export, a right given, a deletion. Takes no lock.
create function ledger.await_sealed(p_transaction xid8, p_patience interval default '5 seconds') returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  until constant timestamptz := clock_timestamp() + least(p_patience, interval '1 minute');
  size bigint;
begin
  if p_transaction = pg_current_xact_id_if_assigned() then
    raise exception 'a transaction is sealed after it has committed: commit, then wait' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'waiting for the seal needs read committed: a snapshot of before never sees it' using errcode = 'invalid_transaction_state';
  end if;
  loop
    select b.tree_size into size from ledger.block b
    where b.visible_below > p_transaction and pg_visible_in_snapshot(p_transaction, b.snapshot_after)
    order by b.visible_below, b.number limit 1;
    exit when found or clock_timestamp() >= until or pg_xact_status(p_transaction) = 'aborted';
    perform pg_sleep(0.02);
  end loop;
  return size;
end
$$;
comment on function ledger.await_sealed(xid8, interval) is 'Espera até que uma transação confirmada esteja selada.';

revoke execute on function ledger.unsealed(pg_snapshot, pg_snapshot), ledger.recompute(bigint, bigint),
  ledger.recompute_each(bigint[], pg_snapshot, pg_snapshot),
  ledger.count_visible(pg_snapshot, pg_snapshot), ledger.strays(pg_snapshot, integer), ledger.window(),
  ledger.entry_text(ledger.audit_logs), ledger.sealed_entries(bigint[]), ledger.transaction_of(bigint) from public;
grant execute on function ledger.unsealed(pg_snapshot, pg_snapshot), ledger.recompute(bigint, bigint),
  ledger.count_visible(pg_snapshot, pg_snapshot), ledger.strays(pg_snapshot, integer), ledger.window(),
  ledger.sealed_entries(bigint[]), ledger.transaction_of(bigint) to ledger_sealer;

-- Where an entry of a transaction stands in the tree, null while no block holds it. A block's rows of leaves are 8,192 wide and in the order of
-- transaction and number: by number alone the row is found by halving, or it is one beside, for transactions run at the same time;
-- where it is neither, by looking.
create function ledger.place_in(entry bigint, xid xid8) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  first bigint;
  size bigint;
  low bigint := 0;
  high bigint;
  middle bigint;
  place bigint;
begin
  select b.first_position, b.tree_size into first, size from ledger.block b
  where b.visible_below > xid and pg_visible_in_snapshot(xid, b.snapshot_after)
  order by b.visible_below, b.number limit 1;
  if not found then return null; end if;
  high := (size - first - 1) / 8192;
  -- Numbers mostly follow one another, and then the first one says where this one is.
  select least(high, greatest(0, (entry - l.ids[1]) / 8192)) into middle from ledger.leaves l where l.first_position = first;
  select l.first_position + array_position(l.ids, entry) - 1 into place from ledger.leaves l where l.first_position = first + middle * 8192;
  if place is not null then return place; end if;
  while low < high loop
    middle := (low + high + 1) / 2;
    if (select l.ids[1] <= entry from ledger.leaves l where l.first_position = first + middle * 8192) then low := middle; else high := middle - 1; end if;
  end loop;
  foreach middle in array array[low, low - 1, low + 1] loop
    select l.first_position + array_position(l.ids, entry) - 1 into place from ledger.leaves l where l.first_position = first + middle * 8192;
    exit when place is not null;
  end loop;
  if place is null then
    select l.first_position + array_position(l.ids, entry) - 1 into place from ledger.leaves l
    where l.first_position >= first and l.first_position < size and entry = any (l.ids) limit 1;
  end if;
  return place;
end
$$;
comment on function ledger.place_in(bigint, xid8) is 'Posição de uma entrada de uma transação na árvore.';

create function ledger.place_of(entry bigint) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (select ledger.place_in(e.id, e.xact_id) from ledger.audit_logs e where e.id = entry);
end
$$;
comment on function ledger.place_of(bigint) is 'Posição de uma entrada na árvore.';
revoke execute on function ledger.place_in(bigint, xid8), ledger.place_of(bigint) from public;
grant execute on function ledger.place_in(bigint, xid8), ledger.place_of(bigint) to ledger_sealer;

revoke execute on function ledger.await_sealed(xid8, interval) from public;
grant execute on function ledger.await_sealed(xid8, interval)
  to app_rw, dashboard_officer, dashboard_admin, dashboard_viewer, tabellion_web, ledger_sealer;

-- An export is itself in the log.
grant execute on function ledger.record_event(
  ledger.action, ledger.outcome, uuid, text, uuid, uuid, integer, text[], text, text, uuid, uuid, text, timestamptz, boolean
) to ledger_sealer;

reset role;
