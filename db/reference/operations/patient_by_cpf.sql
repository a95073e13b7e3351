-- title: A patient by CPF (blind index)
-- title-pt: Um paciente pelo CPF (índice cego)
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- index: select cpf_bidx from patients where clinic_id = :clinic::uuid and cpf_bidx is not null order by id limit 20
-- limit: 100 ms
select id, record_number, full_name, birth_date
  from patients
 where clinic_id = :clinic::uuid and cpf_bidx = :index::bytea
