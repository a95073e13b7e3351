set role neonpro_owner;

-- What every writer meets, the functions below and a superuser alike.
create function app.check_consent() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  activity record;
  term record;
  person record;
  zone text;
  representative public.patient_representatives;
  wanted text[];
  grown boolean;
  day date;
  age_16 date;
  age_18 date;
begin
  if tg_op = 'DELETE' then
    raise exception 'consents end, they are never deleted' using errcode = 'integrity_constraint_violation';
  end if;

  select c.time_zone into zone from public.clinics c where c.id = new.clinic_id;

  if tg_op = 'INSERT' then
    if new.status <> 'pending' then
      raise exception 'a consent is born pending' using errcode = 'check_violation';
    end if;
    select a.legal_basis, a.status, a.purpose_code into activity
    from public.processing_activities a
    where a.clinic_id = new.clinic_id and a.id = new.activity_id;
    if activity.legal_basis not in ('a7_i', 'a11_i') and new.kind not in ('procedure_tcle', 'telemedicine') then
      raise exception 'this purpose does not rest on consent' using errcode = 'check_violation';
    end if;
    -- Care and data never share a row: the two kinds that need no basis of consent are tied to their purposes.
    if (new.kind = 'procedure_tcle') <> (activity.purpose_code like 'procedure.%')
      or (new.kind = 'telemedicine') <> (activity.purpose_code = 'care.telemedicine') then
      raise exception 'this kind of consent is not that of the purpose' using errcode = 'check_violation';
    end if;
    if activity.status <> 'active' then
      raise exception 'this purpose is not active' using errcode = 'check_violation';
    end if;
    select t.published_at, t.retired_at into term
    from public.consent_terms t
    where t.clinic_id = new.clinic_id and t.id = new.term_id;
    if exists (
      select from public.patient_merges m where m.clinic_id = new.clinic_id and m.from_patient_id = new.patient_id
    ) then
      raise exception 'this record was merged into another: ask there' using errcode = 'check_violation';
    end if;
    if term.published_at is null or term.published_at > new.recorded_at or term.retired_at <= new.recorded_at then
      raise exception 'the term is not in use: publish it, or take the version in use' using errcode = 'check_violation';
    end if;
    return new;
  end if;

  if (new.patient_id, new.activity_id, new.term_id, new.kind, new.capture_key, new.recorded_at)
      is distinct from (old.patient_id, old.activity_id, old.term_id, old.kind, old.capture_key, old.recorded_at)
    or new.previous_id is distinct from old.previous_id then
    raise exception 'who, what for, which text: these never change in a consent' using errcode = 'integrity_constraint_violation';
  end if;
  if old.status in ('withdrawn', 'expired') and (to_jsonb(new) - array['receipt_id', 'proof_lost_at', 'updated_at', 'row_version', 'state', 'changed_at'])
      is distinct from (to_jsonb(old) - array['receipt_id', 'proof_lost_at', 'updated_at', 'row_version', 'state', 'changed_at']) then
    raise exception 'this consent has ended: a new one is a new row' using errcode = 'integrity_constraint_violation';
  end if;
  if new.status <> old.status and not (
    (old.status = 'pending' and new.status in ('granted', 'withdrawn', 'expired'))
    or (old.status = 'granted' and new.status in ('withdrawn', 'expired'))
  ) then
    raise exception 'a consent does not go from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  if old.granted_at is not null and (
      new.decided_at, new.granted_at, new.expires_at, new.collection_method, new.signer_kind, new.representative_id,
      new.evidence_sha256, new.evidence_object_key, new.ip, new.user_agent, new.locale, new.witness_user_id
    ) is distinct from (
      old.decided_at, old.granted_at, old.expires_at, old.collection_method, old.signer_kind, old.representative_id,
      old.evidence_sha256, old.evidence_object_key, old.ip, old.user_agent, old.locale, old.witness_user_id
    ) then
    raise exception 'evidence, dates and signer are frozen after the grant' using errcode = 'integrity_constraint_violation';
  end if;

  if new.decided_at > clock_timestamp() or new.end_declared_at > clock_timestamp() then
    raise exception 'nobody has decided in the future' using errcode = 'check_violation';
  end if;

  if old.status = 'pending' and new.status = 'granted' then
    select t.published_at, t.retired_at into term
    from public.consent_terms t
    where t.clinic_id = new.clinic_id and t.id = new.term_id;
    if new.decided_at < term.published_at or new.decided_at >= term.retired_at then
      raise exception 'the term was not in use when the decision was made' using errcode = 'check_violation';
    end if;

    -- Locked, so that a death recorded at this moment waits for us or we for it.
    select p.birth_date, p.legal_capacity, p.deceased_at, p.user_id into person
    from public.patients p
    where p.clinic_id = new.clinic_id and p.id = new.patient_id
    for share;
    if not found then
      raise exception 'the patient is not visible to this session' using errcode = 'insufficient_privilege';
    end if;
    if person.deceased_at is not null then
      raise exception 'the patient has died: nothing can be granted' using errcode = 'check_violation';
    end if;
    if person.user_id in (new.witness_user_id, app.user_id()) and new.collection_method <> 'portal' then
      raise exception 'nobody collects their own consent as staff' using errcode = 'check_violation';
    end if;

    day := (new.decided_at at time zone zone)::date;
    age_16 := app.birthday(person.birth_date, 16);
    age_18 := app.birthday(person.birth_date, 18);
    -- Emancipation begins at 16 (Civil Code art. 5); before, whatever the file says, a representative signs.
    grown := day >= age_18 or (person.legal_capacity = 'emancipated' and day >= age_16);
    if new.representative_id is not null then
      select r.* into representative
      from public.patient_representatives r
      where r.clinic_id = new.clinic_id and r.patient_id = new.patient_id and r.id = new.representative_id;
      if not found or not representative.is_active or day < representative.valid_from
        or coalesce(day > representative.valid_until, false) then
        raise exception 'this representative could not sign on that day' using errcode = 'check_violation';
      end if;
    end if;
    if person.legal_capacity = 'curatela' then
      if new.signer_kind <> 'representative' then
        raise exception 'the curator signs for this patient' using errcode = 'check_violation';
      end if;
      wanted := case when grown then array['curator'] else array['curator', 'mother', 'father', 'guardian'] end;
    elsif day < age_16 and new.signer_kind <> 'representative' then
      raise exception 'under 16 a representative signs' using errcode = 'check_violation';
    elsif not grown and day >= age_16 and new.signer_kind <> 'both' then
      raise exception 'at 16 and 17 the patient and a representative both sign' using errcode = 'check_violation';
    elsif not grown then
      wanted := array['mother', 'father', 'guardian'];
    elsif person.legal_capacity = 'assisted' and new.signer_kind = 'both' then
      -- A supporter signs beside the person, never instead (Law 13.146/2015 art. 84).
      wanted := array['supporter'];
    elsif new.signer_kind = 'representative' and representative.relation = 'proxy' then
      wanted := array['proxy'];
    elsif new.signer_kind <> 'patient' then
      raise exception 'from 18 the patient signs alone' using errcode = 'check_violation';
    end if;

    if new.representative_id is not null then
      if not (representative.relation::text = any (wanted)) then
        raise exception 'this representative could not sign on that day' using errcode = 'check_violation';
      end if;
      if not (case
          when new.kind = 'image' then array['images']
          when new.kind in ('procedure_tcle', 'telemedicine') then array['health']
          else array['data']
        end <@ representative.scope) then
        raise exception 'this representative does not answer for this kind of consent' using errcode = 'check_violation';
      end if;
      if not grown and not app.has_role(new.clinic_id, 'dpo') and exists (
        select from public.patient_representatives r
        where r.clinic_id = new.clinic_id and r.patient_id = new.patient_id and r.is_active and r.disputed_since <= day
      ) then
        raise exception 'the representatives disagree: the data protection officer decides' using errcode = 'check_violation';
      end if;
    end if;

    -- A minor's consent ends when the minor becomes the one to ask.
    if not grown then
      new.expires_at := least(new.expires_at, app.local_midnight(age_18, zone));
    end if;
    if new.evidence_object_key like 'kept_files/%' and not exists (
      select from public.kept_files f
      where f.clinic_id = new.clinic_id and f.patient_id = new.patient_id and f.sha256 = new.evidence_sha256
        and 'kept_files/' || f.id = new.evidence_object_key
    ) then
      raise exception 'the kept file is not the evidence of this consent' using errcode = 'check_violation';
    end if;
    if new.expires_at <= new.granted_at then
      raise exception 'the period was over before it was recorded: file the paper, it is no consent now'
        using errcode = 'check_violation';
    end if;
  end if;
  return new;
