-- A whole rule may be accepted, and what was accepted opens again when its object is no longer what it was.

alter table tabellion.finding add column about bytea check (octet_length(about) = 32);
comment on column tabellion.finding.about is 'SHA-256 of the object''s own structure and the severity, at its last sight.';

alter table tabellion.acceptance alter column key drop not null;
alter table tabellion.acceptance add column rule text;
alter table tabellion.acceptance add column about bytea check (octet_length(about) = 32);
alter table tabellion.acceptance add constraint acceptance_of_one check ((key is null) <> (rule is null));
create unique index acceptance_one_standing_rule on tabellion.acceptance (database, rule) where withdrawn_at is null;
comment on column tabellion.acceptance.rule is 'Every finding of this rule, those of tomorrow too; then key is empty.';
comment on column tabellion.acceptance.about is 'What finding.about was when it was asked for: another value opens the finding again.';

create or replace function tabellion.log_acceptance() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := tabellion.enter('inside');
  -- A whole rule is never accepted by one person alone.
  grave boolean := new.rule is not null
    or (select severity in ('critical', 'high') from tabellion.finding f
         where f.database = new.database and f.key = new.key);
  what text;
begin
  what := case
    when tg_op = 'INSERT' and grave then 'acceptance_requested'
    when tg_op = 'INSERT' then 'accepted'
    when new.withdrawn_at is distinct from old.withdrawn_at then 'acceptance_withdrawn'
    when new.approved_at is distinct from old.approved_at then 'accepted'
  end;
  if what is not null then
    insert into tabellion.finding_event (database, key, event, actor, note)
    select f.database, f.key, what, tabellion.user_id(),
           case when what = 'acceptance_withdrawn' then new.withdrawn_reason else new.reason end
      from tabellion.finding f
     where f.database = new.database
       and (f.key = new.key or (f.rule = new.rule and f.state <> 'resolved'));
  end if;
  perform tabellion.enter(was);
  if what is null then
    return null;
  end if;
  perform tabellion.note_as(tabellion.user_id(), replace(what, '_', '-'), 'success', null, new.database,
    jsonb_strip_nulls(jsonb_build_object('finding', new.key, 'rule', new.rule, 'kind', new.kind, 'until', new.until)), null);
  return null;
end $$;
