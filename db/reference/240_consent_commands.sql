set role neonpro_owner;

-- The only way to write a consent. Each runs as neonpro_owner, whom FORCE and the policies bind to the clinics of the
-- session's user; who may do what is asked first.

create function app.lock_consent(p_clinic uuid, p_consent uuid) returns public.consent_records
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  found_row public.consent_records;
begin
  select c.* into found_row from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent;
  if not found then
    raise exception 'no such consent in this clinic' using errcode = 'no_data_found';
  end if;
  -- Patient and purpose first, then the row: two grants of one purpose queue here instead of deadlocking.
  perform pg_advisory_xact_lock(
    hashtextextended('consent ' || (app.same_person(p_clinic, found_row.patient_id))[1] || found_row.activity_id, 0)
  );
  select c.* into found_row from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent for update;
  return found_row;
end
$$;
comment on function app.lock_consent(uuid, uuid) is 'Tranca paciente e finalidade, depois a linha.';

create function app.refused_until(p_clinic uuid, p_patient uuid, p_activity uuid) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select max(c.ended_at) filter (where c.status_reason = 'refused') + interval '90 days'
  from public.consent_records c
  where c.clinic_id = p_clinic and c.patient_id = any ((select app.same_person(p_clinic, p_patient))::uuid[])
    and c.activity_id = p_activity
  having max(c.ended_at) filter (where c.status_reason = 'refused') > greatest(now() - interval '90 days', max(c.granted_at))
$$;
comment on function app.refused_until(uuid, uuid, uuid) is
  'Até quando não se pergunta de novo a quem recusou; nulo quando se pode perguntar.';

