set role neonpro_owner;

-- What the gate needs to see and move, within the clinics of whoever acts.
create policy appointments_select_owner on public.appointments for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy appointments_update_owner on public.appointments for update to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]))
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- Definer: the gate sees the consent whoever acts, and holds it to the end of the transaction.
create function app.hold_telemedicine_consent(p_clinic uuid, p_patient uuid, p_decided timestamptz, p_start timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from public.consent_records c
  where c.clinic_id = p_clinic and c.patient_id = p_patient and c.kind = 'telemedicine' and c.granted_at is not null
    and c.decided_at <= p_decided
    and coalesce(least(c.expires_at, c.end_declared_at, c.ended_at), 'infinity') > p_start
  for share;
  return found;
end
$$;
comment on function app.hold_telemedicine_consent(uuid, uuid, timestamptz, timestamptz) is
  'Havia consentimento à telemedicina decidido até ali e que alcança o início?';

-- It may be booked while the consent is still asked for; it is not confirmed, nor held, without one.
create function app.check_telemedicine() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and (new.modality, new.status, new.during) is not distinct from (old.modality, old.status, old.during) then
    return new;
  end if;
  if not app.hold_telemedicine_consent(
    new.clinic_id, new.patient_id,
    case new.status when 'completed' then lower(new.during) else clock_timestamp() end,
    case new.status when 'completed' then lower(new.during) else greatest(lower(new.during), clock_timestamp()) end
  ) then
    raise exception 'no valid consent to telemedicine: ask for it, or meet in person' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_telemedicine() is 'Porteira da telemedicina: confirmar e realizar (CFM 2.314/2022).';
create trigger check_telemedicine before insert or update on public.appointments
  for each row when (new.modality = 'telemedicine' and new.status in ('confirmed', 'completed'))
  execute function app.check_telemedicine();

create function app.check_remote_record() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.hold_telemedicine_consent(new.clinic_id, new.patient_id, new.visit_date, new.visit_date) then
    raise exception 'no consent to telemedicine was valid when this visit began' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_remote_record() is 'Registro de teleconsulta exige consentimento válido no início dela.';
create trigger check_remote_record before insert or update of entry_type, visit_date, patient_id on public.medical_records
  for each row when (new.entry_type = 'telemed') execute function app.check_remote_record();

-- A withdrawal puts what was to come back among the unconfirmed, in the same transaction: somebody has to rebook.
create function app.unconfirm_remote() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.appointments a
  set status = 'scheduled'
  where a.clinic_id = new.clinic_id and a.patient_id = new.patient_id and a.modality = 'telemedicine'
    and a.status = 'confirmed' and a.starts_at > clock_timestamp();
  return null;
end
$$;
comment on function app.unconfirm_remote() is 'Fim do consentimento tira a confirmação das teleconsultas por vir.';
create trigger unconfirm_remote after update of status on public.consent_records
  for each row when (new.kind = 'telemedicine' and old.status = 'granted' and new.status in ('withdrawn', 'expired') and new.status_reason <> 'superseded')
  execute function app.unconfirm_remote();

alter table public.appointments enable always trigger check_telemedicine;
alter table public.medical_records enable always trigger check_remote_record;
alter table public.consent_records enable always trigger unconfirm_remote;

reset role;
