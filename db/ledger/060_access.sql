set role ledger_owner;

-- Whose entries the session may read, by its roles in each clinic. Nobody, until the database says where memberships
-- are kept: the reference schema replaces this function.
create function ledger.clinics_of(variadic roles text[]) returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select '{}'::uuid[] $$;
comment on function ledger.clinics_of(text[]) is 'Clínicas em que o usuário da sessão tem um dos papéis.';

-- The clinics where the session's user is, in whatever role; null where the database has not said where that is kept.
create function ledger.own_clinics() returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select null::uuid[] $$;
comment on function ledger.own_clinics() is 'Clínicas do usuário da sessão; nulo enquanto não se sabe onde estão os vínculos.';

-- A session that has chosen a clinic records for that one, any other for the clinics where its user is or its link leads (for any,
-- where the database has not said who is where). A job acts for nobody, so it may name any: the role it runs as is ledger_job or
-- inherits it, as a superuser does every role. What a login could become does not count. An expression that becomes part of its
-- callers, which fix the path; a function of its own cost a sixth of a recorded read. What needs no table is asked first.
create function ledger.may_name(p_clinic uuid) returns boolean
language sql stable
as $$
  select pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user), 'ledger_job', 'usage')
    or case
      when current_setting('app.clinic_id', true) <> '' then p_clinic = current_setting('app.clinic_id', true)::uuid
      else coalesce(p_clinic = any (ledger.own_clinics()), true)
    end
$$;
comment on function ledger.may_name(uuid) is 'Se a sessão pode registrar um evento desta clínica.';

alter table ledger.audit_logs enable row level security;
alter table ledger.audit_logs force row level security;

-- Only the functions of this schema run as ledger_owner, and none of them says of itself in which transaction it writes, or names a
-- patient without a clinic. A condition here would be prepared anew for each entry, which was a twentieth of what one costs; an
-- entry of another transaction is found by verification, as no block's.
create policy audit_logs_write on ledger.audit_logs for insert to ledger_owner with check (true);

create policy audit_logs_read_officer on ledger.audit_logs for select to dashboard_officer, app_rw
  using (
    clinic_id = any ((select ledger.clinics_of('dpo', 'auditor'))::uuid[])
    or (clinic_id is null and (select cardinality(ledger.clinics_of('dpo', 'auditor'))) > 0)
  );
create policy audit_logs_read_admin on ledger.audit_logs for select to dashboard_admin
  using (clinic_id = any ((select ledger.clinics_of('admin'))::uuid[]));

grant usage on schema ledger to app_rw, dashboard_officer, dashboard_admin, dashboard_viewer, tabellion_web, ledger_job;
-- All but the salt: with it somebody could try values against the proofs.
do $$
declare
  columns text;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum) into columns
  from pg_attribute where attrelid = 'ledger.audit_logs'::regclass and attnum > 0 and not attisdropped and attname <> 'salt';
  execute format('grant select (%s) on ledger.audit_logs to app_rw, dashboard_officer, dashboard_admin', columns);
end
$$;

revoke execute on all functions in schema ledger from public;
alter default privileges for role ledger_owner revoke execute on functions from public;
grant execute on function ledger.record_event(
  ledger.action, ledger.outcome, uuid, text, uuid, uuid, integer, text[], text, text, uuid, uuid, text, timestamptz, boolean
) to app_rw, dashboard_officer, dashboard_admin, dashboard_viewer, tabellion_web, ledger_job;
grant execute on function ledger.record_read(text, uuid, uuid, uuid, boolean, text, boolean)
  to app_rw, dashboard_officer, dashboard_admin, dashboard_viewer, tabellion_web, ledger_job;
grant execute on function ledger.issue_token(uuid, text, text, interval) to ledger_binder;
grant usage on schema ledger to ledger_binder;
grant execute on function ledger.clinics_of(text[]) to app_rw, dashboard_officer, dashboard_admin;

reset role;
