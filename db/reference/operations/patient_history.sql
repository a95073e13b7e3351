-- title: Visits of a patient
-- title-pt: Atendimentos de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- patient: select id from patients where clinic_id = :clinic::uuid order by id limit 20
-- limit: 100 ms
select a.id, a.starts_at, a.status, d.full_name as professional, s.name as service
  from appointments a
  join professionals d on d.clinic_id = a.clinic_id and d.id = a.professional_id
  left join services s on s.clinic_id = a.clinic_id and s.id = a.service_id
 where a.clinic_id = :clinic::uuid and a.patient_id = :patient::uuid
 order by a.starts_at desc, a.id
 limit 50
