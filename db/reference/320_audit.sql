-- The ledger asks the clinic's memberships whose entries a session may read.
set role ledger_owner;
create or replace function ledger.clinics_of(variadic roles text[]) returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select app.clinics_of(variadic roles) $$;
create or replace function ledger.own_clinics() returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select app.acting_clinics() $$;
grant usage on schema ledger to tabellion_scanner, app_patient;
grant execute on function ledger.record_event(
  ledger.action, ledger.outcome, uuid, text, uuid, uuid, integer, text[], text, text, uuid, uuid, text, timestamptz, boolean
) to app_patient;
grant execute on function ledger.record_read(text, uuid, uuid, uuid, boolean, text, boolean) to app_patient;
grant select on all sequences in schema ledger to tabellion_scanner;
grant usage on schema ledger_counts, ledger_ingest to tabellion_scanner;
reset role;

-- The view of the eleven documented tables; before 15, where a view runs with its owner's rights, the owner gets a
-- policy of its own.
do $$
declare
  modern constant boolean := current_setting('server_version_num')::int >= 150000;
  columns constant text :=
    'id, event_id, clinic_id, occurred_at, recorded_at, actor_user_id, actor_role, actor_proof, on_behalf_of, session_role, action, '
    'outcome, table_name, record_id, record_key, patient_ref, changed_fields, old_values, new_values, before_hash, '
    'after_hash, phi_accessed, purpose_of_use, legal_basis, consent_id, activity_id, recipient, ip, user_agent, component, '
    'request_id, session_ref, record_count';
  name text;
begin
  set local role ledger_owner;
  execute format('grant select (%s) on ledger.audit_logs to neonpro_owner', columns);
  grant execute on function ledger.clinics_of(text[]) to neonpro_owner;
  -- The role that asks is still the reader's there, so the same holds as of the log itself; the owner's own functions have asked before.
  create policy audit_logs_read_view on ledger.audit_logs for select to neonpro_owner
    using (
      clinic_id = any ((
        select case
          when pg_has_role('neonpro_owner', 'usage') then ledger.clinics_of('admin', 'dpo', 'auditor')
          when pg_has_role('dashboard_officer', 'usage') or pg_has_role('app_rw', 'usage') then ledger.clinics_of('dpo', 'auditor')
          when pg_has_role('dashboard_admin', 'usage') then ledger.clinics_of('admin')
        end
      )::uuid[])
      or clinic_id is null and (
        select (pg_has_role('dashboard_officer', 'usage') or pg_has_role('app_rw', 'usage'))
          and cardinality(ledger.clinics_of('dpo', 'auditor')) > 0
      )
    );
  set local role neonpro_owner;
  execute format(
    'create view public.audit_logs with (%s) as select %s from ledger.audit_logs',
    case when modern then 'security_invoker = true, security_barrier = true' else 'security_barrier = true' end, columns
  );
  comment on view public.audit_logs is 'Registro de auditoria, só leitura. [pers audit=none rls=R4]';
  foreach name in array string_to_array(columns, ', ') loop
    execute format(
      'comment on column public.audit_logs.%I is %L', name,
      col_description('ledger.audit_logs'::regclass, (
        select attnum from pg_attribute where attrelid = 'ledger.audit_logs'::regclass and attname = name
      ))
    );
  end loop;
  grant select on public.audit_logs to app_rw, dashboard_officer, dashboard_admin;
  reset role;
end
$$;

set role neonpro_owner;
select ledger.watch('public.clinics', 'id');
select ledger.watch('public.clinic_members', verb => 'permission');
select ledger.watch('public.professionals');
select ledger.watch('public.patients', patient_column => 'id');
select ledger.watch('public.services');
select ledger.watch('public.appointments');
select ledger.watch('public.processing_activities');
select ledger.watch('public.ai_chat_sessions');
select ledger.watch('public.ai_chat_messages');
select ledger.watch('public.medical_records');
select ledger.watch('public.patient_representatives');
select ledger.watch('public.consent_terms');
select ledger.watch('public.consent_records', verb => 'consent');
select ledger.watch('public.kept_files');
select ledger.watch('public.consent_links');
select ledger.watch('public.consent_receipts');
select ledger.watch('public.consent_tasks');
select ledger.watch('public.patient_merges');
select ledger.watch('public.consent_batches');
select ledger.watch('public.consent_holds');
reset role;
