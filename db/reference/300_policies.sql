-- Who sees and writes what. One policy for each command and role; `clinics_of` stands in a sub-select so that it is
-- asked once a statement and its answer can be looked up in an index. Of two questions the cheaper comes first: the other is
-- asked only where the first does not let in. Where staff see a clinic and others their own rows, the clinics that are asked for
-- come first, and the rest stands in coalesce: an index is looked for by clinic alone. As a bare `or` each side opens an index of
-- its own, whose rows come in no order, so that a list of ten thousand is fetched for its first page. Policies for neonpro_owner are what the definer functions of schema app live
-- by: FORCE binds the owner too.
set role neonpro_owner;

do $$
declare
  relation text;
begin
  foreach relation in array array[
    'clinics', 'clinic_members', 'professionals', 'patients', 'services', 'appointments', 'processing_activities',
    'ai_chat_sessions', 'ai_chat_messages', 'medical_records', 'patient_representatives', 'consent_terms',
    'consent_records', 'consent_events', 'kept_files', 'consent_links', 'consent_receipts', 'consent_tasks', 'patient_merges'
  ] loop
    execute format('alter table public.%I enable row level security', relation);
    execute format('alter table public.%I force row level security', relation);
  end loop;
end
$$;

-- clinics
create policy clinics_select_app on public.clinics for select to app_rw, dashboard_viewer
  using (id = any ((select app.member_clinics())::uuid[]) or id = any ((select app.my_clinics())::uuid[]));
create policy clinics_select_officer on public.clinics for select to dashboard_officer
  using (id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy clinics_select_admin on public.clinics for select to dashboard_admin
  using (id = any ((select app.clinics_of('admin'))::uuid[]));
create policy clinics_select_owner on public.clinics for select to neonpro_owner
  using (id = any ((select app.acting_clinics())::uuid[]) or id = (select app.noticed_clinic()));
create policy clinics_update_app on public.clinics for update to app_rw
  using (id = any ((select app.clinics_of('admin'))::uuid[]))
  with check (id = any ((select app.clinics_of('admin'))::uuid[]));

-- clinic_members: nobody writes their own row
create policy clinic_members_select_app on public.clinic_members for select to app_rw
  using (user_id = (select app.user_id()) or clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy clinic_members_select_officer on public.clinic_members for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy clinic_members_select_admin on public.clinic_members for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy clinic_members_select_owner on public.clinic_members for select to neonpro_owner
  using (user_id = (select app.user_id()));
create policy clinic_members_insert_app on public.clinic_members for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()));
create policy clinic_members_update_app on public.clinic_members for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()))
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()));

-- professionals
create policy professionals_select_app on public.professionals for select to app_rw
  using (
    clinic_id = any ((select app.asked_clinics())::uuid[]) and (
      clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo', 'auditor'))::uuid[])
      or coalesce(user_id = (select app.user_id()), false)
    )
  );
create policy professionals_select_officer on public.professionals for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy professionals_select_admin on public.professionals for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy professionals_select_owner on public.professionals for select to neonpro_owner
  using (user_id = (select app.user_id()));
create policy professionals_insert_app on public.professionals for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy professionals_update_app on public.professionals for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));

-- patients: names only for care, the desk, the officer and the clinic's own administrator
create policy patients_select_app on public.patients for select to app_rw
  using (
    clinic_id = any ((select app.asked_clinics())::uuid[]) and (
      clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
      or coalesce(user_id = (select app.user_id()), false)
    )
  );
create policy patients_select_admin on public.patients for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patients_select_owner on public.patients for select to neonpro_owner
  using (
    user_id = (select app.user_id())
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo', 'auditor', 'dba', 'viewer'))::uuid[])
    or clinic_id = (select app.linked_clinic())
  );
create policy patients_insert_app on public.patients for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]));
create policy patients_update_app on public.patients for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]));
create policy patients_update_owner on public.patients for update to neonpro_owner
  using (
    user_id = (select app.user_id())
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or clinic_id = (select app.linked_clinic())
  )
  with check (
    user_id = (select app.user_id())
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or clinic_id = (select app.linked_clinic())
  );

-- services
create policy services_select_app on public.services for select to app_rw, dashboard_viewer
  using (clinic_id = any ((select app.member_clinics())::uuid[]) or clinic_id = any ((select app.my_clinics())::uuid[]));
