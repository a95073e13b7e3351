-- title: A patient's card
-- title-pt: Ficha de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- patient: select id from patients where clinic_id = :clinic::uuid order by id limit 20
-- limit: 100 ms
select p.id, p.full_name, p.social_name, p.birth_date, p.phone, p.email, p.legal_capacity,
       (select jsonb_agg(jsonb_build_object('name', r.full_name, 'relation', r.relation))
          from patient_representatives r
         where r.clinic_id = p.clinic_id and r.patient_id = p.id and r.is_active) as representatives,
       (select min(a.starts_at)
          from appointments a
         where a.clinic_id = p.clinic_id and a.patient_id = p.id and a.starts_at >= now()
           and a.status in ('scheduled', 'confirmed')) as next_visit
  from patients p
 where p.clinic_id = :clinic::uuid and p.id = :patient::uuid
