set role neonpro_owner;

-- Signatures come in here and nowhere else: by the author, over the document as it stands.
create function app.record_signature(
  p_clinic uuid,
  p_document_table text,
  p_document uuid,
  p_document_sha256 bytea,
  p_level public.signature_level,
  p_format public.signature_format,
  p_signed_at timestamptz default now(),
  p_signer_name text default null,
  p_council text default null,
  p_signer_cpf_bidx bytea default null,
  p_policy text default null,
  p_cert_serial text default null,
  p_cert_issuer text default null,
  p_cert_not_before timestamptz default null,
  p_cert_not_after timestamptz default null,
  p_cms bytea default null
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  made uuid := gen_random_uuid();
  author record;
  stored bytea;
begin
  if p_document_table = 'public.medical_records' then
    select r.professional_id, r.author_name, r.content_sha256 into author
    from public.medical_records r
    where r.clinic_id = p_clinic and r.id = p_document and r.status in ('final', 'amended') and r.signature_id is null
    for update;
  elsif p_document_table = 'public.prescriptions' then
    select p.professional_id, p_signer_name as author_name,
      sha256(app.canonical_content(p_clinic, p_document_table, p_document)) as content_sha256 into author
    from public.prescriptions p
    where p.clinic_id = p_clinic and p.id = p_document and p.status = 'draft'
    for update;
  else
    raise exception 'documents of % are not signed here', p_document_table using errcode = 'invalid_parameter_value';
  end if;
  if not found then
    raise exception 'no document that waits for this signature' using errcode = 'no_data_found';
  end if;
  if author.professional_id <> all (app.own_professionals()) then
    raise exception 'only its author signs a document' using errcode = 'insufficient_privilege';
  end if;
  stored := author.content_sha256;
  if stored <> p_document_sha256 then
    raise exception 'what was signed is not what is stored' using errcode = 'check_violation';
  end if;
  if p_signed_at > clock_timestamp() then
    raise exception 'nobody has signed in the future' using errcode = 'check_violation';
  end if;
  insert into public.digital_signatures (
    id, clinic_id, document_table, document_id, document_sha256, signer_user_id, signer_cpf_bidx, signer_name, council,
    level, format, policy, cert_serial, cert_issuer, cert_not_before, cert_not_after, signed_at, cms
  ) values (
    made, p_clinic, p_document_table, p_document, p_document_sha256, app.user_id(), p_signer_cpf_bidx,
    coalesce(p_signer_name, author.author_name), p_council, p_level, p_format, p_policy, p_cert_serial, p_cert_issuer,
    p_cert_not_before, p_cert_not_after, p_signed_at, p_cms
  );
  if p_document_table = 'public.medical_records' then
    update public.medical_records r set signature_id = made where r.clinic_id = p_clinic and r.id = p_document;
  else
    update public.prescriptions p
    set signature_id = made, issued_at = p_signed_at, status = 'signed'
    where p.clinic_id = p_clinic and p.id = p_document;
  end if;
  return made;
end
$$;
comment on function app.record_signature(
  uuid, text, uuid, bytea, public.signature_level, public.signature_format, timestamptz, text, text, bytea, text, text, text,
  timestamptz, timestamptz, bytea
) is 'Registra a assinatura do autor sobre o documento como está.';

-- digital_signatures
alter table public.digital_signatures enable row level security;
alter table public.digital_signatures force row level security;
create policy digital_signatures_select_app on public.digital_signatures for select to app_rw
  using (clinic_id = (select * from app.works_as('professional', 'dpo', 'auditor')));
create policy digital_signatures_select_officer on public.digital_signatures for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy digital_signatures_select_owner on public.digital_signatures for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy digital_signatures_insert_owner on public.digital_signatures for insert to neonpro_owner
  with check (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy digital_signatures_update_owner on public.digital_signatures for update to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]))
  with check (clinic_id = any ((select app.my_clinics())::uuid[]));

