-- title: Charts whose 20 years are over
-- title-pt: Prontuários com 20 anos completos
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('dpo')
-- limit: 100 ms
select id, last_record_at, review_on, state
  from v_chart_retention
 where clinic_id = :clinic::uuid and last_record_at < now() - interval '20 years' + interval '1 day' and state = 'review'
 order by last_record_at, id
 limit 100
