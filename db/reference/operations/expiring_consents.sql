-- title: Consents that end within 30 days
-- title-pt: Consentimentos que vencem em 30 dias
-- role: app_rw
-- session: select clinic_id as clinic, user_id as "app.user_id" from app.measured_session('admin')
-- limit: 100 ms
select id, patient_id, purpose_title, valid_until, days_left
  from v_consent_effective
 where clinic_id = :clinic::uuid and status = 'granted' and expires_at > now() and expires_at < now() + interval '30 days'
 order by expires_at, id
 limit 100
