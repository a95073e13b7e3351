-- Who sees and writes what. One policy for each command and role. Staff work in one clinic at a time, so theirs compare with one
-- value (`works_as`): the planner takes it for the same as the clinic that a query names, and goes the way it would go without
-- policies. Patients have a role and policies of their own: "staff or one's own rows" in one condition opens an index for each side,
-- whose rows come in no order. What still says `any` is for those who may look at several clinics at once: the dashboards, and the
-- owner, whose policies are what the definer functions of schema app live by (FORCE binds it too). Each question stands in a
-- sub-select, so that it is asked once a statement; where staff see all or else their own, what is seen of the clinic comes first.
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
-- Where one works is asked before a clinic is chosen, so this is a list.
create policy clinics_select_app on public.clinics for select to app_rw
  using (id = any (array(select * from app.works_at())));
create policy clinics_select_viewer on public.clinics for select to dashboard_viewer
  using (id = any ((select app.my_clinics())::uuid[]));
create policy clinics_select_patient on public.clinics for select to app_patient
  using (id = any ((select app.my_clinics())::uuid[]));
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
-- Not in a sub-select: it is what the index is asked for, once, and the planner sees that it is what the view is asked for, too.
create policy clinic_members_select_gate on public.clinic_members for select to app_gate
  using (user_id = app.user_id());
create policy clinic_members_insert_app on public.clinic_members for insert to app_rw
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()));
create policy clinic_members_update_app on public.clinic_members for update to app_rw
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()))
  with check (clinic_id = any ((select app.clinics_of('admin'))::uuid[]) and user_id <> (select app.user_id()));

-- professionals
create policy professionals_select_app on public.professionals for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo', 'auditor')));
create policy professionals_select_officer on public.professionals for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy professionals_select_admin on public.professionals for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy professionals_select_owner on public.professionals for select to neonpro_owner
  using (user_id = (select app.user_id()));
create policy professionals_insert_app on public.professionals for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin')));
create policy professionals_update_app on public.professionals for update to app_rw
  using (clinic_id = (select * from app.works_as('admin')))
  with check (clinic_id = (select * from app.works_as('admin')));

-- patients: names only for care, the desk, the officer and the clinic's own administrator
create policy patients_select_app on public.patients for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy patients_select_patient on public.patients for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));
create policy patients_select_admin on public.patients for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patients_select_owner on public.patients for select to neonpro_owner
  using (
    user_id = (select app.user_id())
    or clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo', 'auditor', 'dba', 'viewer'))::uuid[])
    or clinic_id = (select app.linked_clinic())
  );
create policy patients_insert_app on public.patients for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')));
create policy patients_update_app on public.patients for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')))
  with check (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')));
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
create policy services_select_app on public.services for select to app_rw
  using (clinic_id = (select * from app.works()));
create policy services_select_viewer on public.services for select to dashboard_viewer
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy services_select_patient on public.services for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy services_select_officer on public.services for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy services_select_admin on public.services for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy services_insert_app on public.services for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin')));
create policy services_update_app on public.services for update to app_rw
  using (clinic_id = (select * from app.works_as('admin')))
  with check (clinic_id = (select * from app.works_as('admin')));

-- appointments: the desk sees all, a professional their own agenda, a patient their own
create policy appointments_select_app on public.appointments for select to app_rw
  using (
    clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')) and (
      (select * from app.works_as('admin', 'reception', 'dpo')) is not null
      or professional_id = any ((select app.own_professionals())::uuid[])
    )
  );
create policy appointments_select_patient on public.appointments for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy appointments_insert_app on public.appointments for insert to app_rw
  with check (
    clinic_id = (select * from app.works_as('admin', 'reception'))
    or (clinic_id = (select * from app.works_as('professional')) and professional_id = any ((select app.own_professionals())::uuid[]))
  );
create policy appointments_update_app on public.appointments for update to app_rw
  using (
    clinic_id = (select * from app.works_as('admin', 'reception'))
    or (clinic_id = (select * from app.works_as('professional')) and professional_id = any ((select app.own_professionals())::uuid[]))
  )
  with check (
    clinic_id = (select * from app.works_as('admin', 'reception'))
    or (clinic_id = (select * from app.works_as('professional')) and professional_id = any ((select app.own_professionals())::uuid[]))
  );

-- processing_activities
create policy processing_activities_select_app on public.processing_activities for select to app_rw
  using (clinic_id = (select * from app.works()));
create policy processing_activities_select_viewer on public.processing_activities for select to dashboard_viewer
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy processing_activities_select_patient on public.processing_activities for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy processing_activities_select_officer on public.processing_activities for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy processing_activities_select_admin on public.processing_activities for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy processing_activities_select_owner on public.processing_activities for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]) or clinic_id = (select app.noticed_clinic()));
create policy processing_activities_insert_app on public.processing_activities for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy processing_activities_update_app on public.processing_activities for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')))
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));

