set role neonpro_owner;

-- A consent whose evidence is gone still binds care, and lets nothing be published or advertised until it is found.
create function app.note_proof(p_clinic uuid, p_consent uuid, p_lost boolean) returns public.consent_records
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records := app.lock_consent(p_clinic, p_consent);
begin
  if (consent.proof_lost_at is not null) = p_lost then
    return consent;
  end if;
  update public.consent_records c
  set proof_lost_at = case when p_lost then clock_timestamp() end
  where c.clinic_id = p_clinic and c.id = p_consent
  returning c.* into consent;
  insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code)
  values (p_clinic, p_consent, 'correction', clock_timestamp(), 'staff', case when p_lost then 'proof_lost' else 'proof_found' end);
  return consent;
end
$$;
comment on function app.note_proof(uuid, uuid, boolean) is 'Marca a prova como indisponível ou de volta, com o seu evento.';

create function app.proof_say(p_clinic uuid, p_consent uuid, p_lost boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
begin
  -- Closing a gate is anybody's who keeps evidence; opening it again is the officer's.
  if not (app.has_role(p_clinic, 'dpo') or (p_lost and app.has_role(p_clinic, 'admin'))) then
    raise exception 'this role does not say whether the evidence is there' using errcode = 'insufficient_privilege';
  end if;
  select c.* into consent from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent;
  if not found then
    raise exception 'no such consent in this clinic' using errcode = 'no_data_found';
  end if;
  if consent.evidence_sha256 is null or consent.evidence_object_key like 'kept_files/%' then
    raise exception 'only evidence kept elsewhere is spoken for: what is kept here is hashed again' using errcode = 'check_violation';
  end if;
  perform app.note_proof(p_clinic, p_consent, p_lost);
end
$$;
comment on function app.proof_say(uuid, uuid, boolean) is
  'A prova guardada fora se perdeu, ou voltou: fecha e reabre publicação e divulgação.';

create function app.evidence_check(p_clinic uuid, p_consent uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records;
  file public.kept_files;
  term public.consent_terms;
  chain record;
  proof text;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'dpo', 'auditor') then
    raise exception 'this role does not check evidence' using errcode = 'insufficient_privilege';
  end if;
  select c.* into consent from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent;
  if not found then
    raise exception 'no such consent in this clinic' using errcode = 'no_data_found';
  end if;
  select f.* into file from public.kept_files f
  where f.clinic_id = p_clinic and 'kept_files/' || f.id = consent.evidence_object_key;
  select t.* into term from public.consent_terms t where t.clinic_id = p_clinic and t.id = consent.term_id;
  -- Each event of this consent, hashed again as it was when it was written.
  select count(*) as events,
    count(*) filter (where e.row_hash is distinct from sha256(e.prev_hash || convert_to(
      jsonb_build_array(1, e.id, e.clinic_id, e.seq, e.consent_id, e.event_type, e.from_status, e.to_status, e.occurred_at,
        e.recorded_at, e.actor_user_id, e.actor_kind, e.reason_code, e.note_ref, e.recipient)::text, 'UTF8'))) as broken
  into chain
  from public.consent_events e where e.clinic_id = p_clinic and e.consent_id = p_consent;
  proof := case
    when consent.evidence_sha256 is null then 'none'
    when consent.evidence_object_key is null or consent.evidence_object_key not like 'kept_files/%' then 'elsewhere'
    when file.id is null then 'missing'
    when sha256(file.content) = consent.evidence_sha256 then 'intact'
    else 'differs'
  end;
  if (proof in ('missing', 'differs') and consent.proof_lost_at is null) or (proof = 'intact' and consent.proof_lost_at is not null) then
    consent := app.note_proof(p_clinic, p_consent, proof <> 'intact');
  end if;
  return jsonb_build_object(
    'stated', encode(consent.evidence_sha256, 'hex'),
    'file', file.id, 'kind', file.kind, 'mime', file.mime, 'bytes', file.bytes,
    'computed', encode(sha256(file.content), 'hex'),
    'evidence', proof, 'lostSince', consent.proof_lost_at,
    'term', case when term.body_sha256 = sha256(convert_to(
      jsonb_build_array(term.language, term.title, term.body, term.plain_summary, term.refusal_consequence)::text, 'UTF8'))
      then 'intact' else 'differs' end,
    'events', chain.events, 'broken', chain.broken
  );
end
$$;
alter function app.evidence_check(uuid, uuid) set timezone = 'UTC';
alter function app.evidence_check(uuid, uuid) set datestyle = 'ISO';
comment on function app.evidence_check(uuid, uuid) is 'Confere de novo a prova, o texto e os eventos de um consentimento.';

reset role;