end
$$;
comment on function app.check_consent() is 'Máquina de estados e invariantes do consentimento.';
create trigger check_consent before insert or update or delete on public.consent_records
  for each row execute function app.check_consent();
create trigger refuse_truncate before truncate on public.consent_records
  for each statement execute function app.refuse_statement();

-- No change of status without its event.
create function app.log_consent() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  kind public.consent_event_type;
  actor public.event_actor;
  known timestamptz;
  spoken timestamptz;
begin
  if tg_op = 'UPDATE' and new.status = old.status then return null; end if;
  kind := case
    when tg_op = 'INSERT' then 'requested'
    when new.status = 'granted' then 'granted'
    when new.status = 'withdrawn' and new.status_reason = 'refused' then 'refused'
    when new.status = 'withdrawn' then 'withdrawn'
    when new.status_reason = 'superseded' then 'superseded'
    else 'expired'
  end;
  actor := case
    when kind = 'granted' then case when new.signer_kind = 'representative' then 'representative' else 'patient' end
    when new.status_reason in ('subject_request', 'refused') then 'patient'
    when new.status_reason = 'representative_request' then 'representative'
    when new.status_reason in ('period_elapsed', 'superseded', 'merged', 'deceased', 'request_timeout', 'capacity_changed') then 'system'
    when app.user_id() is null then 'system'
    else 'staff'
  end;
  known := case kind when 'requested' then new.recorded_at when 'granted' then new.granted_at else new.ended_at end;
  spoken := case kind when 'requested' then new.recorded_at when 'granted' then new.decided_at else coalesce(new.end_declared_at, new.ended_at) end;
  insert into public.consent_events (
    clinic_id, consent_id, event_type, from_status, to_status, occurred_at, recorded_at, actor_kind, reason_code, note_ref
  ) values (
    new.clinic_id, new.id, kind, case when tg_op = 'UPDATE' then old.status end, new.status, spoken, known, actor,
    new.status_reason, nullif(current_setting('app.note_ref', true), '')
  );
  if kind = 'granted' and new.granted_at - new.decided_at > interval '2 days' then
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, recorded_at, actor_kind, reason_code)
    values (new.clinic_id, new.id, 'late_recorded', new.decided_at, new.granted_at, 'staff', new.collection_method::text);
  end if;
  return null;
end
$$;
comment on function app.log_consent() is 'Cada mudança de situação deixa o seu evento.';
create trigger log_consent after insert or update on public.consent_records
  for each row execute function app.log_consent();

alter table public.consent_records
  enable always trigger check_consent, enable always trigger refuse_truncate, enable always trigger log_consent;
select app.keep('public.consent_records');

reset role;
