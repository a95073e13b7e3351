-- title: Agenda of a day
-- title-pt: Agenda de um dia
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- day: select (starts_at at time zone 'America/Sao_Paulo')::date from appointments where clinic_id = :clinic::uuid and starts_at > now() - interval '30 days' order by starts_at limit 5
-- limit: 100 ms
select a.id, a.starts_at, upper(a.during) as ends_at, a.status, a.modality, a.reason_brief,
       p.full_name as patient, d.full_name as professional, s.name as service
  from appointments a
  join patients p on p.clinic_id = a.clinic_id and p.id = a.patient_id
  join professionals d on d.clinic_id = a.clinic_id and d.id = a.professional_id
  left join services s on s.clinic_id = a.clinic_id and s.id = a.service_id
 where a.clinic_id = :clinic::uuid
   and a.starts_at >= (select :day::date::timestamp at time zone 'America/Sao_Paulo')
   and a.starts_at < (select (:day::date + 1)::timestamp at time zone 'America/Sao_Paulo')
 order by a.starts_at, a.id