create policy services_select_officer on public.services for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy services_select_admin on public.services for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy services_insert_app on public.services for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy services_update_app on public.services for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));

-- appointments: the desk sees all, a professional their own agenda, a patient their own
create policy appointments_select_app on public.appointments for select to app_rw
  using (
    clinic_id = any ((select app.asked_clinics())::uuid[]) and (
      clinic_id = any ((select app.clinics_of('admin', 'reception', 'dpo'))::uuid[])
      or coalesce(professional_id = any ((select app.own_professionals())::uuid[]), false)
      or coalesce(patient_id = any ((select app.own_patients())::uuid[]), false)
    )
  );
create policy appointments_insert_app on public.appointments for insert to app_rw
  with check (
    clinic_id = any ((select app.clinics_of('admin', 'reception'))::uuid[])
    or (clinic_id = any ((select app.clinics_of('professional'))::uuid[]) and professional_id = any ((select app.own_professionals())::uuid[]))
  );
create policy appointments_update_app on public.appointments for update to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'reception'))::uuid[])
    or (clinic_id = any ((select app.clinics_of('professional'))::uuid[]) and professional_id = any ((select app.own_professionals())::uuid[]))
  )
  with check (
    clinic_id = any ((select app.clinics_of('admin', 'reception'))::uuid[])
    or (clinic_id = any ((select app.clinics_of('professional'))::uuid[]) and professional_id = any ((select app.own_professionals())::uuid[]))
  );

-- processing_activities
create policy processing_activities_select_app on public.processing_activities for select to app_rw, dashboard_viewer
  using (clinic_id = any ((select app.member_clinics())::uuid[]) or clinic_id = any ((select app.my_clinics())::uuid[]));
create policy processing_activities_select_officer on public.processing_activities for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy processing_activities_select_admin on public.processing_activities for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy processing_activities_select_owner on public.processing_activities for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]) or clinic_id = (select app.noticed_clinic()));
create policy processing_activities_insert_app on public.processing_activities for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy processing_activities_update_app on public.processing_activities for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

-- ai_chat_sessions: their owner, within the clinic, and nobody else
create policy ai_chat_sessions_select_app on public.ai_chat_sessions for select to app_rw
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));
create policy ai_chat_sessions_insert_app on public.ai_chat_sessions for insert to app_rw
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));
create policy ai_chat_sessions_update_app on public.ai_chat_sessions for update to app_rw
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()))
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));

-- ai_chat_messages: those of one's own conversations
create policy ai_chat_messages_select_app on public.ai_chat_messages for select to app_rw
  using (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_insert_app on public.ai_chat_messages for insert to app_rw
  with check (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_update_app on public.ai_chat_messages for update to app_rw
  using (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  )
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and accepted_by = (select app.user_id()));

-- medical_records: the care team reads, the author writes drafts, a patient reads what is finished and theirs
create policy medical_records_select_app on public.medical_records for select to app_rw
  using (
    clinic_id = any ((select app.asked_clinics())::uuid[]) and (
      clinic_id = any ((select app.clinics_of('professional'))::uuid[])
      or coalesce(patient_id = any ((select app.own_patients())::uuid[]) and status in ('final', 'amended'), false)
    )
  );
create policy medical_records_insert_app on public.medical_records for insert to app_rw
  with check (
    clinic_id = any ((select app.clinics_of('professional'))::uuid[])
    and professional_id = any ((select app.own_professionals())::uuid[])
  );
create policy medical_records_update_app on public.medical_records for update to app_rw
  using (
    clinic_id = any ((select app.clinics_of('professional'))::uuid[])
    and professional_id = any ((select app.own_professionals())::uuid[])
  )
  with check (
    clinic_id = any ((select app.clinics_of('professional'))::uuid[])
    and professional_id = any ((select app.own_professionals())::uuid[])
  );

-- patient_representatives
create policy patient_representatives_select_app on public.patient_representatives for select to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or patient_id = any ((select app.own_patients())::uuid[])
  );
create policy patient_representatives_select_admin on public.patient_representatives for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patient_representatives_select_officer on public.patient_representatives for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));
create policy patient_representatives_select_owner on public.patient_representatives for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy patient_representatives_insert_app on public.patient_representatives for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]));
create policy patient_representatives_update_app on public.patient_representatives for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception'))::uuid[]));

