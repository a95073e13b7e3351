set role ledger_owner;

-- Leaves, 32 bytes each, appended to a tree of `size` leaves whose full subtrees have the roots `frontier`, largest first
-- (RFC 9162): the frontier afterwards. Level by level: an odd root stays, pairs go up; those of 256, 65,536, … leaves are kept.
create function ledger.append_leaves(frontier bytea, size bigint, leaves bytea) returns bytea
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  roots bytea := leaves;
  many integer := octet_length(leaves) / 32;
  stay bytea := '';
  before bigint := size;
  height integer := 0;
begin
  while many > 0 loop
    if height > 0 and height % 8 = 0 then
      insert into ledger.node (level, position, hash)
      select height / 8, before + n, substring(roots from 1 + 32 * n for 32) from generate_series(0, many - 1) as n;
    end if;
    if before % 2 = 1 then
      roots := substring(frontier from octet_length(frontier) - 31) || roots;
      frontier := substring(frontier for octet_length(frontier) - 32);
      many := many + 1;
    end if;
    if many % 2 = 1 then
      stay := substring(roots from 32 * many - 31) || stay;
    end if;
    many := many / 2;
    select string_agg(sha256('\x01'::bytea || substring(roots from 1 + 64 * n for 64)), '' order by n) into roots
    from generate_series(0, many - 1) as n;
    before := before / 2;
    height := height + 1;
  end loop;
  return frontier || stay;
end
$$;
comment on function ledger.append_leaves(bytea, bigint, bytea) is 'Acrescenta folhas à árvore; guarda as subárvores cheias.';

create function ledger.root_of(frontier bytea) returns bytea
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  at integer := octet_length(frontier) - 31;
  root bytea := substring(frontier from at);
begin
  while at > 1 loop
    at := at - 32;
    root := sha256('\x01'::bytea || substring(frontier from at for 32) || root);
  end loop;
  return root;
end
$$;
comment on function ledger.root_of(bytea) is 'Raiz da árvore, das raízes de suas subárvores cheias.';

-- Roots of the full subtrees of a tree's first `size` leaves, largest first: what is left of each level beside its last full 256,
-- folded. Kept for each block they took more than the block's entries.
create function ledger.frontier_at(size bigint) returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  frontier bytea := '';
  part bytea;
  first bigint;
  many integer;
begin
  for height in reverse 6..0 loop
    first := size >> (8 * height + 8) << 8;
    many := (size >> (8 * height)) - first;
    continue when many = 0;
    if height > 0 then
      select string_agg(n.hash, '' order by n.position) into part
      from ledger.node n where n.level = height and n.position >= first and n.position < first + many;
    else
      select string_agg(substring(l.hashes from greatest(first - l.first_position, 0)::integer * 32 + 1
        for (least(l.first_position + cardinality(l.ids), size) - greatest(first, l.first_position))::integer * 32), '' order by l.first_position) into part
      from ledger.leaves l
      where l.first_position >= (select max(o.first_position) from ledger.leaves o where o.first_position <= first) and l.first_position < size;
    end if;
    if octet_length(part) is distinct from 32 * many then
      raise exception 'nothing was sealed: the sealed tree of % entries lacks hashes that it should have', size
        using errcode = 'data_corrupted', hint = 'Somebody took them away: verify the log.';
    end if;
    -- Fewer than 256 of a level complete nothing above it.
    frontier := frontier || ledger.append_leaves('', 0, part);
  end loop;
  return frontier;
end
$$;
comment on function ledger.frontier_at(bigint) is 'Raízes das subárvores cheias da árvore de um tamanho.';

-- Seals everything that is committed and not yet sealed, as one block in the caller's transaction: killed at any moment, it has
-- happened or not. Of several at once one works and the others are `busy`. All in one question: on a busy server each one
-- waits its turn, and all that is committed meanwhile waits with it. `moved`: the database was restored into another
-- server, whose transaction numbers mean nothing here.
create function ledger.seal(out state text, out entries bigint, out size bigint)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  last ledger.block;
  after pg_snapshot;
  here bigint;
  part record;
  frontier bytea;
begin
  entries := 0;
  -- "tabellion", "seal".
  if not pg_try_advisory_xact_lock(1952607342, 1936023916) then
    state := 'busy';
    return;
  end if;
  -- After the lock, not with it: else the block of whoever held it before would not be seen.
  select pg_current_snapshot(), c.system_identifier into after, here from pg_control_system() c;
  select * into last from ledger.block b order by b.number desc limit 1;
  if last.system_identifier <> here or pg_snapshot_xmax(after) < last.visible_below then
    state := 'moved';
    return;
  end if;
  last.first_position := coalesce(last.tree_size, 0);
  last.snapshot_before := coalesce(last.snapshot_after, '3:3:');
  size := last.first_position;
  for part in select u.place, u.ids, u.hashes from ledger.unsealed(last.snapshot_before, after) u loop
    frontier := ledger.append_leaves(coalesce(frontier, ledger.frontier_at(size)), size, part.hashes);
    insert into ledger.leaves (first_position, ids, hashes) values (last.first_position + part.place, part.ids, part.hashes);
    size := size + cardinality(part.ids);
  end loop;
  entries := size - last.first_position;
  state := case when entries = 0 then 'idle' else 'sealed' end;
  if entries > 0 then
    insert into ledger.block (number, first_position, tree_size, snapshot_before, snapshot_after, visible_below, root, system_identifier)
    values (coalesce(last.number, 0) + 1, last.first_position, size, last.snapshot_before, after, pg_snapshot_xmax(after),
      ledger.root_of(frontier), here);
  end if;
end
$$;
comment on function ledger.seal() is 'Sela o que foi confirmado e ainda não está selado, como um bloco.';

revoke execute on function ledger.append_leaves(bytea, bigint, bytea), ledger.root_of(bytea), ledger.frontier_at(bigint), ledger.seal() from public;
grant execute on function ledger.append_leaves(bytea, bigint, bytea), ledger.root_of(bytea), ledger.frontier_at(bigint), ledger.seal() to ledger_sealer;

reset role;
