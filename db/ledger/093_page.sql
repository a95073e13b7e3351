set role ledger_owner;

-- A page of the log by plans that the session keeps: to parse and plan the list anew takes twice as long as to read it. As in
-- ledger.reach_of the log's owner looks for places in an index, and asks whose entries the reader may know of; what stands there is
-- read with the reader's own rights, under the policies. Newest first; anything that a list may ask and these do not is asked by
-- statements made for it.

-- The newest `p_wanted` entries of a clinic, a person, a patient, a row of a table or all, between two places, among the `p_look` of each
-- key that come first: those of an action, an outcome, a table, where such are given. `looked`: how many were there to look at. The
-- entries of few clinics come from each one's own index, those of many from the order of the whole log. `between` is taken for one row in two hundred
-- by a plan that does not know the times, which made a small log be read in the order of time for one person's entries.
create function ledger.places_of(
  p_of text, p_keys uuid[], p_admin boolean, p_from timestamptz, p_to timestamptz, p_to_id bigint, p_look integer, p_wanted integer,
  p_row_of text, p_action ledger.action[], p_outcome ledger.outcome, p_table text[],
  out ids bigint[], out times timestamptz[], out looked bigint
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
  merged constant boolean := p_of = 'all' and cardinality(mine) <= 20;
  keys constant uuid[] := case when merged then mine else p_keys end;
begin
  -- Several indexes looked into to a depth each have not come to the same time: what sifts them has to be asked otherwise.
  if merged and cardinality(mine) > (not platform)::integer and (p_action is not null or p_outcome is not null or p_table is not null) then
    return;
  end if;
  if p_of = 'clinic' or merged then
    select count(*), array_agg(f.id) filter (where f.such), array_agg(f.at) filter (where f.such)
      into looked, ids, times
    from unnest(keys) as k (key) cross join lateral (
      select e.id, e.recorded_at as at, (p_action is null or e.action = any (p_action)) and (p_outcome is null or e.outcome = p_outcome)
        and (p_table is null or e.table_name = any (p_table)) as such
      from ledger.audit_logs e
      where e.clinic_id = k.key and e.clinic_id = any (mine) and e.recorded_at >= p_from and (e.recorded_at, e.id) < (p_to, p_to_id)
      order by e.recorded_at desc, e.id desc limit p_look) as f;
    if merged and platform then
      select looked + count(*), ids || array_agg(f.id), times || array_agg(f.at) into looked, ids, times
      from (
        select e.id, e.recorded_at as at from ledger.audit_logs e
        where e.clinic_id is null and e.recorded_at >= p_from and (e.recorded_at, e.id) < (p_to, p_to_id)
        order by e.recorded_at desc, e.id desc limit p_look) as f;
    end if;
  elsif p_of = 'person' then
    select count(*), array_agg(f.id) filter (where f.such), array_agg(f.at) filter (where f.such)
      into looked, ids, times
    from unnest(keys) as k (key) cross join lateral (
      select e.id, e.recorded_at as at, (p_action is null or e.action = any (p_action)) and (p_outcome is null or e.outcome = p_outcome)
        and (p_table is null or e.table_name = any (p_table)) as such
      from ledger.audit_logs e
      where e.actor_user_id = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform)
        and e.recorded_at >= p_from and (e.recorded_at, e.id) < (p_to, p_to_id)
      order by e.recorded_at desc, e.id desc limit p_look) as f;
  elsif p_of = 'patient' then
    select count(*), array_agg(f.id) filter (where f.such), array_agg(f.at) filter (where f.such)
      into looked, ids, times
    from unnest(keys) as k (key) cross join lateral (
      select e.id, e.recorded_at as at, (p_action is null or e.action = any (p_action)) and (p_outcome is null or e.outcome = p_outcome)
        and (p_table is null or e.table_name = any (p_table)) as such
      from ledger.audit_logs e
      where e.patient_ref = k.key and (e.clinic_id = any (mine) or e.clinic_id is null and platform)
        and e.recorded_at >= p_from and (e.recorded_at, e.id) < (p_to, p_to_id)
      order by e.recorded_at desc, e.id desc limit p_look) as f;
  elsif p_of = 'row' then
    select count(*), array_agg(f.id) filter (where f.such), array_agg(f.at) filter (where f.such)
      into looked, ids, times
    from unnest(keys) as k (key) cross join lateral (
      select e.id, e.recorded_at as at, (p_action is null or e.action = any (p_action)) and (p_outcome is null or e.outcome = p_outcome) as such
      from ledger.audit_logs e
      where e.record_id = k.key and e.record_key is null and e.table_name = p_row_of
        and (e.clinic_id = any (mine) or e.clinic_id is null and platform)
        and e.recorded_at >= p_from and (e.recorded_at, e.id) < (p_to, p_to_id)
      order by e.recorded_at desc, e.id desc limit p_look) as f;
  elsif p_of = 'all' then
    select count(*), array_agg(f.id) filter (where f.such), array_agg(f.at) filter (where f.such)
      into looked, ids, times
    from (
      select e.id, e.recorded_at as at, (p_action is null or e.action = any (p_action)) and (p_outcome is null or e.outcome = p_outcome)
        and (p_table is null or e.table_name = any (p_table)) as such
      from ledger.audit_logs e
      where (e.clinic_id = any (mine) or e.clinic_id is null and platform)
        and e.recorded_at between p_from and p_to and (e.recorded_at, e.id) < (p_to, p_to_id)
      order by e.recorded_at desc, e.id desc limit p_look) as f;
  end if;
  select array_agg(w.id), array_agg(w.at) into ids, times
  from (select u.id, u.at from unnest(ids, times) as u (id, at) order by u.at desc, u.id desc limit p_wanted) as w;
