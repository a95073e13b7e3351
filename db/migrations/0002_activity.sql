-- What Tabellion's own users did. Written by triggers and by tabellion.note(), in the transaction of the act itself;
-- nobody has the right to change or remove an entry.

create table tabellion.activity (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default clock_timestamp(),
  action     text        not null check (action ~ '^[a-z][a-z-]{1,40}$'),
  outcome    text        not null default 'success' check (outcome in ('success', 'denied', 'failure')),
  actor      uuid        references tabellion."user",
  actor_name text,
  about      uuid        references tabellion."user",
  database   text,
  details    jsonb       not null default '{}',
  request_id text,
  component  text,
  address    text
);
create index activity_at_idx on tabellion.activity (at desc, id desc);
create index activity_actor_idx on tabellion.activity (actor, at desc);
create index activity_about_idx on tabellion.activity (about, at desc) where about is not null;
comment on table tabellion.activity is 'Append-only log of what Tabellion''s own users did.';
comment on column tabellion.activity.actor_name is 'The name as it was then.';

create function tabellion.note_as(
  actor uuid, action text, outcome text, about uuid, database text, details jsonb, address text
) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := tabellion.enter('inside');
begin
  insert into tabellion.activity (action, outcome, actor, actor_name, about, database, details, request_id, component, address)
  values (
    note_as.action, note_as.outcome, note_as.actor,
    (select u.name from tabellion."user" u where u.id = note_as.actor),
    note_as.about, nullif(note_as.database, ''), coalesce(note_as.details, '{}'),
    nullif(current_setting('tabellion.request_id', true), ''),
    nullif(current_setting('tabellion.component', true), ''),
    note_as.address
  );
  perform tabellion.enter(was);
end $$;

-- What the program calls: the actor is always the person of the transaction.
create function tabellion.note(
  action text, outcome text default 'success', about uuid default null, database text default null,
  details jsonb default '{}', address text default null
) returns void language sql security definer
  set search_path = pg_catalog, pg_temp
  begin atomic
    select tabellion.note_as(tabellion.user_id(), action, outcome, about, database, details, address);
  end;

create function tabellion.refuse_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'the activity log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger activity_append_only before update or delete or truncate on tabellion.activity
  for each statement execute function tabellion.refuse_change();

create function tabellion.log_session() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform tabellion.note_as(new."userId", 'sign-in', 'success', new."userId", null, '{}', new."ipAddress");
  elsif old."expiresAt" <= now() then
    perform tabellion.note_as(null, 'session-expired', 'success', old."userId", null, '{}', null);
  elsif tabellion.user_id() is null or tabellion.user_id() = old."userId" then
    perform tabellion.note_as(old."userId", 'sign-out', 'success', old."userId", null, '{}', null);
  else
    perform tabellion.note_as(tabellion.user_id(), 'session-ended', 'success', old."userId", null, '{}', null);
  end if;
  return null;
end $$;
create trigger session_activity after insert or delete on tabellion.session
  for each row execute function tabellion.log_session();

create function tabellion.log_user() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  who uuid := tabellion.user_id();
begin
  if tg_op = 'INSERT' then
    perform tabellion.note_as(who, 'user-added', 'success', new.id, null,
      jsonb_build_object('role', new.role, 'clinics', new.clinics), null);
    return null;
  end if;
  if new.role is distinct from old.role then
    perform tabellion.note_as(who, 'role-changed', 'success', new.id, null,
      jsonb_build_object('from', old.role, 'to', new.role), null);
  end if;
  if new.clinics is distinct from old.clinics then
    perform tabellion.note_as(who, 'clinics-changed', 'success', new.id, null,
      jsonb_build_object('from', old.clinics, 'to', new.clinics), null);
  end if;
  if new.subject is distinct from old.subject then
    perform tabellion.note_as(who, 'subject-changed', 'success', new.id, null,
      jsonb_build_object('from', old.subject, 'to', new.subject), null);
  end if;
  if new.disabled is distinct from old.disabled then
    perform tabellion.note_as(who, case when new.disabled then 'user-disabled' else 'user-enabled' end,
      'success', new.id, null, '{}', null);
  end if;
  if new.email is distinct from old.email or new.name is distinct from old.name then
    perform tabellion.note_as(who, 'user-renamed', 'success', new.id, null, '{}', null);
  end if;
  if new."twoFactorEnabled" is distinct from old."twoFactorEnabled" then
    perform tabellion.note_as(coalesce(who, new.id),
      case when new."twoFactorEnabled" then 'two-factor-on' else 'two-factor-off' end, 'success', new.id, null, '{}', null);
  end if;
  return null;
end $$;
create trigger user_activity after insert or update on tabellion."user"
  for each row execute function tabellion.log_user();

create function tabellion.log_account() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.password is distinct from old.password then
    perform tabellion.note_as(tabellion.user_id(), 'password-reset', 'success', new."userId", null, '{}', null);
  end if;
  return null;
end $$;
create trigger account_activity after update on tabellion.account
  for each row execute function tabellion.log_account();

-- A person without users:write may change their own language and name, nothing else of themselves.
create function tabellion.guard_user() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  new."updatedAt" := now();
  if tabellion.duty() = 'write' and not tabellion.may('users:write')
     and (new.id, new.email, new.role, new.subject, new.clinics, new.disabled)
         is distinct from (old.id, old.email, old.role, old.subject, old.clinics, old.disabled) then
    raise exception 'only a compliance officer changes users' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger user_guard before update on tabellion."user"
  for each row execute function tabellion.guard_user();

-- Two officers who disable each other at the same moment wait for one another here; the second is refused.
create function tabellion.keep_an_officer() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text;
begin
  if old.role = 'compliance_officer' and not old.disabled and (new.role <> 'compliance_officer' or new.disabled) then
    perform pg_advisory_xact_lock(hashtextextended('tabellion officers', 0));
    was := tabellion.enter('inside');
    if not exists (select from tabellion."user" where role = 'compliance_officer' and not disabled) then
      raise exception 'the last compliance officer stays' using errcode = 'check_violation', constraint = 'keep_an_officer';
    end if;
    perform tabellion.enter(was);
  end if;
  return null;
end $$;
create trigger user_keep_an_officer after update of role, disabled on tabellion."user"
  for each row execute function tabellion.keep_an_officer();
