set role neonpro_owner;

create table public.clinic_members (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  user_id uuid not null,
  role public.member_role not null,
  scopes text[] not null default '{}',
  valid_from timestamptz not null default now(),
  valid_until timestamptz,
  mfa_required boolean not null default true,
  granted_by uuid default app.user_id(),
  revoked_by uuid,
  reason text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint clinic_members_clinic_id_key unique (clinic_id, id),
  constraint clinic_members_once_key unique (clinic_id, user_id, role),
  constraint clinic_members_period_check check (valid_until > valid_from),
  constraint clinic_members_mfa_check check (mfa_required or role not in ('admin', 'dpo', 'dba')),
  constraint clinic_members_own_grant_check check (granted_by is distinct from user_id)
);
create index clinic_members_user_idx on public.clinic_members (user_id, role) include (clinic_id);

create function app.check_last_admin() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if old.role = 'admin' and old.is_active
    and (tg_op = 'DELETE' or not new.is_active or new.role <> 'admin') then
    -- Two who leave at the same time must not both find the other one still there.
    perform pg_advisory_xact_lock(hashtextextended('last admin ' || old.clinic_id, 0));
    if not exists (
      select from public.clinic_members m
      where m.clinic_id = old.clinic_id and m.role = 'admin' and m.is_active and m.id <> old.id
        and (m.valid_until is null or m.valid_until > now())
    ) then
      raise exception 'a clinic keeps at least one active administrator' using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
comment on function app.check_last_admin() is 'Uma clínica nunca fica sem administrador ativo.';
create trigger check_last_admin before update or delete on public.clinic_members
  for each row execute function app.check_last_admin();
select app.keep('public.clinic_members');

comment on table public.clinic_members is 'Quem atua em que clínica, com que papel. [pers audit=writes rls=R1 keep=5y]';
comment on column public.clinic_members.id is 'Identificador. [int]';
comment on column public.clinic_members.clinic_id is 'Clínica. [int]';
comment on column public.clinic_members.user_id is 'Usuário. [pers]';
comment on column public.clinic_members.role is 'Papel. [int]';
comment on column public.clinic_members.scopes is 'Direitos a mais ou a menos. [int]';
comment on column public.clinic_members.valid_from is 'Início. [int]';
comment on column public.clinic_members.valid_until is 'Fim; acesso de suporte sempre tem um. [int]';
comment on column public.clinic_members.mfa_required is 'Exige segundo fator. [int]';
comment on column public.clinic_members.granted_by is 'Quem concedeu. [pers]';
comment on column public.clinic_members.revoked_by is 'Quem revogou. [pers]';
comment on column public.clinic_members.reason is 'Motivo. [pers]';
comment on column public.clinic_members.is_active is 'Ativo. [int]';
comment on column public.clinic_members.created_at is 'Criação. [int]';
comment on column public.clinic_members.created_by is 'Quem criou. [int]';
comment on column public.clinic_members.updated_at is 'Última alteração. [int]';
comment on column public.clinic_members.row_version is 'Versão da linha. [int]';

-- Definer, so that policies may ask without reading their own table. The owner is bound by FORCE: it sees, here as
-- everywhere, what the policies for neonpro_owner say and no more.
-- In PL/pgSQL, because policies ask them in every statement: their plan is kept for the session, while a function in SQL
-- that cannot be inlined is planned anew each time (before 18).
create function app.has_role(clinic uuid, variadic roles text[]) returns boolean
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  found_role boolean;
begin
  found_role := exists (
    select from public.clinic_members m
    where m.user_id = app.user_id() and m.clinic_id = clinic and m.role::text = any (roles)
      and m.is_active and m.valid_from <= now() and (m.valid_until is null or m.valid_until > now())
      and clinic = coalesce(app.clinic_id(), clinic)
  );
  return found_role;
end
$$;
comment on function app.has_role(uuid, text[]) is 'O usuário da sessão tem um destes papéis nesta clínica, agora.';

