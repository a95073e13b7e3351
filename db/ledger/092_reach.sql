set role ledger_owner;

-- Between which times the next entries of a list lie: so many of a clinic, a person, a patient or a row of a table, within two times, the newest
-- or (upwards) the oldest of them. A list that knows it asks the one or two months that hold its page; to plan for years of them
-- takes longer than to read it. One plan for the session, as the log's owner: so it asks itself whose entries the reader may know
-- of. It tells times and a number; the list itself is read under the policies. Each order needs a statement of its own.
create function ledger.reach_of(
  p_of text, p_keys uuid[], p_admin boolean, p_from timestamptz, p_to timestamptz, p_wanted integer, p_upwards boolean, p_table text,
  out first timestamptz, out last timestamptz, out entries bigint
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  mine constant uuid[] := case when p_admin then ledger.clinics_of('admin') else ledger.clinics_of('dpo', 'auditor') end;
  platform constant boolean := not p_admin and cardinality(mine) > 0;
  times timestamptz[];
begin
  if p_of = 'clinic' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.clinic_id = k.key and e.clinic_id = any (mine) and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'clinic' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.clinic_id = k.key and e.clinic_id = any (mine) and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  elsif p_of = 'platform' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.clinic_id is null and platform and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'platform' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.clinic_id is null and platform and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  elsif p_of = 'person' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.actor_user_id = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'person' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.actor_user_id = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  elsif p_of = 'patient' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.patient_ref = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'patient' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.patient_ref = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  elsif p_of = 'row' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.record_id = k.key and e.record_key is null and e.table_name = p_table
        and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'row' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where e.record_id = k.key and e.record_key is null and e.table_name = p_table
        and (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  elsif p_of = 'all' and not p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at desc, e.id desc limit p_wanted) as f);
  elsif p_of = 'all' and p_upwards then
    times := array(select f.at from unnest(p_keys) as k (key) cross join lateral (
      select e.recorded_at as at from ledger.audit_logs e
      where (e.clinic_id = any (mine) or e.clinic_id is null and platform) and e.recorded_at between p_from and p_to
      order by e.recorded_at, e.id limit p_wanted) as f);
  end if;
  if p_upwards then
    select min(t.at), max(t.at), count(*) into first, last, entries from (select unnest(times) as at order by 1 limit p_wanted) as t;
  else
    select min(t.at), max(t.at), count(*) into first, last, entries from (select unnest(times) as at order by 1 desc limit p_wanted) as t;
  end if;
end
$$;
comment on function ledger.reach_of(text, uuid[], boolean, timestamptz, timestamptz, integer, boolean, text) is 'Entre que instantes estão as próximas entradas de uma lista.';
revoke execute on function ledger.reach_of(text, uuid[], boolean, timestamptz, timestamptz, integer, boolean, text) from public;
grant execute on function ledger.reach_of(text, uuid[], boolean, timestamptz, timestamptz, integer, boolean, text) to dashboard_officer, dashboard_admin;

reset role;
