-- title: Own finished entries that wait for a signature
-- title-pt: Registros próprios concluídos, sem assinatura
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- professional: select id from professionals where clinic_id = :clinic::uuid and user_id = app.user_id()
-- limit: 100 ms
select id, patient_id, visit_date, entry_type
  from medical_records
 where clinic_id = :clinic::uuid and professional_id = :professional::uuid and awaits_signature
 order by created_at
 limit 50
