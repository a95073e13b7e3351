-- title: Prescriptions of a patient
-- title-pt: Prescrições de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- patient: select distinct patient_id from (select patient_id from prescriptions where clinic_id = :clinic::uuid order by id limit 20) as few
-- limit: 100 ms
select id, kind, items, status, issued_at, valid_until
  from prescriptions
 where clinic_id = :clinic::uuid and patient_id = :patient::uuid
 order by issued_at desc nulls last, id
 limit 50
