-- title: Consents of a patient that hold now
-- title-pt: Consentimentos de um paciente em vigor
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- patient: select distinct patient_id from (select patient_id from consent_records where clinic_id = :clinic::uuid order by id limit 20) as few
-- limit: 100 ms
select id, purpose_code, purpose_title, kind, decided_at, valid_until, days_left
  from v_consent_effective
 where clinic_id = :clinic::uuid and patient_id = :patient::uuid and effective_status = 'granted'
 order by purpose_code