end
$$;
comment on function ledger.places_of(text, uuid[], boolean, timestamptz, timestamptz, bigint, integer, integer, text, ledger.action[], ledger.outcome, text[])
  is 'Onde estão as próximas entradas de uma lista.';

-- When an entry was recorded that the reader may know of: it says in which of the months to look.
create function ledger.time_of(p_id bigint, p_admin boolean) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  mine constant uuid[] := case when p_admin then ledger.clinics_of('admin') else ledger.clinics_of('dpo', 'auditor') end;
begin
  return (
    select e.recorded_at from ledger.audit_logs e
    where e.id = p_id and (e.clinic_id = any (mine) or e.clinic_id is null and not p_admin and cardinality(mine) > 0)
  );
end
$$;
comment on function ledger.time_of(bigint, boolean) is 'Quando uma entrada foi gravada.';

-- Entries by their numbers and when each was recorded, newest first, as the pages show them: all but the salt. The time says in which
-- month to look: between the first and the last of them all others stand as well.
create function ledger.entries_at(p_ids bigint[], p_times timestamptz[]) returns json
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
begin
  return (
    select json_agg(shown) from (
      select l.id::text as "id", l.event_id as "eventId", l.clinic_id as "clinicId",
        to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt",
        to_char(l.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt",
        l.actor_user_id as "actorUserId", l.actor_role as "actorRole", l.actor_proof as "actorProof", l.on_behalf_of as "onBehalfOf",
        l.session_role as "sessionRole", l.action, l.outcome, l.table_name as "tableName", l.record_id as "recordId",
        l.record_key as "recordKey", l.patient_ref as "patientRef", l.changed_fields as "changedFields", l.old_values as "oldValues",
        l.new_values as "newValues", encode(l.before_hash, 'hex') as "beforeHash", encode(l.after_hash, 'hex') as "afterHash",
        l.phi_accessed as "phiAccessed", l.purpose_of_use as "purposeOfUse", l.legal_basis as "legalBasis", l.consent_id as "consentId",
        l.activity_id as "activityId", l.recipient, host(l.ip) as "ip", l.user_agent as "userAgent", l.component,
        l.request_id as "requestId", l.session_ref as "sessionRef", l.record_count as "recordCount", l.xact_id::text as "xactId"
      from unnest(p_ids, p_times) as u (id, at) join ledger.audit_logs l on l.id = u.id and l.recorded_at = u.at
      order by l.recorded_at desc, l.id desc
    ) as shown
  );
end
$$;
comment on function ledger.entries_at(bigint[], timestamptz[]) is 'Entradas pelos seus números, como as páginas as mostram.';

-- One page. Most lists have theirs in the last month before it, so that is looked at first; then all there is, deeper. Not `whole`: there
-- may be more that these steps did not come to.
create function ledger.page_of(
  p_of text, p_keys uuid[], p_from timestamptz, p_to timestamptz, p_to_id bigint, p_wanted integer,
  p_row_of text, p_action ledger.action[], p_outcome ledger.outcome, p_table text[], out page json, out whole boolean
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  -- A row has few entries, a patient some in each month.
  near constant timestamptz := case p_of when 'row' then p_from
    else greatest(p_from, least(p_to, now()) - case p_of when 'patient' then interval '1 year' else interval '31 days' end) end;
  look integer := case when p_action is null and p_outcome is null and p_table is null then p_wanted else 8 * p_wanted end;
  ids bigint[];
  times timestamptz[];
  looked bigint;
begin
  select f.ids, f.times, f.looked into ids, times, looked
  from ledger.places_of(p_of, p_keys, current_user = 'dashboard_admin', near, p_to, p_to_id, look, p_wanted, p_row_of, p_action, p_outcome, p_table) f;
  if coalesce(cardinality(ids), 0) < p_wanted and (looked >= look or near > p_from) then
    -- Too little of what it has is such, or it has too little.
    look := case when looked >= look then 10 * look else look end;
    select f.ids, f.times, f.looked into ids, times, looked
    from ledger.places_of(p_of, p_keys, current_user = 'dashboard_admin', p_from, p_to, p_to_id, look, p_wanted, p_row_of, p_action, p_outcome, p_table) f;
  end if;
  whole := coalesce(cardinality(ids) >= p_wanted, false) or coalesce(looked < look, false);
  page := case when whole then coalesce(ledger.entries_at(ids, times), '[]') end;
end
$$;
comment on function ledger.page_of(text, uuid[], timestamptz, timestamptz, bigint, integer, text, ledger.action[], ledger.outcome, text[])
  is 'Uma página do registro, as mais novas primeiro.';

revoke execute on function ledger.places_of(text, uuid[], boolean, timestamptz, timestamptz, bigint, integer, integer, text, ledger.action[], ledger.outcome, text[]),
  ledger.time_of(bigint, boolean), ledger.entries_at(bigint[], timestamptz[]),
  ledger.page_of(text, uuid[], timestamptz, timestamptz, bigint, integer, text, ledger.action[], ledger.outcome, text[]) from public;
grant execute on function ledger.places_of(text, uuid[], boolean, timestamptz, timestamptz, bigint, integer, integer, text, ledger.action[], ledger.outcome, text[]),
  ledger.time_of(bigint, boolean), ledger.entries_at(bigint[], timestamptz[]),
  ledger.page_of(text, uuid[], timestamptz, timestamptz, bigint, integer, text, ledger.action[], ledger.outcome, text[])
  to dashboard_officer, dashboard_admin;

reset role;
