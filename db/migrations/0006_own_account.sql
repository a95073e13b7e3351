-- The log tells a person's own change of password from a reset, and a sign-in from the steps around a second factor,
-- for which the sign-in library opens, replaces and closes sessions of its own.

create or replace function tabellion.log_account() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.password is distinct from old.password then
    if tabellion.duty() = 'auth' then
      perform tabellion.note_as(new."userId", 'password-changed', 'success', new."userId", null, '{}', null);
    else
      perform tabellion.note_as(tabellion.user_id(), 'password-reset', 'success', new."userId", null, '{}', null);
    end if;
  end if;
  return null;
end $$;

create or replace function tabellion.log_session() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  moment interval := interval '5 seconds';
  was text;
  second_factor boolean;
  replaced boolean;
begin
  was := tabellion.enter('inside');
  second_factor := coalesce((select u."twoFactorEnabled" from tabellion."user" u where u.id = coalesce(new."userId", old."userId")), false);
  replaced := tg_op = 'DELETE' and exists (
    select from tabellion.session s
     where s."userId" = old."userId" and s.id <> old.id and s."createdAt" > clock_timestamp() - moment and s."createdAt" > old."createdAt");
  perform tabellion.enter(was);
  if tg_op = 'INSERT' then
    -- With a second factor the program notes the sign-in, once the code was right.
    perform tabellion.note_as(new."userId", case when second_factor then 'session-opened' else 'sign-in' end,
      'success', new."userId", null, '{}', new."ipAddress");
  elsif old."expiresAt" <= now() then
    perform tabellion.note_as(null, 'session-expired', 'success', old."userId", null, '{}', null);
  elsif tabellion.user_id() is not null and tabellion.user_id() <> old."userId" then
    perform tabellion.note_as(tabellion.user_id(), 'session-ended', 'success', old."userId", null, '{}', null);
  else
    perform tabellion.note_as(old."userId",
      case when replaced then 'session-replaced'
           when second_factor and old."createdAt" > clock_timestamp() - moment then 'second-factor-asked'
           else 'sign-out' end,
      'success', old."userId", null, '{}', null);
  end if;
  return null;
end $$;