-- consent_terms
create policy consent_terms_select_app on public.consent_terms for select to app_rw, dashboard_viewer
  using (clinic_id = any ((select app.member_clinics())::uuid[]) or clinic_id = any ((select app.my_clinics())::uuid[]));
create policy consent_terms_select_officer on public.consent_terms for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_terms_select_admin on public.consent_terms for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_terms_select_owner on public.consent_terms for select to neonpro_owner
  using (
    clinic_id = any ((select app.acting_clinics())::uuid[])
    or (published_at is not null and clinic_id = (select app.noticed_clinic()))
  );
create policy consent_terms_insert_app on public.consent_terms for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy consent_terms_update_app on public.consent_terms for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

-- consent_records: everybody reads their part, only the owner's functions write
create policy consent_records_select_app on public.consent_records for select to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or patient_id = any ((select app.own_patients())::uuid[])
  );
create policy consent_records_select_officer on public.consent_records for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_records_select_admin on public.consent_records for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_records_select_owner on public.consent_records for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_records_insert_owner on public.consent_records for insert to neonpro_owner
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_records_update_owner on public.consent_records for update to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]))
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- consent_events: whoever may read the consent
create policy consent_events_select_app on public.consent_events for select to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or (
      clinic_id = any ((select app.my_clinics())::uuid[])
      and exists (
        select from public.consent_records c
        where c.clinic_id = consent_events.clinic_id and c.id = consent_events.consent_id
          and c.patient_id = any ((select app.own_patients())::uuid[])
      )
    )
  );
create policy consent_events_select_officer on public.consent_events for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_events_select_admin on public.consent_events for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_events_select_owner on public.consent_events for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_events_insert_owner on public.consent_events for insert to neonpro_owner
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

create policy consent_terms_insert_owner on public.consent_terms for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy consent_terms_update_owner on public.consent_terms for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy patient_representatives_update_owner on public.patient_representatives for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));

-- kept_files: what they are, to those who care for the patient; what is in them, only through file_open
create policy kept_files_select_app on public.kept_files for select to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'professional', 'dpo'))::uuid[])
    or patient_id = any ((select app.own_patients())::uuid[])
  );
create policy kept_files_select_officer on public.kept_files for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy kept_files_select_admin on public.kept_files for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy kept_files_select_owner on public.kept_files for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy kept_files_insert_owner on public.kept_files for insert to neonpro_owner
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- consent_links: the desk that sends them, and whoever holds the secret
create policy consent_links_select_app on public.consent_links for select to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[]));
create policy consent_links_select_officer on public.consent_links for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_links_select_admin on public.consent_links for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_links_select_owner on public.consent_links for select to neonpro_owner
  using (
    (select app.link_secret()) in (token_sha256, sitting_sha256)
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
  );
create policy consent_links_insert_owner on public.consent_links for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[]));
create policy consent_links_update_owner on public.consent_links for update to neonpro_owner
  using (
    (select app.link_secret()) in (token_sha256, sitting_sha256)
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
  )
  with check (
    clinic_id = (select app.linked_clinic())
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
  );

-- consent_receipts: whoever may read the consent, and whoever holds the code
create policy consent_receipts_select_app on public.consent_receipts for select to app_rw
  using (
    clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
    or patient_id = any ((select app.own_patients())::uuid[])
  );
create policy consent_receipts_select_officer on public.consent_receipts for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_receipts_select_admin on public.consent_receipts for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_receipts_select_owner on public.consent_receipts for select to neonpro_owner
  using (code = (select app.receipt_code()) or clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_receipts_insert_owner on public.consent_receipts for insert to neonpro_owner
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- consent_tasks
create policy consent_tasks_select_app on public.consent_tasks for select to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[]));
create policy consent_tasks_select_officer on public.consent_tasks for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy consent_tasks_select_admin on public.consent_tasks for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy consent_tasks_select_owner on public.consent_tasks for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_tasks_insert_owner on public.consent_tasks for insert to neonpro_owner
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy consent_tasks_update_owner on public.consent_tasks for update to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]))
  with check (clinic_id = any ((select app.acting_clinics())::uuid[]));

-- patient_merges
create policy patient_merges_select_app on public.patient_merges for select to app_rw
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy patient_merges_select_admin on public.patient_merges for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patient_merges_select_officer on public.patient_merges for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy patient_merges_select_owner on public.patient_merges for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy patient_merges_insert_owner on public.patient_merges for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

reset role;
