set role neonpro_owner;

-- Work on the requests of data subjects (LGPD arts. 18 to 20) and on incidents (Res. CD/ANPD 15/2024): like consents,
-- written through functions that say who may.

create policy data_subject_requests_select_owner on public.data_subject_requests for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy data_subject_requests_insert_owner on public.data_subject_requests for insert to neonpro_owner
  with check (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy data_subject_requests_update_owner on public.data_subject_requests for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy incidents_select_owner on public.incidents for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo', 'professional', 'reception'))::uuid[]));
create policy incidents_insert_owner on public.incidents for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo', 'professional', 'reception'))::uuid[]));
create policy incidents_update_owner on public.incidents for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

-- Whose data the answer in hand is about: only while a request with a checked identity is open, and only for those who
-- answer it.
create function app.answered_patients() returns uuid[]
language sql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
  select app.same_person(r.clinic_id, r.patient_id)
  from public.data_subject_requests r
  where r.id = nullif(current_setting('app.answering', true), '')::uuid and r.identity_status = 'verified'
    and r.closed_at is null and app.has_role(r.clinic_id, 'admin', 'dpo')
$$;
comment on function app.answered_patients() is 'Titular do pedido que se responde nesta transação.';

alter policy medical_records_select_owner on public.medical_records
  using (
    clinic_id = any ((select app.clinics_of('professional'))::uuid[])
    or patient_id = any ((select app.answered_patients())::uuid[])
  );
alter policy ai_chat_sessions_select_owner on public.ai_chat_sessions
  using (
    clinic_id = any ((select app.clinics_of('dpo'))::uuid[])
    or patient_id = any ((select app.answered_patients())::uuid[])
  );
alter policy ai_chat_messages_select_owner on public.ai_chat_messages
  using (
    clinic_id = any ((select app.clinics_of('dpo'))::uuid[])
    or exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id
        and s.patient_id = any ((select app.answered_patients())::uuid[])
    )
  );

