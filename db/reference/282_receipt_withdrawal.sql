set role neonpro_owner;

-- Taking a consent back is no harder than giving it (LGPD art. 8 §5): whoever keeps the receipt needs no account and no
-- staff, only its code and the birth date of the patient.
create function app.receipt_withdraw(p_code text, p_birth date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  receipt public.consent_receipts;
  consent public.consent_records;
  born date;
  outcome text;
begin
  perform set_config('app.receipt_code', upper(regexp_replace(coalesce(p_code, ''), '[^0-9A-Za-z]', '', 'g')), true);
  select r.* into receipt from public.consent_receipts r where r.code = app.receipt_code();
  if not found then
    return 'unknown';
  end if;
  perform set_config('app.withdrawing', receipt.code, true);
  consent := app.lock_consent(receipt.clinic_id, receipt.consent_id);
  if (
    select count(*) from public.consent_events e
    where e.clinic_id = consent.clinic_id and e.consent_id = consent.id and e.reason_code = 'wrong_birth'
      and e.recorded_at > now() - interval '1 day'
  ) >= 5 then
    return 'locked';
  end if;
  select p.birth_date into born from public.patients p where p.clinic_id = consent.clinic_id and p.id = consent.patient_id;
  if born is distinct from p_birth then
    insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, note_ref)
    values (consent.clinic_id, consent.id, 'blocked', clock_timestamp(), 'system', 'wrong_birth', 'receipt');
    return 'wrong';
  end if;
  outcome := app.put_withdrawal(
    consent, null, 'receipt',
    case consent.signer_kind when 'representative' then 'representative_request' else 'subject_request' end
  );
  perform set_config('app.withdrawing', '', true);
  return outcome;
end
$$;
comment on function app.receipt_withdraw(text, date) is
  'Retirada por quem guarda o recibo; cinco datas erradas num dia fecham o caminho. Devolve o resultado, wrong, locked ou unknown.';

reset role;
