-- Before 15 a view cannot run with its reader's rights: there it repeats whom its tables' policies let in.
-- Each consent has its purpose, its term and its clinic (foreign keys), so the joins are outer ones only for the planner: it
-- begins with the consents that are asked for, and leaves a table out of which nothing is shown, with its policies.
do $$
declare
  modern constant boolean := current_setting('server_version_num')::int >= 150000;
begin
  set local role neonpro_owner;
  execute format(
    $view$
    create view public.v_consent_effective with (%s) as
    select
      c.id, c.clinic_id, c.patient_id, c.activity_id, a.purpose_code, a.title as purpose_title, c.term_id,
      t.version as term_version, c.kind, c.status, c.status_reason,
      case when c.status = 'granted' and c.expires_at <= now() then 'expired' else c.status end as effective_status,
      case when c.status = 'granted' and c.expires_at <= now() then 'period_elapsed' else c.status_reason end as effective_reason,
      c.decided_at, c.recorded_at, c.granted_at, c.expires_at,
      ((c.expires_at - interval '1 microsecond') at time zone k.time_zone)::date as valid_until,
      case when c.status = 'granted' and c.expires_at > now()
        then ((c.expires_at - interval '1 microsecond') at time zone k.time_zone)::date - (now() at time zone k.time_zone)::date
      end as days_left,
      c.ended_at, c.end_declared_at, c.collection_method, c.signer_kind, c.representative_id, c.witness_user_id,
      c.previous_id, c.granted_at - c.decided_at > interval '2 days' as recorded_late, t.retired_at is not null as term_retired,
      c.updated_at
    from public.consent_records c
    left join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
    left join public.consent_terms t on t.clinic_id = c.clinic_id and t.id = c.term_id
    left join public.clinics k on k.id = c.clinic_id
    %s
    $view$,
    case when modern then 'security_invoker = true, security_barrier = true' else 'security_barrier = true' end,
    case when modern then '' else
      $old$where c.clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])
        or c.patient_id = any ((select app.own_patients())::uuid[])$old$
    end
  );
  reset role;
end
$$;

set role neonpro_owner;
comment on view public.v_consent_effective is 'Consentimentos com a situação que vale agora, no fuso da clínica. [sens audit=none rls=R2]';
comment on column public.v_consent_effective.id is 'Identificador. [int]';
comment on column public.v_consent_effective.clinic_id is 'Clínica. [int]';
comment on column public.v_consent_effective.patient_id is 'Paciente. [pers]';
comment on column public.v_consent_effective.activity_id is 'Finalidade. [int]';
comment on column public.v_consent_effective.purpose_code is 'Código da finalidade. [pub]';
comment on column public.v_consent_effective.purpose_title is 'Título da finalidade. [pub]';
comment on column public.v_consent_effective.term_id is 'Termo. [int]';
comment on column public.v_consent_effective.term_version is 'Versão do termo. [pub]';
comment on column public.v_consent_effective.kind is 'Tipo. [sens]';
comment on column public.v_consent_effective.status is 'Situação gravada. [int]';
comment on column public.v_consent_effective.status_reason is 'Motivo gravado. [int]';
comment on column public.v_consent_effective.effective_status is 'Situação agora. [int]';
comment on column public.v_consent_effective.effective_reason is 'Motivo agora. [int]';
comment on column public.v_consent_effective.decided_at is 'Decisão. [int evid]';
comment on column public.v_consent_effective.recorded_at is 'Pedido. [int evid]';
comment on column public.v_consent_effective.granted_at is 'Concessão registrada. [int evid]';
comment on column public.v_consent_effective.expires_at is 'Fim do prazo (exclusive). [int evid]';
comment on column public.v_consent_effective.valid_until is 'Último dia, no fuso da clínica. [int evid]';
comment on column public.v_consent_effective.days_left is 'Dias que faltam, no fuso da clínica. [int]';
comment on column public.v_consent_effective.ended_at is 'Fim registrado. [int evid]';
comment on column public.v_consent_effective.end_declared_at is 'Fim declarado. [int evid]';
comment on column public.v_consent_effective.collection_method is 'Meio da coleta. [int evid]';
comment on column public.v_consent_effective.signer_kind is 'Quem assinou. [pers]';
comment on column public.v_consent_effective.representative_id is 'Representante. [pers]';
comment on column public.v_consent_effective.witness_user_id is 'Quem colheu. [pers]';
comment on column public.v_consent_effective.previous_id is 'Consentimento que renova. [int]';
comment on column public.v_consent_effective.recorded_late is 'Registrado mais de dois dias depois da decisão. [int]';
comment on column public.v_consent_effective.term_retired is 'O texto já foi retirado. [int]';
comment on column public.v_consent_effective.updated_at is 'Última alteração. [int]';
reset role;
