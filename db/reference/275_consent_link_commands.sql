set role neonpro_owner;

create function app.link_make(
  p_clinic uuid,
  p_patient uuid,
  p_consents uuid[],
  p_device text,
  p_token_sha256 bytea,
  p_valid interval,
  p_signer public.consent_signer default 'patient',
  p_representative uuid default null
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
  consent uuid;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'asking for a consent is for the staff of this clinic or the patient' using errcode = 'insufficient_privilege';
  end if;
  if (select count(*) from public.consent_records c
      where c.clinic_id = p_clinic and c.patient_id = p_patient and c.id = any (p_consents) and c.status = 'pending')
    is distinct from cardinality(p_consents)::bigint then
    raise exception 'a link shows open requests of one patient, and these are not' using errcode = 'check_violation';
  end if;
  insert into public.consent_links (
    id, clinic_id, patient_id, representative_id, signer_kind, device, consent_ids, token_sha256, expires_at
  ) values (
    made, p_clinic, p_patient, p_representative, p_signer, p_device, p_consents, p_token_sha256, now() + p_valid
  );
  foreach consent in array p_consents loop
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, note_ref)
    values (p_clinic, consent, 'reminder_sent', clock_timestamp(), 'staff', 'link');
  end loop;
  return made;
end
$$;
comment on function app.link_make(uuid, uuid, uuid[], text, bytea, interval, public.consent_signer, uuid) is
  'Abre uma sessão de assinatura; o endereço fica só com quem o recebe.';

