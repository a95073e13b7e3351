set role neonpro_owner;

-- Many consents at once: a purpose that ended, or withdrawals declared elsewhere. Never a grant.
create table public.consent_batches (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  kind text not null,
  consent_ids uuid[] not null,
  reason text not null,
  needs_second boolean not null,
  status text not null default 'proposed',
  decided_by uuid,
  decided_at timestamptz,
  result jsonb,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_batches_clinic_id_key unique (clinic_id, id),
  constraint consent_batches_kind_check check (kind in ('purpose_ended', 'withdrawals')),
  constraint consent_batches_status_check check (status in ('proposed', 'done', 'declined')),
  constraint consent_batches_cap_check check (cardinality(consent_ids) between 1 and 500),
  constraint consent_batches_reason_check check (btrim(reason) <> ''),
  constraint consent_batches_decided_check check ((status = 'proposed') = (decided_at is null)),
  -- What takes two persons is not done by one, whatever function or hand writes it.
  constraint consent_batches_second_check check (not (needs_second and status = 'done') or decided_by <> created_by),
  constraint consent_batches_size_check check (needs_second or cardinality(consent_ids) <= 20)
);
create index consent_batches_made_idx on public.consent_batches (clinic_id, created_at desc);
select app.keep('public.consent_batches');
alter table public.consent_batches enable row level security, force row level security;

create policy consent_batches_select_app on public.consent_batches for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy consent_batches_select_officer on public.consent_batches for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_batches_select_admin on public.consent_batches for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_batches_select_owner on public.consent_batches for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy consent_batches_insert_owner on public.consent_batches for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy consent_batches_update_owner on public.consent_batches for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
grant select on public.consent_batches to app_rw, dashboard_officer, dashboard_admin;

-- What becomes of each; with p_write false nothing does, and this is what would.
create function app.run_batch(p_clinic uuid, p_kind text, p_consents uuid[], p_write boolean) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  one uuid;
  consent public.consent_records;
  outcome text;
  told jsonb := '[]';
begin
  -- In one order, so that two batches queue instead of deadlocking.
  for one in select distinct c from unnest(p_consents) as c order by c loop
    outcome := 'unknown';
    if exists (select from public.consent_records c where c.clinic_id = p_clinic and c.id = one) then
      if p_write then
        consent := app.lock_consent(p_clinic, one);
      else
        select c.* into consent from public.consent_records c where c.clinic_id = p_clinic and c.id = one;
      end if;
      outcome := case
        when consent.status not in ('pending', 'granted') then 'ended_already'
        when consent.expires_at <= clock_timestamp() then 'ran_out'
        when consent.status = 'pending' and p_kind = 'withdrawals' then 'refused'
        when consent.status = 'pending' then 'cancelled'
        when p_kind = 'withdrawals' then 'withdrawn'
        else 'ended'
      end;
      if p_write and outcome <> 'ended_already' then
        update public.consent_records c
        set ended_at = clock_timestamp(),
          status = case when outcome in ('ran_out', 'ended') then 'expired' else 'withdrawn' end::public.consent_status,
          status_reason = case outcome
            when 'ran_out' then 'period_elapsed' when 'ended' then 'purpose_ended' when 'refused' then 'refused'
            when 'cancelled' then 'request_cancelled' else 'subject_request' end
        where c.clinic_id = p_clinic and c.id = one;
      end if;
    end if;
    told := told || jsonb_build_object('id', one, 'outcome', outcome);
  end loop;
  return told;
end
$$;
comment on function app.run_batch(uuid, text, uuid[], boolean) is 'O que acontece com cada um; sem escrita, o que aconteceria.';

create function app.batch_propose(p_clinic uuid, p_kind text, p_consents uuid[], p_reason text, p_dry_run boolean default true)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
  second constant boolean := cardinality(p_consents) > 20;
  told jsonb;
