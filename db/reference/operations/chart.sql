-- title: The chart of a patient
-- title-pt: Prontuário de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- patient: select id from patients where clinic_id = :clinic::uuid and last_record_at is not null order by id limit 20
-- limit: 100 ms
select r.id, r.entry_type, r.visit_date, r.status, r.version, r.author_name, r.chief_complaint, r.history, r.exam,
       r.assessment, r.treatment_plan, r.icd_codes, s.validation as signature
  from medical_records r
  left join digital_signatures s on s.clinic_id = r.clinic_id and s.id = r.signature_id
 where r.clinic_id = :clinic::uuid and r.patient_id = :patient::uuid
 order by r.visit_date desc, r.id
 limit 50
