-- title: Finished entries that wait for a signature
-- title-pt: Registros concluídos sem assinatura
-- role: app_rw
-- session: select clinic_id as clinic, user_id as "app.user_id" from app.measured_session('professional')
-- limit: 100 ms
select id, patient_id, visit_date, entry_type, author_name
  from medical_records
 where clinic_id = :clinic::uuid and awaits_signature
 order by created_at
 limit 50
