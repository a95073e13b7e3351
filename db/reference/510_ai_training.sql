set role neonpro_owner;

create policy ai_chat_sessions_select_owner on public.ai_chat_sessions for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));
create policy ai_chat_messages_select_owner on public.ai_chat_messages for select to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('dpo'))::uuid[]));

-- Conversations belong to whoever has them, so this function is the only way to a set for training: what it leaves out
-- nobody else can add.
create function app.ai_training_set(p_clinic uuid)
returns table (session_id uuid, message_id uuid, role public.ai_message_role, content text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  handed bigint;
begin
  if not app.has_role(p_clinic, 'dpo') then
    raise exception 'only the data protection officer takes a set for training' using errcode = 'insufficient_privilege';
  end if;
  return query
    select m.session_id, m.id, m.role, m.content
    from public.ai_chat_messages m
    join public.ai_chat_sessions s on s.clinic_id = m.clinic_id and s.id = m.session_id
    where m.clinic_id = p_clinic and m.redaction_status <> 'blocked' and not app.consents_held(p_clinic)
      and exists (
        select from public.consent_records c
        join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
        where c.clinic_id = s.clinic_id and c.patient_id = s.patient_id and c.kind = 'ai' and a.purpose_code = 'ai.training'
          and c.status = 'granted' and c.decided_at <= clock_timestamp()
          and (c.expires_at is null or c.expires_at > clock_timestamp())
      );
  get diagnostics handed = row_count;
  perform ledger.record_event(
    'disclose', p_clinic => p_clinic, p_table => 'public.ai_chat_messages', p_count => handed::integer,
    p_purpose => 'ai.training', p_phi => true
  );
end
$$;
comment on function app.ai_training_set(uuid) is 'Porteira do treino de IA: só conversas de quem consentiu, e a entrega fica registrada.';
grant execute on function app.ai_training_set(uuid) to app_rw;

reset role;
