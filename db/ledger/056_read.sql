set role ledger_owner;

-- Reads leave no trace by themselves. This makes <schema>.read_<table>(key, purpose), which gives the row of a key and writes
-- the entry of that read in the same transaction: without the entry no row. It runs with the rights of who calls it, so row
-- security decides what there is to read; a read that finds nothing is an entry too. The table's owner calls this.
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
language plpgsql set search_path = pg_catalog, pg_temp
as $r$
declare
  r %3$s;
begin
  select t.* into r from %3$s t where t.%4$I = p_key;
  if found then
    perform ledger.record_event(
      'read', 'success', p_clinic => %5$s, p_table => %6$L, p_record => p_key, p_patient => %7$s, p_count => 1,
      p_purpose => p_purpose, p_phi => %8$L);
    return next r;
  else
    perform ledger.record_event('read', 'failure', p_table => %6$L, p_record => p_key, p_count => 0, p_purpose => p_purpose);
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