begin
  if p_kind = 'purpose_ended' and not app.has_role(p_clinic, 'dpo') then
    raise exception 'only the data protection officer ends a consent for this reason' using errcode = 'insufficient_privilege';
  elsif not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not end many consents' using errcode = 'insufficient_privilege';
  end if;
  if not cardinality(p_consents) between 1 and 500 then
    raise exception 'a batch has from 1 to 500 consents' using errcode = 'invalid_parameter_value';
  end if;
  if p_dry_run then
    return jsonb_build_object('status', 'dry_run', 'second', second, 'items', app.run_batch(p_clinic, p_kind, p_consents, false));
  end if;
  perform set_config('app.note_ref', 'batch ' || made, true);
  if not second then
    told := app.run_batch(p_clinic, p_kind, p_consents, true);
  end if;
  perform set_config('app.note_ref', '', true);
  insert into public.consent_batches (id, clinic_id, kind, consent_ids, reason, needs_second, status, decided_by, decided_at, result)
  values (made, p_clinic, p_kind, p_consents, btrim(p_reason), second, case when second then 'proposed' else 'done' end,
    case when not second then app.user_id() end, case when not second then clock_timestamp() end, told);
  return jsonb_build_object('id', made, 'status', case when second then 'proposed' else 'done' end, 'second', second, 'items', told);
end
$$;
comment on function app.batch_propose(uuid, text, uuid[], text, boolean) is
  'Encerra vários consentimentos, nunca concede; mais de 20 esperam uma segunda pessoa. Sem dizer o contrário, só simula.';

create function app.batch_decide(p_clinic uuid, p_batch uuid, p_approve boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  batch public.consent_batches;
  told jsonb;
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not end many consents' using errcode = 'insufficient_privilege';
  end if;
  select b.* into batch from public.consent_batches b where b.clinic_id = p_clinic and b.id = p_batch for update;
  if not found then
    raise exception 'no such batch in this clinic' using errcode = 'no_data_found';
  end if;
  if batch.status <> 'proposed' then
    raise exception 'this batch is decided already' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if p_approve and batch.created_by = app.user_id() then
    raise exception 'another person approves what you proposed' using errcode = 'insufficient_privilege';
  end if;
  if p_approve then
    perform set_config('app.note_ref', 'batch ' || p_batch, true);
    told := app.run_batch(p_clinic, batch.kind, batch.consent_ids, true);
    perform set_config('app.note_ref', '', true);
  end if;
  update public.consent_batches b
  set status = case when p_approve then 'done' else 'declined' end, decided_by = app.user_id(), decided_at = clock_timestamp(),
    result = told
  where b.clinic_id = p_clinic and b.id = p_batch;
  return jsonb_build_object('id', p_batch, 'status', case when p_approve then 'done' else 'declined' end, 'items', told);
end
$$;
comment on function app.batch_decide(uuid, uuid, boolean) is 'A segunda pessoa aprova ou recusa; quem propôs só desiste.';

comment on table public.consent_batches is 'Encerramentos em lote, com quem propôs e quem aprovou. [int audit=writes rls=R1 keep=10y]';
comment on column public.consent_batches.id is 'Identificador. [int]';
comment on column public.consent_batches.clinic_id is 'Clínica. [int]';
comment on column public.consent_batches.kind is 'Fim da finalidade ou retiradas declaradas. [int]';
comment on column public.consent_batches.consent_ids is 'Consentimentos, no máximo 500. [pers]';
comment on column public.consent_batches.reason is 'Por quê; texto livre. [pers free evid]';
comment on column public.consent_batches.needs_second is 'Mais de 20 precisam de uma segunda pessoa. [int]';
comment on column public.consent_batches.status is 'Situação. [int]';
comment on column public.consent_batches.decided_by is 'Quem decidiu. [pers]';
comment on column public.consent_batches.decided_at is 'Quando se decidiu. [int evid]';
comment on column public.consent_batches.result is 'O que aconteceu com cada um. [pers]';
comment on column public.consent_batches.created_at is 'Criação. [int]';
comment on column public.consent_batches.created_by is 'Quem propôs. [pers]';
comment on column public.consent_batches.updated_at is 'Última alteração. [int]';
comment on column public.consent_batches.row_version is 'Versão da linha. [int]';

reset role;
