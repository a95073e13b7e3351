-- Who reaches what. The login that the program connects with has no right on any table: each transaction takes the
-- role of its duty and names the person. Policies ask for the duty too, so that they also hold in the reduced
-- installation, where one login stands for all roles.

revoke all on schema tabellion from public;
revoke all on all functions in schema tabellion from public;
grant usage on schema tabellion to {{auth}}, {{reader}}, {{writer}}, {{system}};
grant execute on function tabellion.duty(), tabellion.enter(text), tabellion.user_id(), tabellion.may(text), tabellion.name_of(uuid)
  to {{auth}}, {{reader}}, {{writer}}, {{system}};
grant execute on function tabellion.note(text, text, uuid, text, jsonb, text) to {{writer}}, {{system}};

-- The sign-in library: users (not their role or clinics), sessions, credentials.
grant select on tabellion."user" to {{auth}};
grant update ("emailVerified", image, "updatedAt", "twoFactorEnabled") on tabellion."user" to {{auth}};
grant select, insert, update, delete on tabellion.session, tabellion.verification, tabellion."twoFactor", tabellion."rateLimit" to {{auth}};
grant select on tabellion.account to {{auth}};
grant update (password, "accessToken", "refreshToken", "idToken", "accessTokenExpiresAt", "refreshTokenExpiresAt", scope, "updatedAt")
  on tabellion.account to {{auth}};

-- A person reading: no tokens, no hashes.
grant select on tabellion."user", tabellion.permission, tabellion.migration, tabellion.snapshot, tabellion.scan, tabellion.finding,
  tabellion.finding_event, tabellion.acceptance, tabellion.saved_view, tabellion.activity to {{reader}}, {{writer}};
grant select (id, "userId", "createdAt", "updatedAt", "expiresAt", "ipAddress", "userAgent") on tabellion.session to {{reader}}, {{writer}};
grant select (id, "userId", "providerId", "accountId", "createdAt", "updatedAt") on tabellion.account to {{reader}}, {{writer}};
grant select (id, "userId") on tabellion."twoFactor" to {{reader}}, {{writer}};

-- A person writing.
grant insert, update on tabellion."user" to {{writer}};
grant insert (id, "accountId", "providerId", "userId", password), update (password, "updatedAt") on tabellion.account to {{writer}};
grant delete on tabellion.session, tabellion."twoFactor" to {{writer}};
grant insert on tabellion.acceptance to {{writer}};
grant update (approved_by, approved_at, withdrawn_by, withdrawn_at, withdrawn_reason) on tabellion.acceptance to {{writer}};
grant insert, update, delete on tabellion.saved_view to {{writer}};

-- The system without a person: records scans, makes the first users, counts sign-in attempts.
grant select, insert on tabellion."user", tabellion.account to {{system}};
grant update (name, role, subject, clinics, disabled, "updatedAt") on tabellion."user" to {{system}};
grant update (password, "updatedAt") on tabellion.account to {{system}};
grant select on tabellion.permission, tabellion.migration, tabellion.acceptance to {{system}};
grant select, insert, update, delete on tabellion."rateLimit" to {{system}};
grant select, insert on tabellion.snapshot, tabellion.scan, tabellion.finding_event to {{system}};
grant select, insert, update on tabellion.finding to {{system}};

do $$
declare
  name text;
begin
  for name in select relname from pg_class where relnamespace = 'tabellion'::regnamespace and relkind in ('r', 'p') loop
    execute format('alter table tabellion.%I enable row level security', name);
    execute format('alter table tabellion.%I force row level security', name);
    -- The owner sees rows only from inside the definer functions, which take this duty for their own run.
    execute format('create policy inside on tabellion.%I to {{owner}} using (tabellion.duty() in (''inside'', ''migrate'')) with check (tabellion.duty() in (''inside'', ''migrate''))', name);
  end loop;
end $$;

create policy auth_reads on tabellion."user" for select to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_updates on tabellion."user" for update to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_all on tabellion.session to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_all on tabellion.verification to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_all on tabellion."twoFactor" to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_all on tabellion."rateLimit" to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_reads on tabellion.account for select to {{auth}} using (tabellion.duty() = 'auth');
create policy auth_updates on tabellion.account for update to {{auth}} using (tabellion.duty() = 'auth');

create policy person_reads on tabellion."user" for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (id = (select tabellion.user_id()) or (select tabellion.may('users:read'))));
create policy person_adds on tabellion."user" for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and (select tabellion.may('users:write')));
create policy person_changes on tabellion."user" for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (id = (select tabellion.user_id()) or (select tabellion.may('users:write'))));

create policy person_reads on tabellion.session for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and ("userId" = (select tabellion.user_id()) or (select tabellion.may('users:read'))));
create policy person_ends on tabellion.session for delete to {{writer}}
  using ((select tabellion.duty()) = 'write' and ("userId" = (select tabellion.user_id()) or (select tabellion.may('users:write'))));

create policy person_reads on tabellion.account for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and ("userId" = (select tabellion.user_id()) or (select tabellion.may('users:read'))));
create policy person_adds on tabellion.account for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and (select tabellion.may('users:write')));
create policy person_changes on tabellion.account for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('users:write')));

create policy person_reads on tabellion."twoFactor" for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('users:read')));
create policy person_removes on tabellion."twoFactor" for delete to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('users:write')));

create policy anyone_reads on tabellion.permission for select to {{reader}}, {{writer}}, {{system}} using (tabellion.duty() <> '');
create policy anyone_reads on tabellion.migration for select to {{reader}}, {{writer}}, {{system}} using (tabellion.duty() <> '');

create policy person_reads on tabellion.activity for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (actor = (select tabellion.user_id()) or (select tabellion.may('users:read'))));

create policy person_reads on tabellion.snapshot for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('catalog:read')));
create policy person_reads on tabellion.scan for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('findings:read')));
create policy person_reads on tabellion.finding for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('findings:read')));
create policy person_reads on tabellion.finding_event for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('findings:read')));
create policy person_reads on tabellion.acceptance for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and (select tabellion.may('findings:read')));
create policy person_accepts on tabellion.acceptance for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and requested_by = (select tabellion.user_id()) and approved_by is null
              and withdrawn_by is null and (select tabellion.may('findings:write')));
create policy person_decides on tabellion.acceptance for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and (select tabellion.may('findings:write')));

create policy own_rows on tabellion.saved_view for select to {{reader}}, {{writer}}
  using ((select tabellion.duty()) in ('read', 'write') and user_id = (select tabellion.user_id()));
create policy own_adds on tabellion.saved_view for insert to {{writer}}
  with check ((select tabellion.duty()) = 'write' and user_id = (select tabellion.user_id()));
create policy own_changes on tabellion.saved_view for update to {{writer}}
  using ((select tabellion.duty()) = 'write' and user_id = (select tabellion.user_id()));
create policy own_removes on tabellion.saved_view for delete to {{writer}}
  using ((select tabellion.duty()) = 'write' and user_id = (select tabellion.user_id()));

create policy system_all on tabellion."user" to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion.account to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion."rateLimit" to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion.snapshot to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion.scan to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion.finding to {{system}} using (tabellion.duty() = 'system');
create policy system_all on tabellion.finding_event to {{system}} using (tabellion.duty() = 'system');
create policy system_reads on tabellion.acceptance for select to {{system}} using (tabellion.duty() = 'system');
