-- Tabellion's own users and their sessions. Tables and column names of the sign-in library stay as it expects them.
-- Names in double braces are roles: their own in the full installation, the installing login in the reduced one.

create table tabellion."user" (
  id                 uuid primary key default gen_random_uuid(),
  name               text        not null check (length(btrim(name)) between 1 and 200),
  email              text        not null check (email = lower(email) and length(email) between 3 and 320),
  "emailVerified"    boolean     not null default false,
  image              text,
  "createdAt"        timestamptz not null default now(),
  "updatedAt"        timestamptz not null default now(),
  "twoFactorEnabled" boolean     default false,
  role               text        not null check (role in ('compliance_officer', 'dba', 'clinic_admin', 'viewer')),
  subject            uuid        not null default gen_random_uuid(),
  clinics            uuid[]      not null default '{}',
  disabled           boolean     not null default false,
  locale             text        check (locale in ('en', 'pt-BR')),
  constraint user_email_key unique (email)
);
comment on table tabellion."user" is 'People who may sign in to Tabellion. Never deleted, only disabled, so that the activity log keeps its names.';
comment on column tabellion."user".subject is 'The same person in the governed database: clinic_members.user_id.';
comment on column tabellion."user".clinics is 'Clinics this person is bound to; empty means every clinic they are a member of there.';

create table tabellion.session (
  id          uuid primary key default gen_random_uuid(),
  "expiresAt" timestamptz not null,
  token       text        not null constraint session_token_key unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId"    uuid        not null references tabellion."user" on delete cascade
);
create index session_user_idx on tabellion.session ("userId");
comment on table tabellion.session is 'Signed-in browsers. Deleting a row signs that browser out at its next request.';

create table tabellion.account (
  id                      uuid primary key default gen_random_uuid(),
  "accountId"             text        not null,
  "providerId"            text        not null,
  "userId"                uuid        not null references tabellion."user" on delete cascade,
  "accessToken"           text,
  "refreshToken"          text,
  "idToken"               text,
  "accessTokenExpiresAt"  timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope                   text,
  password                text,
  "createdAt"             timestamptz not null default now(),
  "updatedAt"             timestamptz not null default now(),
  constraint account_provider_key unique ("providerId", "accountId")
);
create index account_user_idx on tabellion.account ("userId");
comment on table tabellion.account is 'How a person proves who they are; password is a scrypt hash.';

create table tabellion.verification (
  id          uuid primary key default gen_random_uuid(),
  identifier  text        not null,
  value       text        not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_identifier_idx on tabellion.verification (identifier);
comment on table tabellion.verification is 'Short-lived secrets of the sign-in library: second factor in progress.';

create table tabellion."twoFactor" (
  id                        uuid primary key default gen_random_uuid(),
  secret                    text    not null,
  "backupCodes"             text    not null,
  "userId"                  uuid    not null references tabellion."user" on delete cascade,
  verified                  boolean default true,
  "failedVerificationCount" integer default 0,
  "lockedUntil"             timestamptz
);
create index two_factor_user_idx on tabellion."twoFactor" ("userId");
create index two_factor_secret_idx on tabellion."twoFactor" (secret);
comment on table tabellion."twoFactor" is 'Second factors, encrypted by the sign-in library with the installation''s secret.';

create table tabellion."rateLimit" (
  id            uuid primary key default gen_random_uuid(),
  key           text    not null constraint rate_limit_key unique,
  count         integer not null,
  "lastRequest" bigint  not null
);
comment on table tabellion."rateLimit" is 'Attempts within a window; lastRequest is in milliseconds since 1970.';

create table tabellion.permission (
  role       text not null check (role in ('compliance_officer', 'dba', 'clinic_admin', 'viewer')),
  permission text not null,
  primary key (role, permission)
);
comment on table tabellion.permission is 'What each kind of user may do. The program holds the same pairs; its test compares them.';
insert into tabellion.permission (role, permission) values
  ('compliance_officer', 'catalog:read'),
  ('compliance_officer', 'findings:read'),
  ('compliance_officer', 'findings:write'),
  ('compliance_officer', 'consents:read'),
  ('compliance_officer', 'consents:write'),
  ('compliance_officer', 'audit:read'),
  ('compliance_officer', 'users:read'),
  ('compliance_officer', 'users:write'),
  ('compliance_officer', 'export'),
  ('dba', 'catalog:read'),
  ('dba', 'findings:read'),
  ('dba', 'findings:write'),
  ('dba', 'users:read'),
  ('dba', 'export'),
  ('clinic_admin', 'catalog:read'),
  ('clinic_admin', 'findings:read'),
  ('clinic_admin', 'consents:read'),
  ('clinic_admin', 'consents:write'),
  ('clinic_admin', 'audit:read'),
  ('clinic_admin', 'export'),
  ('viewer', 'catalog:read'),
  ('viewer', 'findings:read'),
  ('viewer', 'consents:read'),
  ('viewer', 'audit:read');

-- Who is asking, set for one transaction by the program. An unset setting is '' after its first use on a connection.
create function tabellion.duty() returns text language sql stable
  set search_path = pg_catalog, pg_temp
  return coalesce(current_setting('tabellion.duty', true), '');

create function tabellion.user_id() returns uuid language sql stable
  set search_path = pg_catalog, pg_temp
  return nullif(current_setting('tabellion.user_id', true), '')::uuid;

-- Takes another duty for the rest of the transaction and answers the former one. It gives no right by itself: policies
-- ask for the role as well, and the role of the duty 'inside' is the owner's, which only definer functions run as.
create function tabellion.enter(wanted text) returns text language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := coalesce(current_setting('tabellion.duty', true), '');
begin
  perform set_config('tabellion.duty', wanted, true);
  return was;
end $$;

create function tabellion.may(wanted text) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := tabellion.enter('inside');
  answer boolean := exists (
    select from tabellion."user" u
      join tabellion.permission p on p.role = u.role
     where u.id = tabellion.user_id()
       and not u.disabled
       and p.permission = wanted);
begin
  perform tabellion.enter(was);
  return answer;
end $$;
comment on function tabellion.may(text) is 'Whether the person asking, as the store knows them now, has a permission.';

create function tabellion.name_of(person uuid) returns text language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was text := tabellion.enter('inside');
  answer text := (select u.name from tabellion."user" u where u.id = person);
begin
  perform tabellion.enter(was);
  return answer;
end $$;
comment on function tabellion.name_of(uuid) is 'A colleague''s name, for those who may not read the list of users.';
