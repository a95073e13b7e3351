set role ledger_owner;

-- What the proof of a place under the tree of a size is made of: the tiles of 256 hashes on the way from its leaf to the root, and those at
-- the right edge, as runs of hashes of one level that follow one another.
create function ledger.tiles_around(p_place bigint, p_size bigint) returns table (level integer, start bigint, hashes bytea)
language plpgsql stable rows 10
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
    with tile as (
      select distinct l.level, edge.at / (256 ^ (l.level + 1))::bigint * 256 as first
      from unnest(array[p_place, p_size]) as edge (at), generate_series(0, 6) as l (level)
    )
    select 0, p.start, p.hashes
    from tile t
    cross join lateral (
      select coalesce((select max(l.first_position) from ledger.leaves l where l.first_position <= t.first), 0) as first offset 0
    ) as row
    cross join lateral (
      select greatest(l.first_position, t.first) as start,
        substring(l.hashes from (greatest(t.first - l.first_position, 0))::int * 32 + 1
          for (least(l.first_position + octet_length(l.hashes) / 32, t.first + 256, p_size) - greatest(l.first_position, t.first))::int * 32) as hashes
      from ledger.leaves l
      where l.first_position >= row.first and l.first_position < least(t.first + 256, p_size)
      offset 0
    ) as p
    where t.level = 0
    union all
    select t.level, p.start, p.hashes
    from tile t
    cross join lateral (
      select min(n.position) as start, string_agg(n.hash, '' order by n.position) as hashes
      from ledger.node n
      where n.level = t.level and n.position >= t.first and n.position < t.first + 256
      having count(*) = max(n.position) - min(n.position) + 1
    ) as p
    where t.level > 0
    order by 1, 2;
end
$$;
comment on function ledger.tiles_around(bigint, bigint) is 'Do que se faz a prova de uma posição.';

-- One entry whole, and its transaction: when it was recorded says in which of the months to read it.
create function ledger.entry_of(p_id bigint, out xid xid8, out entry text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  at timestamptz;
begin
  select e.xact_id, e.recorded_at into xid, at from ledger.audit_logs e where e.id = p_id;
  select ledger.entry_text(e) into entry from ledger.audit_logs e where e.id = p_id and e.recorded_at = at;
end
$$;
comment on function ledger.entry_of(bigint) is 'Uma entrada inteira e sua transação.';

-- An entry, its place in the tree, and the newest checkpoint: null where there is none. With ledger.tiles_around all that its proof
-- is made of, found by plans that the session keeps.
create function ledger.proof_of(p_id bigint, out place bigint, out entry text, out note text, out size bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  xid xid8;
begin
  select o.xid, o.entry into xid, entry from ledger.entry_of(p_id) o;
  place := ledger.place_in(p_id, xid);
  select c.note, c.tree_size into note, size from ledger.checkpoint c order by c.tree_size desc, c.id desc limit 1;
end
$$;
comment on function ledger.proof_of(bigint) is 'Uma entrada, sua posição e o ponto de verificação mais novo.';

revoke execute on function ledger.tiles_around(bigint, bigint), ledger.entry_of(bigint), ledger.proof_of(bigint) from public;
grant execute on function ledger.tiles_around(bigint, bigint), ledger.entry_of(bigint), ledger.proof_of(bigint) to ledger_sealer;

reset role;