-- product_lots
alter table public.product_lots enable row level security;
alter table public.product_lots force row level security;
create policy product_lots_select_app on public.product_lots for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy product_lots_select_officer on public.product_lots for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy product_lots_select_admin on public.product_lots for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy product_lots_select_owner on public.product_lots for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy product_lots_insert_app on public.product_lots for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'professional')));
create policy product_lots_update_app on public.product_lots for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional')))
  with check (clinic_id = (select * from app.works_as('admin', 'professional')));
create policy product_lots_update_owner on public.product_lots for update to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]))
  with check (clinic_id = any ((select app.my_clinics())::uuid[]));

-- procedures
alter table public.procedures enable row level security;
alter table public.procedures force row level security;
create policy procedures_select_app on public.procedures for select to app_rw
  using (clinic_id = (select * from app.works_as('professional', 'dpo')));
create policy procedures_select_patient on public.procedures for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]) and status = 'done');
create policy procedures_insert_app on public.procedures for insert to app_rw
  with check (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]));
create policy procedures_update_app on public.procedures for update to app_rw
  using (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]))
  with check (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]));
create policy procedures_select_owner on public.procedures for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));

-- procedure_products
alter table public.procedure_products enable row level security;
alter table public.procedure_products force row level security;
create policy procedure_products_select_app on public.procedure_products for select to app_rw
  using (clinic_id = (select * from app.works_as('professional', 'dpo')));
create policy procedure_products_select_owner on public.procedure_products for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy procedure_products_insert_app on public.procedure_products for insert to app_rw
  with check (clinic_id = (select * from app.works_as('professional')));

-- prescriptions
alter table public.prescriptions enable row level security;
alter table public.prescriptions force row level security;
create policy prescriptions_select_app on public.prescriptions for select to app_rw
  using (clinic_id = (select * from app.works_as('professional')));
create policy prescriptions_select_patient on public.prescriptions for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]) and status in ('signed', 'dispensed'));
create policy prescriptions_insert_app on public.prescriptions for insert to app_rw
  with check (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]));
create policy prescriptions_update_app on public.prescriptions for update to app_rw
  using (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]))
  with check (clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[]));
create policy prescriptions_select_owner on public.prescriptions for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy prescriptions_update_owner on public.prescriptions for update to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]))
  with check (clinic_id = any ((select app.my_clinics())::uuid[]));

-- clinical_photos
alter table public.clinical_photos enable row level security;
alter table public.clinical_photos force row level security;
create policy clinical_photos_select_app on public.clinical_photos for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional')));
create policy clinical_photos_select_patient on public.clinical_photos for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy clinical_photos_insert_app on public.clinical_photos for insert to app_rw
  with check (clinic_id = (select * from app.works_as('professional')));
create policy clinical_photos_update_app on public.clinical_photos for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional')))
  with check (clinic_id = (select * from app.works_as('admin', 'professional')));
create policy clinical_photos_select_owner on public.clinical_photos for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy clinical_photos_update_owner on public.clinical_photos for update to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]))
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- data_subject_requests
alter table public.data_subject_requests enable row level security;
alter table public.data_subject_requests force row level security;
create policy data_subject_requests_select_app on public.data_subject_requests for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy data_subject_requests_select_patient on public.data_subject_requests for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy data_subject_requests_select_officer on public.data_subject_requests for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy data_subject_requests_select_admin on public.data_subject_requests for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy data_subject_requests_insert_app on public.data_subject_requests for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'dpo', 'reception')));
create policy data_subject_requests_insert_patient on public.data_subject_requests for insert to app_patient
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy data_subject_requests_update_app on public.data_subject_requests for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')))
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));

-- incidents
alter table public.incidents enable row level security;
alter table public.incidents force row level security;
create policy incidents_select_app on public.incidents for select to app_rw
  using (clinic_id = (select * from app.works())
    and ((select * from app.works_as('admin', 'dpo')) is not null or created_by = (select app.user_id())));
