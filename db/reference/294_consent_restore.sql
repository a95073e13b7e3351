set role neonpro_owner;

-- A backup from before a withdrawal brings back a yes that was taken back. What is kept outside (consent_mark) tells a
-- restored database so; until what ended is replayed, nothing optional goes through its gates.
create table public.consent_holds (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  mark_seq bigint not null,
  mark_hash bytea not null,
  replayed_at timestamptz,
  released_at timestamptz,
  released_by uuid,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_holds_clinic_id_key unique (clinic_id, id),
  constraint consent_holds_hash_check check (octet_length(mark_hash) = 32),
  constraint consent_holds_released_check check (released_at is null or (replayed_at is not null and released_by is not null))
);
create unique index consent_holds_one_idx on public.consent_holds (clinic_id) where released_at is null;
select app.keep('public.consent_holds');
alter table public.consent_holds enable row level security, force row level security;

create policy consent_holds_select_app on public.consent_holds for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy consent_holds_select_officer on public.consent_holds for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_holds_select_admin on public.consent_holds for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_holds_select_owner on public.consent_holds for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_holds_insert_owner on public.consent_holds for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy consent_holds_update_owner on public.consent_holds for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));
grant select on public.consent_holds to app_rw, dashboard_officer, dashboard_admin;

create function app.consents_held(p_clinic uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin return exists (select from public.consent_holds h where h.clinic_id = p_clinic and h.released_at is null); end $$;
comment on function app.consents_held(uuid) is 'Depois de uma restauração: as porteiras estão fechadas?';

create function app.consent_mark(p_clinic uuid, p_since bigint default 0) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO'
as $$
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not take the mark of the consents' using errcode = 'insufficient_privilege';
  end if;
  return (
    select jsonb_build_object('clinic', e.clinic_id, 'seq', e.seq, 'hash', encode(e.row_hash, 'hex'), 'takenAt', now(),
      'ended', (
        select coalesce(jsonb_agg(jsonb_build_object('consent', x.consent_id, 'reason', x.reason_code, 'declaredAt', x.occurred_at)
          order by x.seq), '[]')
        from public.consent_events x
        where x.clinic_id = p_clinic and x.seq > p_since and (
          x.event_type in ('withdrawn', 'refused', 'withdrawal_after_end')
          or x.event_type = 'expired' and x.reason_code in ('purpose_ended', 'capacity_changed', 'entered_in_error')
        )
      ))
    from public.consent_events e where e.clinic_id = p_clinic order by e.seq desc limit 1
  );
end
$$;
comment on function app.consent_mark(uuid, bigint) is
  'O último evento e o que terminou desde p_since, para guardar fora do banco; nulo sem eventos.';

create function app.consent_hold(p_clinic uuid, p_seq bigint, p_hash bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not compare the mark of the consents' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from public.consent_events e where e.clinic_id = p_clinic and e.seq = p_seq and e.row_hash = p_hash) then
    return false;
  end if;
  insert into public.consent_holds (clinic_id, mark_seq, mark_hash) values (p_clinic, p_seq, p_hash)
  on conflict (clinic_id) where released_at is null do nothing;
  return true;
end
$$;
comment on function app.consent_hold(uuid, bigint, bytea) is
  'Compara com a marca guardada fora; se o evento não está aqui, fecha as porteiras. Devolve se fechou.';

create function app.consent_replay(p_clinic uuid, p_ended jsonb) returns table (consent uuid, outcome text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  item record;
  held public.consent_records;
begin
  if not app.has_role(p_clinic, 'dpo') then
    raise exception 'only the data protection officer replays what ended' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('app.note_ref', 'replayed after a restore', true);
  for item in
    select x.consent, x.reason, x."declaredAt" as declared
    from jsonb_to_recordset(p_ended) as x (consent uuid, reason text, "declaredAt" timestamptz) order by x.consent
  loop
    consent := item.consent;
    outcome := 'unknown';
    if exists (select from public.consent_records c where c.clinic_id = p_clinic and c.id = item.consent) then
      held := app.lock_consent(p_clinic, item.consent);
      outcome := case held.status when 'granted' then 'ended' when 'pending' then 'refused' else 'ended_already' end;
      if held.status in ('granted', 'pending') then
        update public.consent_records c
        set status = case
            when held.status = 'granted' and item.reason in ('purpose_ended', 'capacity_changed', 'entered_in_error') then 'expired'
            else 'withdrawn' end::public.consent_status,
          status_reason = case
            when held.status = 'pending' then case item.reason when 'request_cancelled' then 'request_cancelled' else 'refused' end
            when item.reason in ('refused', 'request_cancelled') then 'subject_request'
            else item.reason end,
          ended_at = clock_timestamp(),
          end_declared_at = least(greatest(item.declared, held.decided_at), clock_timestamp())
        where c.clinic_id = p_clinic and c.id = item.consent;
      end if;
    end if;
    return next;
  end loop;
  perform set_config('app.note_ref', '', true);
  update public.consent_holds h set replayed_at = clock_timestamp() where h.clinic_id = p_clinic and h.released_at is null;
end
$$;
comment on function app.consent_replay(uuid, jsonb) is
  'Termina de novo o que já tinha terminado, com a data declarada de então. Devolve o que aconteceu com cada um.';

create function app.consent_release(p_clinic uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'dpo') then
    raise exception 'only the data protection officer opens the gates again' using errcode = 'insufficient_privilege';
  end if;
  update public.consent_holds h set released_at = clock_timestamp(), released_by = app.user_id()
  where h.clinic_id = p_clinic and h.released_at is null and h.replayed_at is not null;
  if not found then
    raise exception 'nothing is held here, or what ended is not replayed yet' using errcode = 'object_not_in_prerequisite_state';
  end if;
end
$$;
comment on function app.consent_release(uuid) is 'O encarregado reabre as porteiras, depois de repetidos os términos.';

comment on table public.consent_holds is 'Porteiras fechadas depois de restaurar uma cópia antiga. [int audit=writes rls=R1 keep=10y]';
comment on column public.consent_holds.id is 'Identificador. [int]';
comment on column public.consent_holds.clinic_id is 'Clínica. [int]';
comment on column public.consent_holds.mark_seq is 'Ordem do evento que faltava. [int evid]';
comment on column public.consent_holds.mark_hash is 'Prova do evento que faltava. [int evid]';
comment on column public.consent_holds.replayed_at is 'Quando se repetiram os términos. [int evid]';
comment on column public.consent_holds.released_at is 'Quando se reabriram. [int evid]';
comment on column public.consent_holds.released_by is 'Quem reabriu. [pers]';
comment on column public.consent_holds.created_at is 'Quando se fecharam. [int]';
comment on column public.consent_holds.created_by is 'Quem comparou. [pers]';
comment on column public.consent_holds.updated_at is 'Última alteração. [int]';
comment on column public.consent_holds.row_version is 'Versão da linha. [int]';

reset role;
