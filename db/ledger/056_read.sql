set role ledger_owner;

-- The entry of one row that was read, or looked for and not there: what record_event does for a single read, with nothing else
-- to prepare. The clinic is asked about only where the session has not chosen it.
create function ledger.record_read(
  p_table text, p_record uuid, p_clinic uuid, p_patient uuid, p_phi boolean, p_purpose text, p_found boolean
) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
<<said>>
declare
  actor uuid;
  role text := nullif(current_setting('role'), 'none');
  session text;
  request text;
  proof text := 'login';
  ip inet := inet_client_addr();
  behalf uuid;
  purpose text := p_purpose;
  agent text;
  component text;
begin
  if p_clinic is null then
    if p_patient is not null then
      raise exception 'an event has no patient without a clinic' using errcode = 'check_violation';
    end if;
  elsif p_clinic::text is distinct from current_setting('app.clinic_id', true) then
    if not ledger.may_name(p_clinic) then
      raise exception 'nothing was recorded: this session does not act for the clinic %', p_clinic
        using errcode = 'insufficient_privilege',
          hint = 'Read it for the clinic in app.clinic_id, or for one where the user in app.user_id is.';
    end if;
  end if;
  -- As captures do: what most sessions do not say is asked about together.
  if greatest(
    current_setting('ledger.token', true), current_setting('app.user_id', true), current_setting('app.actor_role', true),
    current_setting('app.session_ref', true), current_setting('app.request_id', true)
  ) <> '' then
    if current_setting('ledger.token', true) <> '' then
      select s.actor, coalesce(s.role, said.role), s.session, 'signed' into actor, role, session, proof
      from ledger.signed_actor(current_setting('ledger.token', true)) s;
    else
      actor := nullif(current_setting('app.user_id', true), '')::uuid;
      if actor is not null then proof := 'claimed'; end if;
      role := coalesce(nullif(current_setting('app.actor_role', true), ''), role);
      session := nullif(current_setting('app.session_ref', true), '');
    end if;
    request := nullif(current_setting('app.request_id', true), '');
  end if;
  if greatest(
    current_setting('app.on_behalf_of', true), current_setting('app.purpose_of_use', true), current_setting('app.ip', true),
    current_setting('app.user_agent', true), current_setting('app.component', true)
  ) <> '' then
    behalf := nullif(current_setting('app.on_behalf_of', true), '')::uuid;
    purpose := coalesce(p_purpose, nullif(current_setting('app.purpose_of_use', true), ''));
    ip := coalesce(ledger.address_of(current_setting('app.ip', true)), ip);
    agent := ledger.said_agent();
    component := nullif(current_setting('app.component', true), '');
  end if;
  insert into ledger.audit_logs (
    clinic_id, actor_user_id, actor_role, actor_proof, session_ref, on_behalf_of, action, outcome, table_name, record_id, patient_ref,
    phi_accessed, purpose_of_use, ip, user_agent, component, request_id, record_count
  ) values (
    p_clinic, actor, role, proof, session, behalf, 'read', case when p_found then 'success' else 'failure' end::ledger.outcome,
    p_table, p_record, p_patient, p_phi, purpose, ip, agent, component, request,
    case when p_found then 1 else 0 end
  );
  return p_found;
end
$$;
comment on function ledger.record_read(text, uuid, uuid, uuid, boolean, text, boolean) is 'Registra a leitura de uma linha; se houve o que ler.';

-- Reads leave no trace by themselves. This makes <schema>.read_<table>(key, purpose), which gives the row of a key and writes
-- the entry of that read in the same transaction: without the entry no row. It runs with the rights of who calls it, so row
-- security decides what there is to read; a read that finds nothing is an entry too. The owner of a table
-- under audit may call this.
create function ledger.make_reader(
  relation regclass,
  tenant_column text default 'clinic_id',
  patient_column text default 'patient_id',
  reader text default 'app_rw'
) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $body$
declare
  place text;
  name text;
  key text;
  key_type text;
  tenant text;
  patient text;
  sensitive boolean;
begin
  select n.nspname, c.relname into place, name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation;
  select min(a.attname), min(format_type(a.atttypid, null)) into key, key_type
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
  where i.indrelid = relation and i.indisprimary
  having count(*) = 1;
  if key_type is distinct from 'uuid' then
    raise exception '% has no primary key of one uuid: nothing was made', relation using errcode = 'invalid_table_definition';
  end if;
  select
    max(format('r.%I', a.attname)) filter (where a.attname = tenant_column and a.atttypid = 'uuid'::regtype),
    max(format('r.%I', a.attname)) filter (where a.attname = patient_column and a.atttypid = 'uuid'::regtype),
    bool_or(col_description(a.attrelid, a.attnum) ~ '\[sens[ a-z0-9=._-]*\]\s*$')
  into tenant, patient, sensitive
  from pg_attribute a where a.attrelid = relation and a.attnum > 0 and not a.attisdropped;

  execute format(
    $q$create or replace function %1$I.%2$I(p_key uuid, p_purpose text default null) returns setof %3$s
language plpgsql
as $r$
#variable_conflict use_variable
declare
  r %3$s;
begin
  -- Nothing here is looked for along a path, so none has to be set.
  select t.* into r from %3$s t where t.%4$I operator(pg_catalog.=) p_key;
  if ledger.record_read(%6$L, p_key, %5$s, %7$s, found and %8$L, p_purpose, found) then
    return next r;
  end if;
end
$r$ $q$,
    place, 'read_' || name, relation, key, coalesce(tenant, 'null'), place || '.' || name,
    case when tenant is null or patient is null then 'null' else format('case when %s is not null then %s end', tenant, patient) end,
    coalesce(sensitive, false)
  );
  execute format('comment on function %I.%I(uuid, text) is %L', place, 'read_' || name, format('Lê uma linha de %s e registra a leitura.', relation));
  execute format('revoke execute on function %I.%I(uuid, text) from public', place, 'read_' || name);
  execute format('grant execute on function %I.%I(uuid, text) to %I', place, 'read_' || name, reader);
end
$body$;
comment on function ledger.make_reader(regclass, text, text, text) is 'Faz a função que lê uma linha de uma tabela e registra a leitura.';

reset role;