create function app.link_revoke(p_clinic uuid, p_link uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'this role does not revoke a link' using errcode = 'insufficient_privilege';
  end if;
  update public.consent_links l set closed_at = clock_timestamp(), closed_reason = 'revoked'
  where l.clinic_id = p_clinic and l.id = p_link and l.closed_at is null;
  if not found then
    raise exception 'no such link, or it is closed' using errcode = 'no_data_found';
  end if;
end
$$;
comment on function app.link_revoke(uuid, uuid) is 'Fecha um link antes da hora.';

-- From here on nobody is signed in: the secret is all that is known, and all that counts.
create function app.link_look(p_token text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links;
begin
  perform set_config('app.link_token', p_token, true);
  select l.* into link from public.consent_links l where l.token_sha256 = app.link_secret();
  return jsonb_build_object(
    'state', case
      when link.id is null then 'unknown'
      when link.closed_reason = 'revoked' then 'revoked'
      when link.closed_reason = 'wrong_answers' then 'locked'
      when link.opened_at is not null then 'used'
      when link.expires_at <= now() then 'expired'
      else 'open'
    end,
    'device', link.device, 'expiresAt', link.expires_at, 'purposes', cardinality(link.consent_ids)
  );
end
$$;
comment on function app.link_look(text) is 'O que o endereço ainda permite; nada sobre a pessoa.';

create function app.link_begin(p_token text, p_birth date, p_sitting_sha256 bytea, p_locale text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links;
  born date;
  consent uuid;
begin
  perform set_config('app.link_token', p_token, true);
  select l.* into link from public.consent_links l where l.token_sha256 = app.link_secret() for update;
  if not found then return 'unknown'; end if;
  if link.closed_reason = 'revoked' then return 'revoked'; end if;
  if link.closed_reason = 'wrong_answers' then return 'locked'; end if;
  if link.opened_at is not null then return 'used'; end if;
  if link.expires_at <= now() then return 'expired'; end if;
  select p.birth_date into born from public.patients p where p.clinic_id = link.clinic_id and p.id = link.patient_id;
  if link.device = 'own' and born is distinct from p_birth then
    update public.consent_links l
    set wrong_answers = l.wrong_answers + 1,
      closed_at = case when l.wrong_answers >= 4 then clock_timestamp() end,
      closed_reason = case when l.wrong_answers >= 4 then 'wrong_answers' end
    where l.id = link.id;
    return case when link.wrong_answers >= 4 then 'locked' else 'wrong' end;
  end if;
  foreach consent in array link.consent_ids loop
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, note_ref)
    values (link.clinic_id, consent, 'notice_shown', clock_timestamp(),
      case link.signer_kind when 'representative' then 'representative' else 'patient' end::public.event_actor, p_locale);
  end loop;
  update public.consent_links l
  set opened_at = clock_timestamp(), sitting_sha256 = p_sitting_sha256, sitting_until = clock_timestamp() + interval '40 minutes'
  where l.id = link.id;
  return 'begun';
end
$$;
comment on function app.link_begin(text, date, bytea, text) is
  'Troca o endereço, uma única vez, pela sessão; no próprio aparelho pede a data de nascimento do paciente.';

create function app.sitting(p_secret text) returns public.consent_links
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links;
begin
  perform set_config('app.link_token', p_secret, true);
  select l.* into link from public.consent_links l where l.sitting_sha256 = app.link_secret();
  if not found or link.sitting_until <= now() or link.closed_reason = 'revoked' then
    raise exception 'this sitting is over' using errcode = 'no_data_found';
  end if;
  return link;
end
$$;
comment on function app.sitting(text) is 'A sessão aberta que este segredo prova.';

create function app.link_read(p_secret text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links := app.sitting(p_secret);
begin
  return (
    select jsonb_build_object(
      'clinic', k.name, 'timeZone', k.time_zone, 'dpo', k.dpo_email, 'device', link.device, 'signer', link.signer_kind,
      'patient', coalesce(p.social_name, p.full_name),
      'representative', (select r.full_name from public.patient_representatives r where r.clinic_id = link.clinic_id and r.id = link.representative_id),
      'relation', (select r.relation from public.patient_representatives r where r.clinic_id = link.clinic_id and r.id = link.representative_id),
      'until', link.sitting_until,
      'consents', (
        select jsonb_agg(jsonb_build_object(
          'id', c.id, 'status', c.status, 'reason', c.status_reason, 'purpose', a.title, 'description', a.description,
          'basis', a.legal_basis, 'validity', a.max_validity::text, 'recipients', a.recipients,
          'termId', t.id, 'version', t.version, 'language', t.language, 'title', t.title, 'body', t.body,
          'summary', t.plain_summary, 'refusal', t.refusal_consequence
        ) order by n.at)
        from unnest(link.consent_ids) with ordinality as n (id, at)
        join public.consent_records c on c.clinic_id = link.clinic_id and c.id = n.id
        join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
        join public.consent_terms t on t.clinic_id = c.clinic_id and t.id = c.term_id
      ))
    from public.clinics k
    join public.patients p on p.clinic_id = k.id and p.id = link.patient_id
    where k.id = link.clinic_id
  );
end
$$;
comment on function app.link_read(text) is 'Os textos de uma sessão aberta, e o que já se decidiu.';

create function app.link_decide(
  p_secret text,
  p_consent uuid,
  p_decision text,
  p_patient_name text,
  p_representative_name text,
  p_locale text,
  p_ip inet,
  p_user_agent text
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links := app.sitting(p_secret);
  consent public.consent_records;
  at constant timestamptz := clock_timestamp();
  proof bytea;
  file uuid := gen_random_uuid();
begin
  if not (p_consent = any (link.consent_ids)) then
    raise exception 'this consent is not part of the sitting' using errcode = 'no_data_found';
  end if;
  consent := app.lock_consent(link.clinic_id, p_consent);
  if consent.status <> 'pending' then
    raise exception 'already decided: this request is %', consent.status using errcode = 'object_not_in_prerequisite_state';
  end if;
  if p_decision = 'refuse' then
    update public.consent_records c
    set status = 'withdrawn', status_reason = 'refused', ended_at = at, end_declared_at = at
    where c.clinic_id = link.clinic_id and c.id = p_consent;
  elsif p_decision = 'grant' then
    if (link.signer_kind <> 'representative' and coalesce(length(btrim(p_patient_name)), 0) < 3)
      or (link.signer_kind <> 'patient' and coalesce(length(btrim(p_representative_name)), 0) < 3) then
      raise exception 'whoever signs writes their name' using errcode = 'invalid_parameter_value';
    end if;
    -- The evidence is made here, from what is stored, so that no page can claim another text was shown.
    select convert_to(jsonb_build_object(
      'kind', 'consent-signature/1', 'consent', consent.id, 'clinic', jsonb_build_object('id', k.id, 'name', k.name),
      'patient', consent.patient_id,
      'purpose', jsonb_build_object('code', a.purpose_code, 'title', a.title, 'description', a.description,
        'basis', a.legal_basis, 'recipients', a.recipients, 'retention', a.retention_rule, 'validity', a.max_validity),
      'term', jsonb_build_object('id', t.id, 'version', t.version, 'language', t.language, 'title', t.title, 'body', t.body,
        'summary', t.plain_summary, 'refusal', t.refusal_consequence, 'sha256', encode(t.body_sha256, 'hex')),
      'signer', link.signer_kind, 'representative', link.representative_id,
      'names', jsonb_build_object('patient', nullif(btrim(p_patient_name), ''), 'representative', nullif(btrim(p_representative_name), '')),
      'sitting', link.id, 'device', link.device, 'collectedBy', link.created_by, 'openedAt', link.opened_at, 'signedAt', at,
      'locale', p_locale, 'ip', host(p_ip), 'userAgent', p_user_agent
    )::text, 'UTF8') into proof
    from public.clinics k
    join public.processing_activities a on a.clinic_id = k.id and a.id = consent.activity_id
    join public.consent_terms t on t.clinic_id = k.id and t.id = consent.term_id
    where k.id = link.clinic_id;
    insert into public.kept_files (id, clinic_id, patient_id, kind, mime, bytes, sha256, content)
    values (file, link.clinic_id, link.patient_id, 'signature', 'application/json', octet_length(proof), sha256(proof), proof);
    perform app.put_grant(
      consent, at, case link.device when 'own' then 'portal' else 'in_person_device' end::public.collection_method,
      link.signer_kind, sha256(proof), 'kept_files/' || file, link.representative_id, link.created_by, p_locale, p_ip, p_user_agent
    );
  else
    raise exception 'a decision is grant or refuse' using errcode = 'invalid_parameter_value';
  end if;
  if not exists (
    select from public.consent_records c
    where c.clinic_id = link.clinic_id and c.id = any (link.consent_ids) and c.status = 'pending'
  ) then
    update public.consent_links l set closed_at = at, closed_reason = 'done' where l.id = link.id and l.closed_at is null;
  end if;
  return case p_decision when 'grant' then 'granted' else 'refused' end;
end
$$;
comment on function app.link_decide(text, uuid, text, text, text, text, inet, text) is
  'Assina ou recusa uma finalidade da sessão; a prova se faz aqui.';

reset role;
