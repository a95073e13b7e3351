-- title: Next free slot of a professional
-- title-pt: Próximo horário livre de um profissional
-- role: app_rw
-- session: select clinic_id as clinic, clinic_id as "app.clinic_id", user_id as "app.user_id" from app.measured_session('reception')
-- professional: select id from professionals where clinic_id = :clinic::uuid and is_active order by id limit 5
-- limit: 100 ms
-- The taken times are read once: asked for each slot, the policies would be asked for each slot as well.
with taken as materialized (
  select a.during
    from appointments a
   where a.clinic_id = :clinic::uuid and a.professional_id = :professional::uuid and a.status <> 'cancelled'
     and a.starts_at > now() - interval '24 hours' and a.starts_at < now() + interval '14 days'
)
select slot
  from generate_series(date_trunc('hour', now()) + interval '1 hour', now() + interval '14 days', interval '30 minutes') as slot
 where extract(isodow from slot at time zone 'America/Sao_Paulo') < 6
   and extract(hour from slot at time zone 'America/Sao_Paulo') between 8 and 17
   and not exists (select from taken t where t.during && tstzrange(slot, slot + interval '30 minutes'))
 order by slot
 limit 5
