-- title: Photographs of a patient
-- title-pt: Fotografias de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- patient: select distinct patient_id from (select patient_id from clinical_photos where clinic_id = :clinic::uuid order by id limit 20) as few
-- limit: 100 ms
select id, stage, taken_at, use_scope, object_key
  from clinical_photos
 where clinic_id = :clinic::uuid and patient_id = :patient::uuid
 order by taken_at desc, id
 limit 50
