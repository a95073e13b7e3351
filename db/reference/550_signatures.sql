-- Who checks signatures does not read charts: the digest is made here, over the document as it stands now.
set role neonpro_owner;

create policy medical_records_select_digest on public.medical_records for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo', 'auditor'))::uuid[]));

-- What is signed, byte by byte. For an entry it is the text that seal_record puts into content_sha256. With the rights of
-- whoever asks: an author gets it to sign, the functions below for their digest.
create function app.canonical_content(p_clinic uuid, p_table text, p_document uuid) returns bytea
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO'
as $$
  select case p_table
    when 'public.medical_records' then (
      select convert_to(jsonb_build_array(
          r.patient_id, r.professional_id, r.entry_type, r.visit_date, r.chief_complaint, r.history, r.exam,
          r.assessment, r.treatment_plan, r.icd_codes, r.version, r.author_name, r.author_council, r.author_license
        )::text, 'UTF8')
      from public.medical_records r
      where r.clinic_id = p_clinic and r.id = p_document)
    when 'public.prescriptions' then (
      select convert_to(jsonb_build_array(
          p.patient_id, p.professional_id, p.medical_record_id, p.kind, p.items, p.control_list, p.sncr_number
        )::text, 'UTF8')
      from public.prescriptions p
      where p.clinic_id = p_clinic and p.id = p_document)
  end
$$;
comment on function app.canonical_content(uuid, text, uuid) is 'Conteúdo exato que se assina; nulo quando o documento não existe ou não é visível.';

create function app.document_digest(p_clinic uuid, p_signature uuid, p_algorithm text default 'sha256') returns bytea
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  content bytea;
begin
  if not app.has_role(p_clinic, 'admin', 'dpo', 'auditor', 'professional') then
    raise exception 'this role does not check signatures' using errcode = 'insufficient_privilege';
  end if;
  select app.canonical_content(s.clinic_id, s.document_table, s.document_id) into content
  from public.digital_signatures s
  where s.clinic_id = p_clinic and s.id = p_signature;
  return case p_algorithm when 'sha256' then sha256(content) when 'sha384' then sha384(content) when 'sha512' then sha512(content) end;
end
$$;
comment on function app.document_digest(uuid, uuid, text) is 'Resumo do documento assinado, como está agora; nulo quando não existe mais.';

create function app.record_verification(
  p_clinic uuid,
  p_signature uuid,
  p_validation public.signature_validation,
  p_reason text,
  p_revocation public.revocation_result
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'dpo', 'auditor') then
    raise exception 'this role does not check signatures' using errcode = 'insufficient_privilege';
  end if;
  update public.digital_signatures s
  set validation = p_validation, validation_reason = p_reason, validated_at = clock_timestamp(),
    revocation_result = p_revocation, revocation_checked_at = clock_timestamp()
  where s.clinic_id = p_clinic and s.id = p_signature;
  if not found then
    raise exception 'no such signature' using errcode = 'no_data_found';
  end if;
  perform ledger.record_event(
    'signature', case p_validation when 'invalid' then 'failure' else 'success' end::ledger.outcome, p_clinic => p_clinic,
    p_table => 'public.digital_signatures', p_record => p_signature, p_fields => array['verified']
  );
end
$$;
comment on function app.record_verification(uuid, uuid, public.signature_validation, text, public.revocation_result) is
  'Guarda o resultado de uma verificação, e que ela aconteceu.';

-- Numbers only: how much of what has to be signed is, and how much of that holds.
create function app.signature_coverage()
returns table (clinic_id uuid, document_table text, finished bigint, signed bigint, valid bigint, invalid bigint, undetermined bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  with documents as (
    select r.clinic_id, 'public.medical_records' as document_table, r.signature_id
    from public.medical_records r
    where r.status in ('final', 'amended') and r.clinic_id = any (app.clinics_of('admin', 'dpo', 'auditor'))
    union all
    select p.clinic_id, 'public.prescriptions', p.signature_id
    from public.prescriptions p
    where p.clinic_id = any (app.clinics_of('admin', 'dpo', 'auditor')) and p.status <> 'cancelled'
  )
  select d.clinic_id, d.document_table, count(*), count(d.signature_id), count(*) filter (where s.validation = 'valid'),
    count(*) filter (where s.validation = 'invalid'), count(*) filter (where s.validation = 'undetermined')
  from documents d
  left join public.digital_signatures s on s.clinic_id = d.clinic_id and s.id = d.signature_id
  group by d.clinic_id, d.document_table
  order by d.clinic_id, d.document_table
$$;
comment on function app.signature_coverage() is 'Documentos concluídos, assinados e verificados, por clínica.';

grant execute on function app.canonical_content(uuid, text, uuid) to app_rw;
grant execute on function app.document_digest(uuid, uuid, text), app.signature_coverage() to app_rw, dashboard_officer, dashboard_admin;
grant execute on function app.record_verification(uuid, uuid, public.signature_validation, text, public.revocation_result)
  to app_rw, dashboard_officer;

reset role;
