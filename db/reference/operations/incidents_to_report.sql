-- title: Incidents whose notice has not gone out
-- title-pt: Incidentes ainda sem comunicação
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('dpo')
-- limit: 100 ms
select id, kind, severity, known_at, authority, authority_due_at
  from incidents
 where clinic_id = :clinic::uuid and authority_sent_at is null and authority_due_at is not null
 order by authority_due_at, id
 limit 50
