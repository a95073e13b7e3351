set role ledger_owner;

-- Whether a table's changes may be taken once a statement. Once a row is what is left where a statement on another table
-- changes this one's rows (partitions and inheritance), and where none does (what a subscription applies).
create function ledger.by_statement(relation regclass) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select c.relkind = 'r' and not c.relispartition
    and not exists (select from pg_inherits i where relation in (i.inhrelid, i.inhparent))
    and not exists (select from pg_subscription_rel s where s.srrelid = relation)
  from pg_class c where c.oid = relation
$$;
comment on function ledger.by_statement(regclass) is 'Se a captura de uma tabela é feita uma vez por comando.';

-- What is known of a table when its capture is written.
create type ledger.capture_plan as (
  columns ledger.captured_column[],
  sensitive text[],
  kept text[],
  -- Expressions: whether the key changed, whether what triggers keep did, the names of the other columns that did.
  moved text,
  touched text,
  changed text,
  old_side text[],
  new_side text[],
  made text,
  -- The action of an update; %s stands for the changed columns.
  verb text,
  key_columns text
);
comment on type ledger.capture_plan is 'O que se sabe de uma tabela ao escrever sua captura.';

create function ledger.plan_of(relation regclass, tenant_column text, patient_column text, verb text) returns ledger.capture_plan
language plpgsql stable set search_path = pg_catalog, pg_temp
as $body$
declare
  plan ledger.capture_plan;
  keys text[];
  key_types oid[];
begin
  select array_agg(a.attname::text order by k.n), array_agg(a.atttypid order by k.n),
    coalesce(string_agg(ledger.differs(relation, a.attnum), ' or ' order by k.n), 'false'),
    coalesce(string_agg(', ' || quote_ident(a.attname), '' order by k.n), '')
  into keys, key_types, plan.moved, plan.key_columns
  from pg_index i
  cross join unnest(i.indkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = relation and i.indisprimary and k.n <= i.indnkeyatts;

  plan.columns := ledger.columns_of(relation);
  select array_agg(c.name order by c.name) filter (where c.sensitive),
    coalesce(array_agg(c.name order by c.name) filter (where c.kept), '{}'),
    coalesce(string_agg(c.differs, ' or ' order by c.name) filter (where c.kept), 'false'),
    format('array_remove(array[%s]::text[], null)',
      string_agg(format('case when %s then %L end', c.differs, c.name), ', ' order by c.name) filter (where not c.kept)),
    case
      when verb <> '' then format('%L', verb)
      when bool_or(c.name = 'is_active') then $q$case when 'is_active' = any (%s) and new.is_active::text = 'false' then 'inactivate' else 'update' end::ledger.action$q$
      else $q$'update'$q$
    end
  into plan.sensitive, plan.kept, plan.touched, plan.changed, plan.verb
  from unnest(plan.columns) c;

  plan.made := format('%L', coalesce(nullif(verb, ''), 'create'));
  plan.old_side := ledger.entry_of('old', relation, keys, key_types, tenant_column, patient_column);
  plan.new_side := ledger.entry_of('new', relation, keys, key_types, tenant_column, patient_column);
  return plan;
end
$body$;
comment on function ledger.plan_of(regclass, text, text, text) is 'O que se sabe de uma tabela ao escrever sua captura.';

-- What the session says of itself, as expressions: when it happened, on whose behalf, why, from where.
create function ledger.said() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select array[
    $q$least(nullif(current_setting('app.occurred_at', true), '')::timestamptz, statement_timestamp())$q$,
    $q$nullif(current_setting('app.on_behalf_of', true), '')::uuid$q$,
    $q$nullif(current_setting('app.purpose_of_use', true), '')$q$,
    $q$coalesce(nullif(current_setting('app.ip', true), '')::inet, inet_client_addr())$q$,
    $q$nullif(current_setting('app.user_agent', true), '')$q$,
    $q$nullif(current_setting('app.component', true), '')$q$,
    $q$nullif(current_setting('app.request_id', true), '')$q$
  ]
$body$;
comment on function ledger.said() is 'O que a sessão diz de si, como expressões.';

-- An INSERT into the log: of one row, or with a source of many; then what the session says of itself was read before.
-- `side` is what entry_of says, opened the values before and after, proofs those of what is closed.
create function ledger.entry_with(
  side text[], verb text, changed text, opened text[], proofs text[], sensitive text[], salt text, source text default ''
) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
      insert into ledger.audit_logs (
        clinic_id, actor_user_id, actor_role, actor_proof, session_ref, action, table_name, record_id, record_key, patient_ref,
        changed_fields, old_values, new_values, before_hash, after_hash, phi_accessed, record_count, salt,
        occurred_at, on_behalf_of, purpose_of_use, ip, user_agent, component, request_id
      ) select
        %s, said.actor, said.role, said.proof, said.session, %s, said.named, %s, %s, %s,
        %s, %s, %s, %s, %s, %s, 1, %s,
        %s%s;$q$,
    side[1], verb, side[2], side[3], side[4],
    changed, opened[1], opened[2], proofs[1], proofs[2],
    case when sensitive is null then 'false' else format('%s && %L::text[]', changed, sensitive) end, salt,
    case when source = '' then array_to_string(ledger.said(), ', ')
      else 'said.at, said.behalf, said.purpose, said.ip, said.agent, said.component, said.request' end,
    source)
$body$;
comment on function ledger.entry_with(text[], text, text, text[], text[], text[], text, text) is 'Um INSERT no registro, de uma linha ou de muitas.';

create function ledger.unless_empty(said text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select format('nullif(%s, ''{}'')', said) $$;
comment on function ledger.unless_empty(text) is 'Expressão que diz nada em vez de um objeto vazio.';

create function ledger.proof_of(salt text, said text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select format('sha256(%s || convert_to(nullif(%s, ''{}'')::text, ''UTF8''))', salt, said) $$;
comment on function ledger.proof_of(text, text) is 'Expressão da prova, com sal, dos valores protegidos.';

reset role;
