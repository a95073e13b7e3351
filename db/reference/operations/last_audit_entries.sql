-- title: Last audit entries of a patient
-- title-pt: Últimos registros de auditoria de um paciente
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('dpo')
-- patient: select id from patients where clinic_id = :clinic::uuid order by id limit 20
-- limit: 100 ms
select id, occurred_at, actor_user_id, actor_role, action, outcome, table_name, changed_fields, purpose_of_use
  from audit_logs
 where patient_ref = :patient::uuid
 order by id desc
 limit 50
