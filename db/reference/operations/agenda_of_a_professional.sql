-- title: A professional's own week
-- title-pt: Semana do próprio profissional
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- professional: select id from professionals where clinic_id = :clinic::uuid and user_id = app.user_id()
-- limit: 100 ms
select a.id, a.starts_at, a.status, a.modality, a.reason_brief, p.full_name as patient, s.name as service
  from appointments a
  join patients p on p.clinic_id = a.clinic_id and p.id = a.patient_id
  left join services s on s.clinic_id = a.clinic_id and s.id = a.service_id
 where a.clinic_id = :clinic::uuid and a.professional_id = :professional::uuid
   and a.starts_at >= now() and a.starts_at < now() + interval '7 days'
 order by a.starts_at, a.id
