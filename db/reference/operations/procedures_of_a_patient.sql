-- title: Procedures of a patient with their lots
-- title-pt: Procedimentos de um paciente, com os lotes
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('professional')
-- patient: select distinct patient_id from (select patient_id from procedures where clinic_id = :clinic::uuid order by id limit 20) as few
-- limit: 100 ms
select d.id, d.started_at, d.status, s.name as service, l.product_name, l.lot_number, u.quantity, u.unit
  from procedures d
  join services s on s.clinic_id = d.clinic_id and s.id = d.service_id
  left join procedure_products u on u.clinic_id = d.clinic_id and u.procedure_id = d.id
  left join product_lots l on l.clinic_id = u.clinic_id and l.id = u.lot_id
 where d.clinic_id = :clinic::uuid and d.patient_id = :patient::uuid
 order by d.started_at desc nulls last, d.id
 limit 50
