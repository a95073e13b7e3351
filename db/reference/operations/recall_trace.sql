-- title: Recall: who received a lot
-- title-pt: Recolhimento: quem recebeu um lote
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('dpo')
-- lot: select lot_number from product_lots where clinic_id = :clinic::uuid order by received_on limit 10
-- limit: 100 ms
select l.product_name, l.lot_number, l.expires_on, u.applied_at, u.quantity, u.unit, d.id as procedure_id,
       p.id as patient_id, p.full_name as patient, p.phone
  from product_lots l
  join procedure_products u on u.clinic_id = l.clinic_id and u.lot_id = l.id
  join procedures d on d.clinic_id = u.clinic_id and d.id = u.procedure_id
  join patients p on p.clinic_id = d.clinic_id and p.id = d.patient_id
 where l.clinic_id = :clinic::uuid and l.lot_number = :lot::text
 order by u.applied_at, u.id