create function app.dsr_receive(
  p_clinic uuid, p_patient uuid, p_type public.subject_request_type, p_channel text,
  p_received_at timestamptz default null, p_representative uuid default null
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
begin
  if not (app.has_role(p_clinic, 'admin', 'reception', 'dpo') or p_patient = any (app.own_patients())) then
    raise exception 'this role does not receive requests' using errcode = 'insufficient_privilege';
  end if;
  if p_received_at > now() then
    raise exception 'nothing is received in the future' using errcode = 'check_violation';
  end if;
  insert into public.data_subject_requests (id, clinic_id, patient_id, representative_id, request_type, channel, received_at, propagation)
  values (made, p_clinic, p_patient, p_representative, p_type, p_channel, coalesce(p_received_at, now()),
    case when p_type in ('correct', 'anonymize_block_erase', 'erase_consent_based', 'oppose', 'revoke') then (
      select jsonb_agg(jsonb_build_object('recipient', each.name, 'status', 'open') order by each.name)
      from (
        select distinct r ->> 'name' as name
        from public.processing_activities a cross join jsonb_array_elements(a.recipients) as r
        where a.clinic_id = p_clinic and a.status = 'active' and r ->> 'name' is not null
      ) as each
    ) end);
  return made;
end
$$;
comment on function app.dsr_receive(uuid, uuid, public.subject_request_type, text, timestamptz, uuid) is
  'Recebe um pedido: o prazo começa a contar.';

create function app.open_request(p_clinic uuid, p_request uuid) returns public.data_subject_requests
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  request public.data_subject_requests;
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not answer requests' using errcode = 'insufficient_privilege';
  end if;
  select r.* into request from public.data_subject_requests r where r.clinic_id = p_clinic and r.id = p_request for update;
  if not found then
    raise exception 'no such request in this clinic' using errcode = 'no_data_found';
  end if;
  if request.closed_at is not null then
    raise exception 'this request is closed already' using errcode = 'object_not_in_prerequisite_state';
  end if;
  return request;
end
$$;
comment on function app.open_request(uuid, uuid) is 'O pedido aberto, trancado, para quem responde.';

create function app.dsr_verify(p_clinic uuid, p_request uuid, p_verified boolean, p_method text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request public.data_subject_requests := app.open_request(p_clinic, p_request);
begin
  if request.patient_id is null then
    raise exception 'say first whose request it is' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if nullif(btrim(p_method), '') is null then
    raise exception 'say how the identity was checked' using errcode = 'invalid_parameter_value';
  end if;
  update public.data_subject_requests r
  set identity_status = case when p_verified then 'verified' else 'failed' end::public.identity_status,
    verified_at = case when p_verified then clock_timestamp() end,
    verification_method = case when p_verified then btrim(p_method) end,
    status = case when p_verified then 'in_progress' else 'verifying' end::public.subject_request_status,
    assignee = coalesce(r.assignee, app.user_id())
  where r.clinic_id = p_clinic and r.id = p_request;
end
$$;
comment on function app.dsr_verify(uuid, uuid, boolean, text) is 'A identidade foi conferida, ou não se confirmou; o prazo não para.';

create function app.dsr_propagate(p_clinic uuid, p_request uuid, p_recipient text, p_status text, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request public.data_subject_requests := app.open_request(p_clinic, p_request);
begin
  if p_status not in ('told', 'acknowledged', 'impossible') or (p_status = 'impossible' and nullif(btrim(p_note), '') is null) then
    raise exception 'a recipient was told, acknowledged it, or it is impossible for a reason' using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from jsonb_array_elements(coalesce(request.propagation, '[]')) as e where e ->> 'recipient' = p_recipient) then
    raise exception 'no such recipient in this request' using errcode = 'no_data_found';
  end if;
  update public.data_subject_requests r
  set propagation = (
    select jsonb_agg(case when e ->> 'recipient' = p_recipient
      then jsonb_build_object('recipient', p_recipient, 'status', p_status, 'note', nullif(btrim(p_note), ''),
        'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      else e end order by n)
    from jsonb_array_elements(r.propagation) with ordinality as x (e, n)
  )
  where r.clinic_id = p_clinic and r.id = p_request;
end
$$;
comment on function app.dsr_propagate(uuid, uuid, text, text, text) is 'A quem se comunicou (art. 18, §6º), ou por que não se pôde.';

create function app.readable(p_row jsonb) returns jsonb
language sql immutable parallel safe
as $$
  -- What the clinic's application encrypted it must open itself; here it is said that it is there. A hash is shown as the
  -- digits it is, other bytes by their number.
  select jsonb_object_agg(key, case
      when jsonb_typeof(value) <> 'string' then value
      when value #>> '{}' ~ '^enc:v[0-9]+:' or key like '%\_enc' then jsonb_build_object('encrypted', true)
      when value #>> '{}' ~ '^\\x[0-9a-f]{64}$' and key ~ '(sha256|hash)$' then to_jsonb(substr(value #>> '{}', 3))
      when value #>> '{}' ~ '^\\x' then jsonb_build_object('bytes', (length(value #>> '{}') - 2) / 2)
      else value
    end)
  from jsonb_each(p_row)
$$;
comment on function app.readable(jsonb) is 'Uma linha para quem a lê: o cifrado fica dito, não mostrado.';

create function app.dsr_package(p_clinic uuid, p_request uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request public.data_subject_requests := app.open_request(p_clinic, p_request);
  people uuid[];
  wanted record;
  rows jsonb;
  parts jsonb := '[]';
  condition text;
begin
  if request.identity_status <> 'verified' then
    raise exception 'nothing leaves before the identity is checked' using errcode = 'object_not_in_prerequisite_state';
  end if;
  perform set_config('app.answering', p_request::text, true);
  people := app.answered_patients();
  for wanted in
    select t.name, array_agg(distinct a.title order by a.title) as purposes
    from public.processing_activities a
    cross join unnest(a.tables_used || array['patients', 'consent_records', 'consent_events', 'patient_representatives', 'data_subject_requests']) as t (name)
    where a.clinic_id = p_clinic and a.status <> 'draft'
    group by t.name order by t.name
  loop
    condition := case
      when to_regclass(format('public.%I', wanted.name)) is null then null
      when wanted.name = 'patients' then 't.id = any ($2)'
      when wanted.name = 'audit_logs' then 't.patient_ref = any ($2)'
      when wanted.name = 'consent_events' then 't.consent_id in (select c.id from public.consent_records c where c.clinic_id = $1 and c.patient_id = any ($2))'
      when wanted.name = 'ai_chat_messages' then 't.session_id in (select s.id from public.ai_chat_sessions s where s.clinic_id = $1 and s.patient_id = any ($2))'
      when wanted.name = 'procedure_products' then 't.procedure_id in (select p.id from public.procedures p where p.clinic_id = $1 and p.patient_id = any ($2))'
      when exists (
        select from pg_attribute where attrelid = to_regclass(format('public.%I', wanted.name)) and attname = 'patient_id' and not attisdropped
      ) then 't.patient_id = any ($2)'
    end;
    rows := null;
    if condition is not null then
      execute format(
        'select coalesce(jsonb_agg(app.readable(to_jsonb(t)%s)), ''[]'') from (select * from public.%I t where t.clinic_id = $1 and %s limit 20000) as t',
        case wanted.name when 'audit_logs' then ' - array[''old_values'', ''new_values'', ''before_hash'', ''after_hash'', ''ip'', ''user_agent'', ''session_ref'', ''actor_user_id'']' else '' end,
        wanted.name, condition
      ) into rows using p_clinic, people;
    end if;
    parts := parts || jsonb_build_object(
      'table', wanted.name, 'purposes', to_jsonb(wanted.purposes),
      'state', case
        when rows is not null then 'included'
        when to_regclass(format('public.%I', wanted.name)) is null then 'missing'
        else 'not_about_the_person'
      end,
      'rows', coalesce(rows, '[]')
    );
  end loop;
  perform set_config('app.answering', '', true);
  perform ledger.record_event(
    'export', p_clinic => p_clinic, p_table => 'public.data_subject_requests', p_record => p_request,
    p_patient => request.patient_id, p_fields => array['package'], p_phi => true
  );
  return jsonb_build_object(
    'request', p_request, 'type', request.request_type, 'receivedAt', request.received_at, 'madeAt', now(),
    'controller', (select jsonb_build_object('name', k.name, 'taxId', k.tax_id, 'dpo', k.dpo_name, 'dpoEmail', k.dpo_email)
      from public.clinics k where k.id = p_clinic),
    'purposes', (
      select jsonb_agg(jsonb_build_object('code', a.purpose_code, 'title', a.title, 'basis', a.legal_basis,
        'recipients', a.recipients, 'retention', a.retention_rule, 'automated', a.automated_decision) order by a.purpose_code)
      from public.processing_activities a where a.clinic_id = p_clinic and a.status <> 'draft'),
    'tables', parts
  );
end
$$;
comment on function app.dsr_package(uuid, uuid) is
  'Tudo o que as finalidades registradas guardam sobre o titular, tabela por tabela; o que falta fica dito.';

create function app.dsr_answer(
  p_clinic uuid, p_request uuid, p_status public.subject_request_status, p_outcome text, p_legal_reason text,
  p_content bytea default null, p_mime text default null, p_format text default null, p_copy uuid default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  request public.data_subject_requests := app.open_request(p_clinic, p_request);
  file uuid := gen_random_uuid();
begin
  if p_status not in ('answered', 'partly', 'refused', 'withdrawn') then
    raise exception 'a request ends answered, partly answered, refused or withdrawn' using errcode = 'invalid_parameter_value';
  end if;
  if p_status in ('answered', 'partly') and request.identity_status <> 'verified' then
    raise exception 'nothing leaves before the identity is checked' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if p_status in ('answered', 'partly') and exists (
    select from jsonb_array_elements(coalesce(request.propagation, '[]')) as e where e ->> 'status' = 'open'
  ) then
    raise exception 'recipients are still to be told (art. 18 §6)' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if p_copy is not null and not exists (
    select from public.kept_files f where f.clinic_id = p_clinic and f.id = p_copy and f.patient_id = request.patient_id
  ) then
    raise exception 'the readable copy is not a file of this person' using errcode = 'check_violation';
  end if;
  if p_content is not null then
    insert into public.kept_files (id, clinic_id, patient_id, kind, mime, bytes, sha256, content)
    values (file, p_clinic, request.patient_id, 'answer', p_mime, octet_length(p_content), sha256(p_content), p_content);
  end if;
  update public.data_subject_requests r
  set status = p_status, outcome_code = p_outcome, legal_reason = p_legal_reason, closed_at = clock_timestamp(),
    response_key = case when p_content is not null then 'kept_files/' || file end,
    response_sha256 = case when p_content is not null then sha256(p_content) end, response_format = p_format,
    copy_key = 'kept_files/' || p_copy
  where r.clinic_id = p_clinic and r.id = p_request;
end
$$;
comment on function app.dsr_answer(uuid, uuid, public.subject_request_status, text, text, bytea, text, text, uuid) is
  'Encerra um pedido com a sua resposta, guardada como foi entregue.';

create function app.incident_report(
  p_clinic uuid, p_kind public.incident_kind, p_title text, p_description text, p_occurred_at timestamptz,
  p_known_at timestamptz, p_severity public.incident_severity, p_criteria text[], p_notifiable boolean,
  p_reason text, p_subjects integer, p_due_at timestamptz
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
begin
  if not app.has_role(p_clinic, 'admin', 'dpo', 'professional', 'reception') then
    raise exception 'this role does not report incidents' using errcode = 'insufficient_privilege';
  end if;
  if p_known_at > now() then
    raise exception 'nobody knows of it in the future' using errcode = 'check_violation';
  end if;
  insert into public.incidents (
    id, clinic_id, kind, title, description, occurred_at, known_at, severity, art5_criteria, notifiable, not_notified_reason,
    subjects_total, authority, authority_due_at, subjects_due_at
  ) values (
    made, p_clinic, p_kind, p_title, p_description, p_occurred_at, p_known_at, p_severity, nullif(p_criteria, '{}'), p_notifiable,
    p_reason, p_subjects,
    case when not p_notifiable then 'none' when p_kind = 'personal_data' then 'ANPD' when p_kind = 'adverse_event' then 'ANVISA_vigimed' else 'ANVISA_notivisa' end::public.incident_authority,
    case when p_notifiable and p_kind = 'personal_data' then p_due_at end, case when p_notifiable and p_kind = 'personal_data' then p_due_at end
  );
  return made;
end
$$;
comment on function app.incident_report(
  uuid, public.incident_kind, text, text, timestamptz, timestamptz, public.incident_severity, text[], boolean, text, integer, timestamptz
) is 'Registra um incidente; o prazo conta do conhecimento, com os feriados que a aplicação conhece.';

create function app.incident_step(p_clinic uuid, p_incident uuid, p_step text, p_text text default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  at constant timestamptz := clock_timestamp();
begin
  if not app.has_role(p_clinic, 'admin', 'dpo') then
    raise exception 'this role does not work on incidents' using errcode = 'insufficient_privilege';
  end if;
  if p_step not in ('contained', 'authority_sent', 'subjects_sent', 'closed')
    or (p_step in ('authority_sent', 'closed') and nullif(btrim(p_text), '') is null) then
    raise exception 'a step names the protocol or what was found' using errcode = 'invalid_parameter_value';
  end if;
  update public.incidents i
  set status = case p_step when 'contained' then 'contained' when 'closed' then 'closed' else i.status::text end::public.incident_status,
    authority_sent_at = case p_step when 'authority_sent' then at else i.authority_sent_at end,
    authority_protocol = case p_step when 'authority_sent' then btrim(p_text) else i.authority_protocol end,
    subjects_sent_at = case p_step when 'subjects_sent' then at else i.subjects_sent_at end,
    root_cause = case p_step when 'closed' then btrim(p_text) else i.root_cause end,
    closed_at = case p_step when 'closed' then at else i.closed_at end
  where i.clinic_id = p_clinic and i.id = p_incident and i.closed_at is null;
  if not found then
    raise exception 'no such open incident in this clinic' using errcode = 'no_data_found';
  end if;
end
$$;
comment on function app.incident_step(uuid, uuid, text, text) is 'Contido, comunicado à autoridade ou aos titulares, encerrado.';

grant execute on function
  app.dsr_receive(uuid, uuid, public.subject_request_type, text, timestamptz, uuid), app.dsr_verify(uuid, uuid, boolean, text),
  app.dsr_propagate(uuid, uuid, text, text, text), app.dsr_package(uuid, uuid),
  app.dsr_answer(uuid, uuid, public.subject_request_status, text, text, bytea, text, text, uuid),
  app.incident_report(
    uuid, public.incident_kind, text, text, timestamptz, timestamptz, public.incident_severity, text[], boolean, text, integer, timestamptz
  ),
  app.incident_step(uuid, uuid, text, text)
  to app_rw, dashboard_admin, dashboard_officer;
grant execute on function app.dsr_receive(uuid, uuid, public.subject_request_type, text, timestamptz, uuid) to app_patient;

reset role;