create function app.clinics_of(variadic roles text[]) returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  clinics uuid[];
begin
  clinics := array(
    select m.clinic_id
    from public.clinic_members m
    where m.user_id = app.user_id() and m.role::text = any (roles)
      and m.is_active and m.valid_from <= now() and (m.valid_until is null or m.valid_until > now())
      and m.clinic_id = coalesce(app.clinic_id(), m.clinic_id)
  );
  return clinics;
end
$$;
comment on function app.clinics_of(text[]) is 'Clínicas em que o usuário da sessão tem um destes papéis, agora.';

create function app.member_clinics() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  clinics uuid[];
begin
  clinics := array(
    select m.clinic_id
    from public.clinic_members m
    where m.user_id = app.user_id() and m.is_active and m.valid_from <= now()
      and (m.valid_until is null or m.valid_until > now()) and m.clinic_id = coalesce(app.clinic_id(), m.clinic_id)
  );
  return clinics;
end
$$;
comment on function app.member_clinics() is 'Clínicas em que o usuário da sessão atua, em qualquer papel, agora.';

-- Rows of several clinics are never mixed by leaving the choice out: who works in one need not choose, who works in more must.
create function app.only_clinic() returns uuid
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  clinics constant uuid[] := app.member_clinics();
begin
  if (select count(distinct c) from unnest(clinics) as c) > 1 then
    raise exception 'this user works in several clinics, and none was chosen' using errcode = 'invalid_parameter_value',
      hint = 'Name one in app.clinic_id; public.clinics lists them.';
  end if;
  return clinics[1];
end
$$;
comment on function app.only_clinic() is 'A clínica de quem atua em uma só; quem atua em mais de uma tem de escolher.';

-- What policies look through. Its owner is nobody's role and bound by a policy of its own (300_policies.sql), one comparison; the
-- application's has a second side, for those who administer a clinic, which would be made ready with each question.
grant select on public.clinic_members to app_gate;
reset role;
set role app_gate;
create view gate.standing as
select user_id, clinic_id, role
from public.clinic_members
where is_active and valid_from <= current_timestamp and (valid_until is null or valid_until > current_timestamp);
comment on view gate.standing is 'Onde o próprio usuário atua agora, e com que papéis. [pers audit=none rls=R3]';
comment on column gate.standing.user_id is 'Usuário. [pers]';
comment on column gate.standing.clinic_id is 'Clínica. [int]';
comment on column gate.standing.role is 'Papel. [int]';
grant select on gate.standing to app_rw;
grant usage on schema gate to neonpro_owner;
reset role;
set role neonpro_owner;

-- What the application's policies ask, once a statement: the clinic that the session has chosen, if its user has one of these
-- roles there now. In SQL and without settings of their own, so that the planner puts the question itself where the function stands:
-- starting a function and a plan of its own took twice as long. The bodies are bound when they are made; no search path of a session
-- changes what they mean.
create function app.works_as(variadic roles public.member_role[]) returns setof uuid
language sql stable parallel safe
begin atomic
  select m.clinic_id
  from gate.standing m
  where m.user_id = app.user_id() and m.clinic_id = coalesce(app.clinic_id(), app.only_clinic()) and m.role = any (roles)
  limit 1;
end;
comment on function app.works_as(public.member_role[]) is 'A clínica da sessão, se o usuário tem um destes papéis nela, agora.';

create function app.works() returns setof uuid
language sql stable parallel safe
begin atomic
  select m.clinic_id
  from gate.standing m
  where m.user_id = app.user_id() and m.clinic_id = coalesce(app.clinic_id(), app.only_clinic())
  limit 1;
end;
comment on function app.works() is 'A clínica da sessão, se o usuário atua nela, em qualquer papel, agora.';

create function app.works_at() returns setof uuid
language sql stable parallel safe
begin atomic
  select m.clinic_id
  from gate.standing m
  where m.user_id = app.user_id() and m.clinic_id = coalesce(app.clinic_id(), m.clinic_id);
end;
comment on function app.works_at() is 'As clínicas em que o usuário atua, agora; só a escolhida, se há escolha.';

reset role;
