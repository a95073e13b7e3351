set role neonpro_owner;

-- What was handed over: a copy taken at that moment, so that it says the same when names and purposes have changed.
create table public.consent_receipts (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  consent_id uuid not null,
  patient_id uuid not null,
  code text not null,
  payload jsonb not null,
  payload_sha256 bytea not null,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_receipts_clinic_id_key unique (clinic_id, id),
  constraint consent_receipts_code_key unique (code),
  constraint consent_receipts_consent_fkey foreign key (clinic_id, consent_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint consent_receipts_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint consent_receipts_code_check check (code ~ '^[0-9A-HJKMNP-TV-Z]{16}$'),
  constraint consent_receipts_sha_check check (payload_sha256 = sha256(convert_to(payload::text, 'UTF8')))
);
create index consent_receipts_consent_idx on public.consent_receipts (clinic_id, consent_id, created_at desc);
create index consent_receipts_patient_idx on public.consent_receipts (clinic_id, patient_id);
create trigger refuse_change before update or delete on public.consent_receipts
  for each row execute function app.refuse_change();
create trigger refuse_truncate before truncate on public.consent_receipts
  for each statement execute function app.refuse_statement();
alter table public.consent_receipts enable always trigger refuse_change, enable always trigger refuse_truncate;

create function app.receipt_code() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.receipt_code', true), '') $$;
comment on function app.receipt_code() is 'Código de recibo que a sessão apresentou.';

create function app.dpv_state(p_status public.consent_status, p_reason text, p_renews boolean) returns text
language sql immutable parallel safe
as $$
  select case
    when p_status = 'pending' then 'ConsentRequested'
    when p_status = 'granted' and p_renews then 'RenewedConsentGiven'
    when p_status = 'granted' then 'ConsentGiven'
    when p_reason = 'refused' then 'ConsentRefused'
    when p_reason = 'request_cancelled' then 'ConsentUnknown'
    when p_reason = 'request_timeout' then 'ConsentRequestDeferred'
    when p_reason in ('subject_request', 'representative_request') then 'ConsentWithdrawn'
    when p_reason in ('vitiated', 'entered_in_error') then 'ConsentInvalidated'
    when p_reason = 'purpose_ended' then 'ConsentRevoked'
    else 'ConsentExpired'
  end
$$;
comment on function app.dpv_state(public.consent_status, text, boolean) is 'Situação nas palavras do W3C DPV.';

create function app.iso_interval(value interval) returns text
language sql immutable strict parallel safe
as $$
  select 'P' || case when extract(year from value) <> 0 then extract(year from value)::int || 'Y' else '' end
    || case when extract(month from value) <> 0 then extract(month from value)::int || 'M' else '' end
    || case when extract(day from value) <> 0 then extract(day from value)::int || 'D' else '' end
$$;
comment on function app.iso_interval(interval) is 'Duração em ISO 8601, em dias inteiros.';

-- The record of ISO/IEC TS 27560:2023, clause 6.3.4. The person is a pseudonym of this clinic, never a CPF or a name.
create function app.receipt_payload(p_clinic uuid, p_consent uuid, p_origin text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'schema_version', '27560:2023/clinic-1',
    'record_id', c.id,
    'pii_principal_id', 'pw-' || left(encode(sha256(convert_to(c.clinic_id::text || c.patient_id::text, 'UTF8')), 'hex'), 24),
    'processing', jsonb_build_object(
      'privacy_notice', p_origin || '/termos/' || c.clinic_id || '/' || a.purpose_code || '/v' || t.version,
      'language', t.language,
      'jurisdiction', 'BR',
      'collection_method', c.collection_method,
      'purposes', jsonb_build_array(jsonb_build_object(
        'purpose', a.purpose_code,
        'title', a.title,
        'description', a.description,
        'lawful_basis', case a.legal_basis when 'a7_i' then 'LGPD art. 7 I' when 'a11_i' then 'LGPD art. 11 I' else a.legal_basis::text end,
        'retention_period', a.retention_rule,
        'storage_locations', jsonb_build_array('BR'),
        'pii_controllers', jsonb_build_array(c.clinic_id),
        'recipient_third_parties', (
          select coalesce(jsonb_agg(coalesce(r ->> 'name', r ->> 'nome', r #>> '{}')), '[]') from jsonb_array_elements(a.recipients) as r
        ),
        'withdrawal_method', p_origin || '/verify, com o código deste recibo; portal, balcão ou encarregado' || coalesce(': ' || k.dpo_email, ''),
        'pii_information', (
          select jsonb_agg(jsonb_build_object('pii_type', kind, 'sensitive_pii_category', a.sensitive_data)) from unnest(a.data_categories) as kind
        )
      ))
    ),
    'parties', jsonb_build_array(jsonb_build_object(
      'party_id', c.clinic_id, 'type', 'controller', 'name', k.name, 'address', coalesce('CNPJ ' || k.tax_id, 'BR'),
      'contact', coalesce(k.dpo_name || coalesce(' <' || k.dpo_email || '>', ''), 'encarregado')
    )),
    'events', (
      select jsonb_agg(jsonb_build_object(
        'event_time', to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'recorded_time', to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'validity_duration', case e.to_status when 'granted' then coalesce(app.iso_interval(a.max_validity), 'until_withdrawal') else 'P0D' end,
        'entity_id', case e.actor_kind when 'patient' then 'subject' else e.actor_kind::text end,
        'event_type', e.event_type,
        'event_state', app.dpv_state(e.to_status, e.reason_code, c.previous_id is not null)
      ) order by e.seq)
      from public.consent_events e
      where e.clinic_id = c.clinic_id and e.consent_id = c.id and e.to_status is not null
    ),
    'x_title', t.title, 'x_term_version', t.version, 'x_signer', c.signer_kind,
    'x_status', c.status, 'x_reason', c.status_reason, 'x_time_zone', k.time_zone,
    'x_decided_at', to_char(c.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'x_expires_at', to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'x_ended_at', to_char(coalesce(c.end_declared_at, c.ended_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'x_term_sha256', encode(t.body_sha256, 'hex'),
    'x_evidence_sha256', encode(c.evidence_sha256, 'hex')
  )
  from public.consent_records c
  join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
  join public.consent_terms t on t.clinic_id = c.clinic_id and t.id = c.term_id
  join public.clinics k on k.id = c.clinic_id
  where c.clinic_id = p_clinic and c.id = p_consent
$$;
comment on function app.receipt_payload(uuid, uuid, text) is 'Registro ISO/IEC TS 27560 do consentimento como está agora.';

create function app.put_receipt(p_clinic uuid, p_consent uuid, p_origin text) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  consent public.consent_records := app.lock_consent(p_clinic, p_consent);
  receipt public.consent_receipts;
begin
  select r.* into receipt from public.consent_receipts r
  where r.clinic_id = p_clinic and r.consent_id = p_consent
  order by r.created_at desc limit 1;
  if not found or receipt.created_at < (
    select max(e.recorded_at) from public.consent_events e
    where e.clinic_id = p_clinic and e.consent_id = p_consent and e.to_status is not null
  ) then
    receipt.id := gen_random_uuid();
    receipt.payload := app.receipt_payload(p_clinic, p_consent, p_origin);
    -- 80 random bits, in letters and digits that are not taken for one another.
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(h, i) & 31), 1), '' order by i) into receipt.code
    from sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) as h, generate_series(0, 15) as i;
    receipt.payload_sha256 := sha256(convert_to(receipt.payload::text, 'UTF8'));
    receipt.created_at := clock_timestamp();
    insert into public.consent_receipts (id, clinic_id, consent_id, patient_id, code, payload, payload_sha256, created_at)
    values (receipt.id, p_clinic, p_consent, consent.patient_id, receipt.code, receipt.payload, receipt.payload_sha256, receipt.created_at);
    update public.consent_records c set receipt_id = receipt.id where c.clinic_id = p_clinic and c.id = p_consent;
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, note_ref)
    values (p_clinic, p_consent, 'receipt_issued', clock_timestamp(),
      case when app.user_id() is null then 'system' else 'staff' end::public.event_actor, receipt.code);
  end if;
  return jsonb_build_object(
    'id', receipt.id, 'code', receipt.code, 'payload', receipt.payload, 'sha256', encode(receipt.payload_sha256, 'hex'),
    'issuedAt', to_char(receipt.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  );
end
$$;
comment on function app.put_receipt(uuid, uuid, text) is 'O recibo em vigor; um novo depois de cada mudança de situação.';

create function app.receipt_issue(p_clinic uuid, p_consent uuid, p_origin text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not (app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') or exists (
    select from public.consent_records c where c.clinic_id = p_clinic and c.id = p_consent and c.patient_id = any (app.own_patients())
  )) then
    raise exception 'this role does not issue a receipt' using errcode = 'insufficient_privilege';
  end if;
  return app.put_receipt(p_clinic, p_consent, p_origin);
end
$$;
comment on function app.receipt_issue(uuid, uuid, text) is 'Recibo de um consentimento, para a equipe ou o paciente.';

create function app.link_receipt(p_secret text, p_consent uuid, p_origin text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  link public.consent_links := app.sitting(p_secret);
begin
  if not (p_consent = any (link.consent_ids)) then
    raise exception 'this consent is not part of the sitting' using errcode = 'no_data_found';
  end if;
  return app.put_receipt(link.clinic_id, p_consent, p_origin);
end
$$;
comment on function app.link_receipt(text, uuid, text) is 'Recibo do que se decidiu numa sessão por link.';

create function app.receipt_verify(p_code text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  receipt public.consent_receipts;
begin
  perform set_config('app.receipt_code', upper(regexp_replace(coalesce(p_code, ''), '[^0-9A-Za-z]', '', 'g')), true);
  select r.* into receipt from public.consent_receipts r where r.code = app.receipt_code();
  if not found then
    return null;
  end if;
  -- Nothing here says whose consent it is.
  return jsonb_build_object(
    'code', receipt.code, 'issuedAt', to_char(receipt.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'sha256', encode(receipt.payload_sha256, 'hex'),
    'intact', receipt.payload_sha256 = sha256(convert_to(receipt.payload::text, 'UTF8')),
    'clinic', receipt.payload #>> '{parties,0,name}', 'purpose', receipt.payload #>> '{processing,purposes,0,title}',
    'termVersion', receipt.payload ->> 'x_term_version', 'notice', receipt.payload #>> '{processing,privacy_notice}',
    'status', receipt.payload ->> 'x_status', 'reason', receipt.payload ->> 'x_reason',
    'decidedAt', receipt.payload ->> 'x_decided_at', 'timeZone', receipt.payload ->> 'x_time_zone',
    'evidenceSha256', receipt.payload ->> 'x_evidence_sha256', 'termSha256', receipt.payload ->> 'x_term_sha256'
  );
end
$$;
comment on function app.receipt_verify(text) is 'Confere um recibo pelo código; não diz de quem é.';

-- Published texts are public: the address in every receipt leads to the text that was signed and its hash.
create function app.noticed_clinic() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.noticed_clinic', true), '')::uuid $$;
comment on function app.noticed_clinic() is 'Clínica cujo termo publicado se mostra a quem não entrou.';

create function app.public_term(p_clinic uuid, p_purpose text, p_version integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  found_term jsonb;
begin
  perform set_config('app.noticed_clinic', p_clinic::text, true);
  select jsonb_build_object(
    'clinic', k.name, 'purpose', a.title, 'version', t.version, 'language', t.language, 'title', t.title, 'body', t.body,
    'summary', t.plain_summary, 'refusal', t.refusal_consequence, 'sha256', encode(t.body_sha256, 'hex'),
    'publishedAt', to_char(t.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'retiredAt', to_char(t.retired_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'timeZone', k.time_zone
  ) into found_term
  from public.consent_terms t
  join public.processing_activities a on a.clinic_id = t.clinic_id and a.id = t.activity_id
  join public.clinics k on k.id = t.clinic_id
  where t.clinic_id = p_clinic and a.purpose_code = p_purpose and t.version = p_version and t.published_at is not null;
  perform set_config('app.noticed_clinic', '', true);
  return found_term;
end
$$;
comment on function app.public_term(uuid, text, integer) is 'Texto publicado de um termo, para quem tem o endereço.';

comment on table public.consent_receipts is 'Recibos entregues, como foram entregues. [pers audit=writes rls=R2 keep=10y]';
comment on column public.consent_receipts.id is 'Identificador. [int]';
comment on column public.consent_receipts.clinic_id is 'Clínica. [int]';
comment on column public.consent_receipts.consent_id is 'Consentimento. [pers]';
comment on column public.consent_receipts.patient_id is 'Paciente. [pers]';
comment on column public.consent_receipts.code is 'Código de conferência. [pers evid]';
comment on column public.consent_receipts.payload is 'Registro ISO/IEC TS 27560, sem nome nem documento da pessoa. [pers evid]';
comment on column public.consent_receipts.payload_sha256 is 'Prova do registro. [int evid]';
comment on column public.consent_receipts.created_at is 'Emissão. [int]';
comment on column public.consent_receipts.created_by is 'Quem emitiu. [int]';
comment on column public.consent_receipts.updated_at is 'Igual à emissão: a linha não muda. [int]';
comment on column public.consent_receipts.row_version is 'Versão da linha. [int]';

reset role;
