set role neonpro_owner;

grant usage on schema app to app_rw, app_patient, dashboard_officer, dashboard_admin, dashboard_viewer, ledger_owner;
grant usage on schema extensions to app_rw, app_patient;

-- Each right has its policy; what is not here nobody has. Nothing is ever deleted by the application.
grant select, update on public.clinics to app_rw;
grant select, insert, update on
  public.clinic_members, public.professionals, public.patients, public.services, public.appointments,
  public.processing_activities, public.ai_chat_sessions, public.medical_records, public.patient_representatives,
  public.consent_terms to app_rw;
grant select, insert, update (decision, accepted_by) on public.ai_chat_messages to app_rw;
grant select on public.consent_records, public.consent_events, public.v_consent_effective to app_rw;
-- What a file holds leaves only through app.file_open, which writes down who opened it.
grant select (id, clinic_id, patient_id, kind, mime, bytes, sha256, created_at, created_by) on public.kept_files
  to app_rw, dashboard_officer, dashboard_admin;
grant select (id, clinic_id, patient_id, representative_id, signer_kind, device, consent_ids, wrong_answers, expires_at,
  opened_at, sitting_until, closed_at, closed_reason, created_at, created_by) on public.consent_links
  to app_rw, dashboard_officer, dashboard_admin;
grant select on public.consent_receipts, public.consent_tasks to app_rw, dashboard_officer, dashboard_admin;
grant select on public.patient_merges to app_rw, dashboard_officer, dashboard_admin;
-- The officer settles disputes: who may sign for whom and on what paper, not their names.
grant select (id, clinic_id, patient_id, relation, basis_document, scope, valid_from, valid_until, disputed_since, dispute_document,
  is_active) on public.patient_representatives to dashboard_officer;

-- The portal: a patient reads what is theirs, asks as a data subject, decides on their own consents, and talks to the assistant.
grant select on
  public.clinics, public.services, public.processing_activities, public.consent_terms, public.patients, public.appointments,
  public.medical_records, public.patient_representatives, public.consent_records, public.consent_events, public.v_consent_effective,
  public.consent_receipts to app_patient;
grant select (id, clinic_id, patient_id, kind, mime, bytes, sha256, created_at, created_by) on public.kept_files to app_patient;
grant select, insert, update on public.ai_chat_sessions to app_patient;
grant select, insert, update (decision, accepted_by) on public.ai_chat_messages to app_patient;

grant select on
  public.clinics, public.clinic_members, public.professionals, public.services, public.processing_activities,
  public.consent_terms, public.consent_records, public.consent_events, public.v_consent_effective to dashboard_officer;
grant select on
  public.clinics, public.clinic_members, public.professionals, public.patients, public.services,
  public.processing_activities, public.consent_terms, public.patient_representatives, public.consent_records,
  public.consent_events, public.v_consent_effective to dashboard_admin;
grant select on public.clinics, public.services, public.processing_activities, public.consent_terms to dashboard_viewer;

revoke execute on all functions in schema app from public;
grant execute on function
  app.user_id(), app.clinic_id(), app.request_id(), app.actor_role(), app.has_role(uuid, text[]), app.clinics_of(text[]),
  app.own_professionals(), app.own_patients(), app.my_clinics(), app.member_clinics()
  to app_rw, app_patient, dashboard_officer, dashboard_admin, dashboard_viewer;
grant execute on function app.works_as(public.member_role[]), app.works(), app.works_at(), app.only_clinic() to app_rw;
grant execute on function app.clinics_of(text[]), app.my_clinics(), app.acting_clinics() to ledger_owner;
-- Before 15 the view of consents asks its owner's policies in the name of whoever reads it.
grant execute on function app.acting_clinics(), app.linked_clinic(), app.noticed_clinic(), app.link_secret()
  to app_rw, app_patient, dashboard_officer, dashboard_admin, dashboard_viewer;
-- Checks, generated values and defaults run with the rights of whoever writes.
grant execute on function
  app.is_cnpj(text), app.birthday(date, integer), app.local_midnight(date, text),
  app.consent_valid_at(uuid, uuid, uuid, timestamptz) to app_rw, app_patient, dashboard_officer, dashboard_admin;

