-- title: Consents that end within 30 days
-- title-pt: Consentimentos que vencem em 30 dias
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('admin')
-- limit: 100 ms
-- Those of the page first: the view would join all of the month before it could be cut off.
with soon as (
  select c.id
    from consent_records c
   where c.clinic_id = :clinic::uuid and c.status = 'granted' and c.expires_at > now() and c.expires_at < now() + interval '30 days'
   order by c.expires_at, c.id
   limit 100
)
select v.id, v.patient_id, v.purpose_title, v.valid_until, v.days_left
  from v_consent_effective v
 where v.clinic_id = :clinic::uuid and v.id = any (array(select id from soon))
 order by v.expires_at, v.id