create policy incidents_select_officer on public.incidents for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy incidents_select_admin on public.incidents for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy incidents_insert_app on public.incidents for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'dpo', 'professional', 'reception'))
    and created_by = (select app.user_id()));
create policy incidents_update_app on public.incidents for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')))
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));

-- notifications
alter table public.notifications enable row level security;
alter table public.notifications force row level security;
create policy notifications_select_app on public.notifications for select to app_rw
  using (clinic_id = (select * from app.works())
    and ((select * from app.works_as('admin', 'reception', 'dpo')) is not null or user_id = (select app.user_id())));
create policy notifications_select_patient on public.notifications for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[])
    and (patient_id = any ((select app.own_patients())::uuid[]) or user_id = (select app.user_id())));
create policy notifications_select_officer on public.notifications for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy notifications_select_admin on public.notifications for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy notifications_insert_app on public.notifications for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'reception', 'professional')));
create policy notifications_update_app on public.notifications for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'reception')))
  with check (clinic_id = (select * from app.works_as('admin', 'reception')));
create policy notifications_select_owner on public.notifications for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy notifications_update_owner on public.notifications for update to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]))
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- What the definer functions of signatures and gates need beyond the core's policies.
create policy medical_records_select_owner on public.medical_records for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('professional'))::uuid[]));
create policy medical_records_update_owner on public.medical_records for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('professional'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('professional'))::uuid[]));
create policy services_select_owner on public.services for select to neonpro_owner
  using (clinic_id = any ((select app.my_clinics())::uuid[]));

-- Numbers only, for those who read no photograph: images outside the chart, and those whose consent does not hold now.
create function app.image_counts() returns table (outside bigint, orphans bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*), count(*) filter (where not exists (
    select from public.consent_records c
    join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
    where c.clinic_id = f.clinic_id and c.patient_id = f.patient_id and a.purpose_code = 'media.' || f.use_scope
      and c.status = 'granted' and (c.expires_at is null or c.expires_at > now())
  ))
  from public.clinical_photos f
  where f.use_scope <> 'chart_only' and f.clinic_id = any ((select app.clinics_of('admin', 'dpo', 'auditor'))::uuid[])
$$;
comment on function app.image_counts() is 'Imagens fora do prontuário, e quantas sem consentimento em vigor agora.';
grant execute on function app.image_counts() to app_rw, dashboard_officer, dashboard_admin;

grant select, insert, update on
  public.product_lots, public.procedures, public.prescriptions, public.clinical_photos, public.data_subject_requests,
  public.incidents, public.notifications to app_rw;
grant select, insert on public.procedure_products to app_rw;
grant select on public.digital_signatures to app_rw;
grant select on public.procedures, public.prescriptions, public.clinical_photos, public.data_subject_requests, public.notifications
  to app_patient;
grant insert on public.data_subject_requests to app_patient;
grant select on
  public.digital_signatures, public.product_lots, public.data_subject_requests, public.incidents, public.notifications
  to dashboard_officer;
grant select on public.product_lots, public.data_subject_requests, public.incidents, public.notifications to dashboard_admin;

select ledger.watch('public.digital_signatures', verb => 'signature');
select ledger.watch('public.product_lots');
select ledger.watch('public.procedures');
select ledger.watch('public.procedure_products');
select ledger.watch('public.prescriptions');
select ledger.watch('public.clinical_photos');
select ledger.watch('public.data_subject_requests');
select ledger.watch('public.incidents');
select ledger.watch('public.notifications');

revoke execute on all functions in schema app from public;
grant execute on function app.record_signature(
  uuid, text, uuid, bytea, public.signature_level, public.signature_format, timestamptz, text, text, bytea, text, text, text,
  timestamptz, timestamptz, bytea
) to app_rw;

reset role;
