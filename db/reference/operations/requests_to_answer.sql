-- title: Requests of data subjects, the most urgent first
-- title-pt: Pedidos de titulares, o mais urgente primeiro
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('dpo')
-- limit: 100 ms
select id, request_type, received_at, due_at, due_basis, status, due_at < now() as overdue
  from data_subject_requests
 where clinic_id = :clinic::uuid and closed_at is null
 order by due_at nulls last, id
 limit 50
