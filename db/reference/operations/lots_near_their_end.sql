-- title: Lots that expire within 60 days
-- title-pt: Lotes que vencem em 60 dias
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('admin')
-- limit: 100 ms
select id, product_name, lot_number, expires_on, quantity_left, unit
  from product_lots
 where clinic_id = :clinic::uuid and status = 'available' and expires_on < current_date + 60
 order by expires_on, id