-- ai_chat_sessions: their owner, within the clinic, and nobody else
create policy ai_chat_sessions_select_app on public.ai_chat_sessions for select to app_rw
  using (clinic_id = (select * from app.works()) and user_id = (select app.user_id()));
create policy ai_chat_sessions_select_patient on public.ai_chat_sessions for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));
create policy ai_chat_sessions_insert_app on public.ai_chat_sessions for insert to app_rw
  with check (clinic_id = (select * from app.works()) and user_id = (select app.user_id()));
create policy ai_chat_sessions_insert_patient on public.ai_chat_sessions for insert to app_patient
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));
create policy ai_chat_sessions_update_app on public.ai_chat_sessions for update to app_rw
  using (clinic_id = (select * from app.works()) and user_id = (select app.user_id()))
  with check (clinic_id = (select * from app.works()) and user_id = (select app.user_id()));
create policy ai_chat_sessions_update_patient on public.ai_chat_sessions for update to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()))
  with check (clinic_id = any ((select app.my_clinics())::uuid[]) and user_id = (select app.user_id()));

-- ai_chat_messages: those of one's own conversations
create policy ai_chat_messages_select_app on public.ai_chat_messages for select to app_rw
  using (
    clinic_id = (select * from app.works())
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_select_patient on public.ai_chat_messages for select to app_patient
  using (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_insert_app on public.ai_chat_messages for insert to app_rw
  with check (
    clinic_id = (select * from app.works())
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_insert_patient on public.ai_chat_messages for insert to app_patient
  with check (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  );
create policy ai_chat_messages_update_app on public.ai_chat_messages for update to app_rw
  using (
    clinic_id = (select * from app.works())
    and exists (
      select from public.ai_chat_sessions s
      where s.clinic_id = ai_chat_messages.clinic_id and s.id = ai_chat_messages.session_id and s.user_id = (select app.user_id())
    )
  )
  with check (clinic_id = (select * from app.works()) and accepted_by = (select app.user_id()));
create policy ai_chat_messages_update_patient on public.ai_chat_messages for update to app_patient
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
  using (clinic_id = (select * from app.works_as('professional')));
create policy medical_records_select_patient on public.medical_records for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]) and status in ('final', 'amended'));
create policy medical_records_insert_app on public.medical_records for insert to app_rw
  with check (
    clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[])
  );
create policy medical_records_update_app on public.medical_records for update to app_rw
  using (
    clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[])
  )
  with check (
    clinic_id = (select * from app.works_as('professional'))
    and professional_id = any ((select app.own_professionals())::uuid[])
  );

-- patient_representatives
create policy patient_representatives_select_app on public.patient_representatives for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy patient_representatives_select_patient on public.patient_representatives for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy patient_representatives_select_admin on public.patient_representatives for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patient_representatives_select_officer on public.patient_representatives for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));
create policy patient_representatives_select_owner on public.patient_representatives for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy patient_representatives_insert_app on public.patient_representatives for insert to app_rw
  with check (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')));
create policy patient_representatives_update_app on public.patient_representatives for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')))
  with check (clinic_id = (select * from app.works_as('admin', 'professional', 'reception')));

-- consent_terms
create policy consent_terms_select_app on public.consent_terms for select to app_rw
  using (clinic_id = (select * from app.works()));
create policy consent_terms_select_viewer on public.consent_terms for select to dashboard_viewer
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
create policy consent_terms_select_patient on public.consent_terms for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]));
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
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy consent_terms_update_app on public.consent_terms for update to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'dpo')))
  with check (clinic_id = (select * from app.works_as('admin', 'dpo')));

-- consent_records: everybody reads their part, only the owner's functions write
create policy consent_records_select_app on public.consent_records for select to app_rw
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy consent_records_select_patient on public.consent_records for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
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
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy consent_events_select_patient on public.consent_events for select to app_patient
  using (
    clinic_id = any ((select app.my_clinics())::uuid[])
    and exists (
      select from public.consent_records c
      where c.clinic_id = consent_events.clinic_id and c.id = consent_events.consent_id
        and c.patient_id = any ((select app.own_patients())::uuid[])
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
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'dpo')));
create policy kept_files_select_patient on public.kept_files for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
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
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
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
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
create policy consent_receipts_select_patient on public.consent_receipts for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
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
  using (clinic_id = (select * from app.works_as('admin', 'professional', 'reception', 'dpo')));
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
  using (clinic_id = (select * from app.works_as('admin', 'dpo')));
create policy patient_merges_select_admin on public.patient_merges for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy patient_merges_select_officer on public.patient_merges for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy patient_merges_select_owner on public.patient_merges for select to neonpro_owner
  using (clinic_id = any ((select app.acting_clinics())::uuid[]));
create policy patient_merges_insert_owner on public.patient_merges for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

reset role;
