-- title: Notices that wait to be sent
-- title-pt: Avisos na fila de envio
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- limit: 100 ms
select id, kind, channel, template_code, template_version, queued_at
  from notifications
 where clinic_id = :clinic::uuid and queued_at > now() - interval '90 days' and sent_at is null and failed_reason is null
 order by queued_at
 limit 100
