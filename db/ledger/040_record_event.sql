set role ledger_owner;

create function ledger.record_event(
  p_action ledger.action,
  p_outcome ledger.outcome default 'success',
  p_clinic uuid default null,
  p_table text default null,
  p_record uuid default null,
  p_patient uuid default null,
  p_count integer default null,
  p_fields text[] default null,
  p_purpose text default null,
  p_legal_basis text default null,
  p_consent uuid default null,
  p_activity uuid default null,
  p_recipient text default null,
  p_occurred_at timestamptz default null,
  p_phi boolean default false
) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  event uuid := gen_random_uuid();
begin
  -- What a trigger sees, only a trigger writes: nobody makes up a change that did not happen.
  if p_action in ('create', 'update', 'inactivate', 'delete', 'truncate') then
    raise exception 'changes of rows are recorded by their triggers, not by record_event'
      using errcode = 'invalid_parameter_value';
  end if;
  if p_count < 0 or p_patient is not null and p_clinic is null or p_occurred_at > clock_timestamp() then
    raise exception 'an event has no negative count, no patient without a clinic, and did not happen in the future'
      using errcode = 'check_violation';
  end if;
  if p_clinic is not null and not ledger.may_name(p_clinic) then
    raise exception 'nothing was recorded: this session does not act for the clinic %', p_clinic
      using errcode = 'insufficient_privilege',
        hint = 'Record it for the clinic in app.clinic_id, or for one where the user in app.user_id is; a job has the role ledger_job.';
  end if;
  insert into ledger.audit_logs (
    event_id, clinic_id, occurred_at, actor_user_id, actor_role, actor_proof, on_behalf_of, action, outcome, table_name,
    record_id, patient_ref, changed_fields, phi_accessed, purpose_of_use, legal_basis, consent_id, activity_id, recipient,
    ip, user_agent, component, request_id, session_ref, record_count
  )
  select
    event, p_clinic, coalesce(p_occurred_at, statement_timestamp()), who.actor, who.role, who.proof,
    ledger.setting('app.on_behalf_of')::uuid, p_action, p_outcome, p_table,
    p_record, p_patient, p_fields, p_phi, coalesce(p_purpose, ledger.setting('app.purpose_of_use')), p_legal_basis, p_consent,
    p_activity, p_recipient, coalesce(ledger.address_of(ledger.setting('app.ip')), inet_client_addr()),
    ledger.said_agent(), ledger.setting('app.component'), ledger.setting('app.request_id'), who.session, p_count
  from ledger.actor() as who;
  return event;
end
$$;
comment on function ledger.record_event(
  ledger.action, ledger.outcome, uuid, text, uuid, uuid, integer, text[], text, text, uuid, uuid, text, timestamptz, boolean
) is 'Registra o que gatilhos não veem: leituras, exportações, entradas no sistema, negações, acesso de emergência.';

reset role;