create function app.consent_request(
  p_clinic uuid,
  p_patient uuid,
  p_activity uuid,
  p_kind public.consent_kind,
  p_capture_key text,
  p_term uuid default null,
  p_previous uuid default null,
  p_note_ref text default null,
  p_own_wish boolean default false
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  term uuid := p_term;
  existing public.consent_records;
  made uuid;
  until timestamptz;
begin
  if not (app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') or p_patient = any (app.own_patients())) then
    raise exception 'asking for a consent is for the staff of this clinic or the patient' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(
    hashtextextended('consent ' || (app.same_person(p_clinic, p_patient))[1] || p_activity, 0)
  );
  select c.* into existing from public.consent_records c where c.clinic_id = p_clinic and c.capture_key = p_capture_key;
  if found then
    if (existing.patient_id, existing.activity_id) is distinct from (p_patient, p_activity) then
      raise exception 'this capture key belongs to another request' using errcode = 'unique_violation';
    end if;
    return existing.id;
  end if;
  -- A no is not asked away: 90 days, the house's own figure. Whoever changes their mind says so themselves.
  until := app.refused_until(p_clinic, p_patient, p_activity);
  if until is not null and not p_own_wish and not p_patient = any (app.own_patients()) then
    raise exception 'refused less than 90 days ago: this is not asked again before %', until using errcode = 'object_not_in_prerequisite_state';
  end if;
  if term is null then
    select t.id into term
    from public.consent_terms t
    where t.clinic_id = p_clinic and t.activity_id = p_activity and t.published_at <= now()
      and (t.retired_at is null or t.retired_at > now())
    order by t.version desc
    limit 1;
    if not found then
      raise exception 'no term in use for this purpose' using errcode = 'no_data_found';
    end if;
  end if;
  perform set_config('app.note_ref', coalesce(p_note_ref, case when until is not null and p_own_wish then 'own_wish' end, ''), true);
  made := gen_random_uuid();
  insert into public.consent_records (id, clinic_id, patient_id, activity_id, term_id, kind, capture_key, previous_id)
  values (made, p_clinic, p_patient, p_activity, term, p_kind, p_capture_key, p_previous);
  perform set_config('app.note_ref', '', true);
  return made;
end
$$;
comment on function app.consent_request(uuid, uuid, uuid, public.consent_kind, text, uuid, uuid, text, boolean) is
  'Pede um consentimento; a mesma chave devolve o mesmo pedido.';

-- Working days after one day up to another, weekends left out: holidays are not known here.
create function app.workdays(first date, last date) returns integer
language sql immutable strict parallel safe
as $$ select count(*)::int from generate_series(first + 1, last, interval '1 day') as d where extract(isodow from d) < 6 $$;
comment on function app.workdays(date, date) is 'Dias úteis depois do primeiro até o último, sem contar feriados.';
create function app.after_workdays(day date, days integer) returns date
language sql immutable strict parallel safe
as $$
  select d::date from generate_series(day + 1, day + 7 + days * 2, interval '1 day') as d
  where extract(isodow from d) < 6 order by d offset days - 1 limit 1
$$;
comment on function app.after_workdays(date, integer) is 'O enésimo dia útil depois deste, sem contar feriados.';

create function app.needs_second_person(p_clinic uuid, p_decided_at timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select app.workdays((p_decided_at at time zone c.time_zone)::date, (now() at time zone c.time_zone)::date) > 2
  from public.clinics c where c.id = p_clinic
$$;
comment on function app.needs_second_person(uuid, timestamptz) is
  'Decisão registrada mais de dois dias úteis depois precisa de duas pessoas.';

-- Written by the commands below and by a patient's own link, which each say who may.
create function app.put_grant(
  consent public.consent_records,
  p_decided_at timestamptz,
  p_method public.collection_method,
  p_signer public.consent_signer,
  p_evidence_sha256 bytea,
  p_evidence_key text,
  p_representative uuid,
  p_witness uuid,
  p_locale text,
  p_ip inet,
  p_user_agent text
) returns timestamptz
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  p_clinic constant uuid := consent.clinic_id;
  p_consent constant uuid := consent.id;
  validity interval;
  zone text;
  until timestamptz;
  at timestamptz;
begin
  if consent.status <> 'pending' then
    raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
  end if;
  at := clock_timestamp();

  select a.max_validity into validity
  from public.processing_activities a
  where a.clinic_id = p_clinic and a.id = consent.activity_id;
  select c.time_zone into zone from public.clinics c where c.id = p_clinic;
  if validity is not null then
    -- The last day is whole: until midnight after it, where the clinic is.
    until := app.local_midnight(((p_decided_at at time zone zone)::date + validity)::date + 1, zone);
  end if;

  -- What ran out ended by itself; only what was still good is superseded.
  update public.consent_records c
  set status = 'expired',
    status_reason = case when c.expires_at <= at then 'period_elapsed' else 'superseded' end,
    ended_at = at
  where c.clinic_id = p_clinic and c.patient_id = consent.patient_id and c.activity_id = consent.activity_id
    and c.status = 'granted';

  update public.consent_records c
  set status = 'granted', decided_at = p_decided_at, granted_at = at, expires_at = until, collection_method = p_method,
    signer_kind = p_signer, representative_id = p_representative, evidence_sha256 = p_evidence_sha256,
    evidence_object_key = p_evidence_key,
    witness_user_id = case when p_method = 'portal' then null else p_witness end, locale = p_locale, ip = p_ip, user_agent = p_user_agent
  where c.clinic_id = p_clinic and c.id = p_consent
  returning c.expires_at into until;
  if not found then
    raise exception 'the grant was not written' using errcode = 'insufficient_privilege';
  end if;
  return until;
end
$$;
comment on function app.put_grant(
  public.consent_records, timestamptz, public.collection_method, public.consent_signer, bytea, text, uuid, uuid, text, inet, text
) is 'Escreve a concessão; quem pode, já se perguntou.';

create function app.consent_grant(
  p_clinic uuid,
  p_consent uuid,
  p_decided_at timestamptz,
  p_method public.collection_method,
  p_signer public.consent_signer,
  p_evidence_sha256 bytea,
  p_evidence_key text default null,
  p_representative uuid default null,
  p_witness uuid default app.user_id(),
  p_locale text default 'pt-BR',
  p_ip inet default null,
  p_user_agent text default null
) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
begin
  consent := app.lock_consent(p_clinic, p_consent);
  if not app.has_role(p_clinic, 'admin', 'professional', 'dpo') then
    if not consent.patient_id = any (app.own_patients()) then
      raise exception 'this role does not record a grant' using errcode = 'insufficient_privilege';
    end if;
    if p_method <> 'portal' or p_signer <> 'patient' then
      raise exception 'a patient signs for themselves in the portal' using errcode = 'insufficient_privilege';
    end if;
    if p_decided_at < clock_timestamp() - interval '1 hour' then
      raise exception 'in the portal a decision is made now' using errcode = 'check_violation';
    end if;
    -- Whoever took over an open session gives nothing away: a grant wants a fresh sign-in. A withdrawal never does.
    if coalesce(
      nullif(current_setting('app.reauthenticated_at', true), '')::timestamptz
        not between clock_timestamp() - interval '10 minutes' and clock_timestamp() + interval '1 minute', true
    ) then
      raise exception 'a grant in the portal needs a sign-in of the last ten minutes' using errcode = 'insufficient_privilege';
    end if;
  elsif p_method = 'portal' and not consent.patient_id = any (app.own_patients()) then
    raise exception 'staff record what was signed before them, not what a patient does in the portal'
      using errcode = 'insufficient_privilege';
  end if;
  if consent.status = 'pending' and p_method <> 'in_person_paper' and exists (
    select from public.consent_events e
    where e.clinic_id = p_clinic and e.consent_id = p_consent and e.event_type = 'notice_shown' and e.reason_code = 'finger_mark'
  ) then
    raise exception 'a finger mark stands on paper, beside its witnesses' using errcode = 'check_violation';
  end if;
  if consent.status = 'pending' and app.needs_second_person(p_clinic, p_decided_at) and not exists (
    select from public.consent_events e
    where e.clinic_id = p_clinic and e.consent_id = p_consent and e.event_type = 'correction'
      and e.reason_code = 'late_grant' and e.note_ref = encode(p_evidence_sha256, 'hex') and e.actor_user_id <> app.user_id()
  ) and (select t.published_at <= p_decided_at from public.consent_terms t where t.clinic_id = p_clinic and t.id = consent.term_id) then
    raise exception 'a decision older than two working days needs a second person, with the same evidence'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  return app.put_grant(
    consent, p_decided_at, p_method, p_signer, p_evidence_sha256, p_evidence_key, p_representative, p_witness, p_locale, p_ip,
    p_user_agent
  );
end
$$;
comment on function app.consent_grant(
  uuid, uuid, timestamptz, public.collection_method, public.consent_signer, bytea, text, uuid, uuid, text, inet, text
) is 'Registra a concessão, com prova; devolve o fim do prazo.';

create function app.consent_propose(p_clinic uuid, p_consent uuid, p_evidence_sha256 bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
begin
  consent := app.lock_consent(p_clinic, p_consent);
  if not app.has_role(p_clinic, 'admin', 'professional', 'dpo') then
    raise exception 'this role does not record a grant' using errcode = 'insufficient_privilege';
  end if;
  if consent.status <> 'pending' then
    raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
  end if;
  insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, note_ref)
  values (p_clinic, p_consent, 'correction', clock_timestamp(), 'staff', 'late_grant', encode(p_evidence_sha256, 'hex'));
end
$$;
comment on function app.consent_propose(uuid, uuid, bytea) is
  'A primeira de duas pessoas: viu a prova de uma decisão antiga.';

create function app.consent_read_to(p_clinic uuid, p_consent uuid, p_how text, p_witnesses integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'this role does not add to a consent' using errcode = 'insufficient_privilege';
  end if;
  consent := app.lock_consent(p_clinic, p_consent);
  if consent.status <> 'pending' then
    raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- Civil Code art. 595: who cannot sign does so by another's hand, before two witnesses.
  if p_how not in ('read_aloud', 'interpreter', 'finger_mark')
    or coalesce(p_witnesses, 0) < (case p_how when 'finger_mark' then 2 else 1 end) then
    raise exception 'reading to somebody has one witness, a finger mark two' using errcode = 'check_violation';
  end if;
  insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, note_ref)
  values (p_clinic, p_consent, 'notice_shown', clock_timestamp(), 'staff', p_how, p_witnesses || ' witnesses');
end
$$;
comment on function app.consent_read_to(uuid, uuid, text, integer) is
  'O texto foi lido em voz alta ou por intérprete, ou assinado com a digital, diante de testemunhas que constam no documento.';

create function app.consent_refuse(
  p_clinic uuid,
  p_consent uuid,
  p_declared_at timestamptz default null,
  p_reason text default 'refused',
  p_channel text default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
  at timestamptz;
begin
  consent := app.lock_consent(p_clinic, p_consent);
  if not (app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') or consent.patient_id = any (app.own_patients())) then
    raise exception 'this role does not record a refusal' using errcode = 'insufficient_privilege';
  end if;
  if p_reason not in ('refused', 'request_cancelled') then
    raise exception 'a request ends as refused or request_cancelled' using errcode = 'invalid_parameter_value';
  end if;
  if consent.status <> 'pending' then
    raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
  end if;
  at := clock_timestamp();
  perform set_config('app.note_ref', coalesce(p_channel, ''), true);
  update public.consent_records c
  set status = 'withdrawn', status_reason = p_reason, ended_at = at, end_declared_at = coalesce(p_declared_at, at),
    witness_user_id = app.user_id()
  where c.clinic_id = p_clinic and c.id = p_consent;
  perform set_config('app.note_ref', '', true);
end
$$;
comment on function app.consent_refuse(uuid, uuid, timestamptz, text, text) is 'Registra a recusa; motivo não se pergunta.';

-- Written by the commands below and by whoever holds a receipt, which each say who may.
create function app.put_withdrawal(
  consent public.consent_records, p_declared_at timestamptz, p_channel text, p_reason text
) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  p_clinic constant uuid := consent.clinic_id;
  p_consent constant uuid := consent.id;
  at timestamptz;
  outcome text;
begin
  at := clock_timestamp();
  perform set_config('app.note_ref', coalesce(p_channel, ''), true);
  if consent.status = 'granted' and (consent.expires_at is null or consent.expires_at > at) then
    update public.consent_records c
    set status = 'withdrawn', status_reason = p_reason, ended_at = at, end_declared_at = coalesce(p_declared_at, at)
    where c.clinic_id = p_clinic and c.id = p_consent;
    -- One person with two records says no once.
    update public.consent_records c
    set status = 'withdrawn', status_reason = p_reason, ended_at = at
    where c.clinic_id = p_clinic and c.activity_id = consent.activity_id and c.status = 'granted'
      and c.patient_id = any ((select app.same_person(p_clinic, consent.patient_id))::uuid[]) and (c.expires_at is null or c.expires_at > at);
    outcome := 'withdrawn';
  elsif consent.status = 'pending' then
    update public.consent_records c
    set status = 'withdrawn', status_reason = 'refused', ended_at = at, end_declared_at = coalesce(p_declared_at, at)
    where c.clinic_id = p_clinic and c.id = p_consent;
    outcome := 'refused';
  else
    -- Too late to change anything, never too late to be heard.
    if consent.status = 'granted' then
      update public.consent_records c
      set status = 'expired', status_reason = 'period_elapsed', ended_at = at
      where c.clinic_id = p_clinic and c.id = p_consent;
    end if;
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, note_ref)
    values (
      p_clinic, p_consent, 'withdrawal_after_end', least(coalesce(p_declared_at, at), at),
      case p_reason when 'subject_request' then 'patient' when 'representative_request' then 'representative' else 'staff' end::public.event_actor,
      p_reason, p_channel
    );
    perform ledger.record_event(
      'consent', p_clinic => p_clinic, p_table => 'public.consent_events', p_patient => consent.patient_id,
      p_fields => array['withdrawal_after_end'], p_consent => p_consent
    );
    outcome := 'recorded_after_end';
  end if;
  perform set_config('app.note_ref', '', true);
  return outcome;
end
$$;
comment on function app.put_withdrawal(public.consent_records, timestamptz, text, text) is
  'Escreve a retirada; quem pode, já se perguntou.';

create function app.consent_withdraw(
  p_clinic uuid,
  p_consent uuid,
  p_declared_at timestamptz default null,
  p_channel text default null,
  p_reason text default 'subject_request'
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
begin
  consent := app.lock_consent(p_clinic, p_consent);
  if p_reason = 'vitiated' then
    if not app.has_role(p_clinic, 'dpo') then
      raise exception 'only the data protection officer declares a consent vitiated' using errcode = 'insufficient_privilege';
    end if;
  elsif p_reason not in ('subject_request', 'representative_request') then
    raise exception 'a withdrawal is subject_request, representative_request or vitiated' using errcode = 'invalid_parameter_value';
  elsif not (app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') or consent.patient_id = any (app.own_patients())) then
    raise exception 'this role does not record a withdrawal' using errcode = 'insufficient_privilege';
  end if;
  return app.put_withdrawal(consent, p_declared_at, p_channel, p_reason);
end
$$;
comment on function app.consent_withdraw(uuid, uuid, timestamptz, text, text) is
  'Registra a retirada; nunca se perde: depois do fim, vira evento. Devolve withdrawn, refused ou recorded_after_end.';

create function app.consent_end(
  p_clinic uuid,
  p_consent uuid,
  p_reason text,
  p_note_ref text default null
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
  at timestamptz := clock_timestamp();
begin
  consent := app.lock_consent(p_clinic, p_consent);
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not end a consent' using errcode = 'insufficient_privilege';
  end if;
  if consent.status not in ('pending', 'granted') then
    raise exception 'this consent has ended already' using errcode = 'object_not_in_prerequisite_state';
  end if;
  case p_reason
    when 'period_elapsed' then
      if consent.expires_at is null or consent.expires_at > at then
        raise exception 'the period is not over' using errcode = 'object_not_in_prerequisite_state';
      end if;
    when 'request_timeout' then
      if consent.status <> 'pending' then
        raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
      end if;
    when 'deceased' then
      if not exists (
        select from public.patients p where p.clinic_id = p_clinic and p.id = consent.patient_id and p.deceased_at is not null
      ) then
        raise exception 'no death is recorded for this patient' using errcode = 'object_not_in_prerequisite_state';
      end if;
    when 'purpose_ended', 'capacity_changed' then
      if not app.has_role(p_clinic, 'dpo') then
        raise exception 'only the data protection officer ends a consent for this reason' using errcode = 'insufficient_privilege';
      end if;
    when 'entered_in_error' then
      if consent.status <> 'granted' then
        raise exception 'only a grant is declared an error: cancel the request' using errcode = 'object_not_in_prerequisite_state';
      end if;
      -- Two persons, each in their own session: the first says so, the second agrees within 30 days.
      if not exists (
        select from public.consent_events e
        where e.clinic_id = p_clinic and e.consent_id = p_consent and e.event_type = 'correction'
          and e.reason_code = 'entered_in_error' and e.actor_user_id <> app.user_id()
          and e.recorded_at > at - interval '30 days'
      ) then
        insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, note_ref)
        values (p_clinic, p_consent, 'correction', at, 'staff', 'entered_in_error', p_note_ref);
        return 'proposed';
      end if;
    else
      raise exception 'unknown reason %', p_reason using errcode = 'invalid_parameter_value';
  end case;
  perform set_config('app.note_ref', coalesce(p_note_ref, ''), true);
  update public.consent_records c
  set status = 'expired', status_reason = p_reason, ended_at = at
  where c.clinic_id = p_clinic and c.id = p_consent;
  perform set_config('app.note_ref', '', true);
  return 'ended';
end
$$;
comment on function app.consent_end(uuid, uuid, text, text) is
  'Encerra por prazo, finalidade, capacidade, falecimento ou erro; o erro pede duas pessoas. Devolve ended ou proposed.';

create function app.consent_note(
  p_clinic uuid,
  p_consent uuid,
  p_event public.consent_event_type,
  p_note_ref text default null,
  p_recipient text default null,
  p_occurred_at timestamptz default null
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  event uuid := gen_random_uuid();
  patient uuid;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'this role does not add to a consent' using errcode = 'insufficient_privilege';
  end if;
  if p_event not in (
    'notice_shown', 'reminder_sent', 'receipt_issued', 'propagation_sent', 'propagation_ack', 'propagation_impossible', 'correction'
  ) then
    raise exception 'this event is written by the act itself' using errcode = 'invalid_parameter_value';
  end if;
  select c.patient_id into patient from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent;
  if not found then
    raise exception 'no such consent in this clinic' using errcode = 'no_data_found';
  end if;
  insert into public.consent_events (id, clinic_id, consent_id, event_type, occurred_at, actor_kind, note_ref, recipient)
  values (event, p_clinic, p_consent, p_event, coalesce(p_occurred_at, clock_timestamp()), 'staff', p_note_ref, p_recipient);
  perform ledger.record_event(
    'consent', p_clinic => p_clinic, p_table => 'public.consent_events', p_record => event, p_patient => patient,
    p_fields => array[p_event::text], p_consent => p_consent, p_recipient => p_recipient
  );
  return event;
end
$$;
comment on function app.consent_note(uuid, uuid, public.consent_event_type, text, text, timestamptz) is
  'Acrescenta um evento que não muda a situação: aviso mostrado, lembrete, recibo, propagação, correção.';

create function app.consent_valid_at(p_clinic uuid, p_patient uuid, p_activity uuid, p_at timestamptz default now())
returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  -- Null when there is nothing: callers compare IS TRUE. Half-open: valid at decided_at, no longer at the end. Of records
  -- that were merged the strictest answer counts.
  select bool_and(one.valid)
  from (
    select bool_or(p_at >= c.decided_at and p_at < coalesce(least(c.expires_at, c.end_declared_at, c.ended_at), 'infinity')) as valid
    from public.consent_records c
    where c.clinic_id = p_clinic and c.patient_id = any ((select app.same_person(p_clinic, p_patient))::uuid[])
      and c.activity_id = p_activity and c.granted_at is not null
    group by c.patient_id
  ) as one
$$;
comment on function app.consent_valid_at(uuid, uuid, uuid, timestamptz) is
  'Havia consentimento válido naquele instante? Nulo quando não há registro.';

create function app.consent_check(p_clinic uuid, p_patient uuid, p_activity uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
  one public.consent_records;
  person uuid;
  holds boolean;
  valid boolean;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'this role does not ask whether a consent holds' using errcode = 'insufficient_privilege';
  end if;
  -- Shared lock to commit: a withdrawal waits until what was allowed is done. Of merged records all must say yes.
  foreach person in array app.same_person(p_clinic, p_patient) loop
    select c.* into one
    from public.consent_records c
    where c.clinic_id = p_clinic and c.patient_id = person and c.activity_id = p_activity and c.granted_at is not null
    order by c.granted_at desc
    limit 1
    for share;
    continue when not found;
    holds := one.status = 'granted' and one.decided_at <= clock_timestamp()
      and (one.expires_at is null or one.expires_at > clock_timestamp())
      and (one.proof_lost_at is null or one.kind not in ('image', 'marketing'));
    if consent.id is null or not holds then
      consent := one;
    end if;
    valid := coalesce(valid, true) and holds;
  end loop;
  valid := coalesce(valid, false) and not app.consents_held(p_clinic);
  if consent.id is not null then
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind)
    values (p_clinic, consent.id, case when valid then 'checked' else 'blocked' end::public.consent_event_type, clock_timestamp(), 'staff');
  end if;
  perform ledger.record_event(
    'consent', case when valid then 'success' else 'denied' end::ledger.outcome, p_clinic => p_clinic,
    p_table => 'public.consent_records', p_record => consent.id, p_patient => p_patient,
    p_fields => array[case when valid then 'checked' else 'blocked' end], p_consent => consent.id, p_activity => p_activity
  );
  return valid;
end
$$;
comment on function app.consent_check(uuid, uuid, uuid) is
  'Porteira: pode agora? A resposta fica registrada e vale até o fim da transação.';

-- What a trigger writes elsewhere it writes in the clinics of whoever is asking; where that is nobody it says so, for
-- nothing may stay open without a word.
create function app.must_act_in(p_clinic uuid) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if not p_clinic = any (app.acting_clinics()) then
    raise exception 'say in whose name this is done (app.user_id): the consents that depend on it are not reached otherwise'
      using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function app.must_act_in(uuid) is 'Recusa, em vez de calar, quando a sessão não alcança a clínica.';

-- The dead grant nothing any more.
create function app.end_consents_of_deceased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.must_act_in(new.clinic_id);
  update public.consent_records c
  set status = 'expired', ended_at = clock_timestamp(),
    status_reason = case c.status when 'granted' then 'deceased' else 'request_timeout' end
  where c.clinic_id = new.clinic_id and c.patient_id = new.id and c.status in ('granted', 'pending');
  return null;
end
$$;
comment on function app.end_consents_of_deceased() is 'Falecimento encerra o que está vivo.';
create trigger end_consents after update of deceased_at on public.patients
  for each row when (new.deceased_at is not null and old.deceased_at is null)
  execute function app.end_consents_of_deceased();

reset role;
