-- title: Patients by the beginning of the name
-- title-pt: Pacientes pelo começo do nome
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- prefix: select distinct left(search_name, 5) from (select search_name from patients where clinic_id = :clinic::uuid order by id limit 20) as few
-- limit: 100 ms
select id, record_number, full_name, social_name, birth_date
  from patients
 where clinic_id = :clinic::uuid and search_name >= :prefix::text and search_name < :prefix::text || chr(1114111)
 order by search_name, id
 limit 20