grant execute on function
  app.consent_request(uuid, uuid, uuid, public.consent_kind, text, uuid, uuid, text, boolean),
  app.consent_read_to(uuid, uuid, text, integer), app.refused_until(uuid, uuid, uuid),
  app.consent_refuse(uuid, uuid, timestamptz, text, text),
  app.consent_withdraw(uuid, uuid, timestamptz, text, text),
  app.consent_grant(uuid, uuid, timestamptz, public.collection_method, public.consent_signer, bytea, text, uuid, uuid, text, inet, text),
  app.consent_note(uuid, uuid, public.consent_event_type, text, text, timestamptz),
  app.consent_check(uuid, uuid, uuid)
  to app_rw, dashboard_admin;
grant execute on function
  app.consent_request(uuid, uuid, uuid, public.consent_kind, text, uuid, uuid, text, boolean),
  app.consent_read_to(uuid, uuid, text, integer), app.refused_until(uuid, uuid, uuid),
  app.consent_refuse(uuid, uuid, timestamptz, text, text),
  app.consent_withdraw(uuid, uuid, timestamptz, text, text),
  app.consent_grant(uuid, uuid, timestamptz, public.collection_method, public.consent_signer, bytea, text, uuid, uuid, text, inet, text),
  app.file_open(uuid, uuid), app.receipt_issue(uuid, uuid, text)
  to app_patient;
grant execute on function app.consent_end(uuid, uuid, text, text) to app_rw, dashboard_admin, dashboard_officer;
grant execute on function app.consent_withdraw(uuid, uuid, timestamptz, text, text) to dashboard_officer;

grant execute on function
  app.needs_second_person(uuid, timestamptz), app.consent_propose(uuid, uuid, bytea),
  app.link_make(uuid, uuid, uuid[], text, bytea, interval, public.consent_signer, uuid), app.link_revoke(uuid, uuid),
  app.file_keep(uuid, uuid, text, text, bytea), app.import_legacy(uuid, uuid, jsonb, text)
  to app_rw, dashboard_admin;
grant execute on function
  app.same_person(uuid, uuid), app.file_open(uuid, uuid), app.evidence_check(uuid, uuid), app.receipt_issue(uuid, uuid, text),
  app.receipt_code(), app.task_close(uuid, uuid, text, text), app.link_secret(),
  app.term_save(uuid, uuid, uuid, text, text, text, text, boolean, text, boolean), app.term_retire(uuid, uuid)
  to app_rw, dashboard_admin, dashboard_officer;
grant execute on function app.term_review(uuid, uuid), app.representative_dispute(uuid, uuid, date, text),
  app.term_publish(uuid, uuid) to app_rw, dashboard_officer;
grant execute on function app.merge_patients(uuid, uuid, uuid, text) to app_rw, dashboard_admin;
grant execute on function
  app.batch_propose(uuid, text, uuid[], text, boolean), app.batch_decide(uuid, uuid, boolean), app.consents_held(uuid),
  app.consent_mark(uuid, bigint), app.consent_hold(uuid, bigint, bytea)
  to app_rw, dashboard_admin, dashboard_officer;
grant execute on function app.proof_say(uuid, uuid, boolean) to app_rw, dashboard_admin, dashboard_officer;
grant execute on function app.consent_replay(uuid, jsonb), app.consent_release(uuid) to app_rw, dashboard_officer;
-- Nobody is signed in: the address or the code is all they have, and all they can use.
grant usage on schema app to consent_guest;
grant execute on function
  app.link_look(text), app.link_begin(text, date, bytea, text), app.link_read(text),
  app.link_decide(text, uuid, text, text, text, text, inet, text), app.link_receipt(text, uuid, text),
  app.receipt_verify(text), app.receipt_withdraw(text, date), app.public_term(uuid, text, integer)
  to consent_guest;

-- Counters, so that a scan can say how near their end they are; no row of any table.
grant select on all sequences in schema public to tabellion_scanner;

reset role;
