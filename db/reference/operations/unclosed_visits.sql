-- title: Visits of the last week that nobody closed
-- title-pt: Atendimentos da última semana sem desfecho
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- limit: 100 ms
select a.id, a.starts_at, a.status, p.full_name as patient
  from appointments a
  join patients p on p.clinic_id = a.clinic_id and p.id = a.patient_id
 where a.clinic_id = :clinic::uuid and a.starts_at >= now() - interval '7 days' and a.starts_at < now()
   and a.status in ('scheduled', 'confirmed')
 order by a.starts_at, a.id
 limit 100
