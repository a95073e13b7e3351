-- Law 13.787/2018 art. 6: twenty years from the last entry, counted for the chart as a whole. Nothing here deletes: what
-- is due goes to the review commission.
do $$
declare
  modern constant boolean := current_setting('server_version_num')::int >= 150000;
begin
  set local role neonpro_owner;
  execute format(
    $view$
    create view public.v_chart_retention with (%s) as
    select
      p.id, p.clinic_id, p.last_record_at,
      ((p.last_record_at at time zone k.time_zone)::date + interval '20 years')::date as review_on,
      p.legal_hold, p.hold_reason, p.anonymized_at,
      case
        when p.anonymized_at is not null then 'disposed'
        when p.legal_hold then 'held'
        when p.last_record_at is null then 'no_entry'
        when ((p.last_record_at at time zone k.time_zone)::date + interval '20 years')::date <= (now() at time zone k.time_zone)::date
          then 'review'
        else 'kept'
      end as state
    from public.patients p
    join public.clinics k on k.id = p.clinic_id
    %s
    $view$,
    case when modern then 'security_invoker = true, security_barrier = true' else 'security_barrier = true' end,
    case when modern then '' else $old$where p.clinic_id = any ((select app.clinics_of('admin', 'professional', 'reception', 'dpo'))::uuid[])$old$ end
  );
  reset role;
end
$$;

set role neonpro_owner;
comment on view public.v_chart_retention is 'Prazo de guarda de cada prontuário. [pers audit=none rls=R2]';
comment on column public.v_chart_retention.id is 'Paciente. [int]';
comment on column public.v_chart_retention.clinic_id is 'Clínica. [int]';
comment on column public.v_chart_retention.last_record_at is 'Último registro: início do prazo. [int]';
comment on column public.v_chart_retention.review_on is 'A partir deste dia a comissão pode avaliar o descarte. [int]';
comment on column public.v_chart_retention.legal_hold is 'Guarda obrigatória. [int]';
comment on column public.v_chart_retention.hold_reason is 'Motivo da guarda. [int]';
comment on column public.v_chart_retention.anonymized_at is 'Descarte realizado. [int]';
comment on column public.v_chart_retention.state is 'kept, held, review, no_entry ou disposed. [int]';
grant select on public.v_chart_retention to app_rw, dashboard_admin;

create function app.check_disposal() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if new.legal_hold then
    raise exception 'this chart is held: it is not disposed of' using errcode = 'check_violation';
  end if;
  if new.last_record_at > now() - interval '20 years' then
    raise exception 'a chart is kept 20 years from its last entry (Law 13.787/2018 art. 6)' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_disposal() is 'Sem descarte antes do prazo nem sob guarda obrigatória.';
create trigger check_disposal before insert or update on public.patients
  for each row when (new.anonymized_at is not null) execute function app.check_disposal();
alter table public.patients enable always trigger check_disposal;

reset role;
