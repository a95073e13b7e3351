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

-- What is known of a table when its capture is written, in the fields of the rows old and new, or of the record of the pair.
create type ledger.capture_plan as (
  named text,
  columns ledger.captured_column[],
  kept text[],
  -- Expressions: whether the key changed, whether what triggers keep did, whether anything else did and whether that is
  -- sensitive, the names of what did.
  moved text,
  touched text,
  differs text,
  phi text,
  changed text,
  old_side text[],
  new_side text[],
  made text,
  -- The action of an update.
  verb text
);
comment on type ledger.capture_plan is 'O que se sabe de uma tabela ao escrever sua captura.';

create function ledger.plan_of(
  relation regclass, tenant_column text, patient_column text, verb text, in_pair boolean
) returns ledger.capture_plan
language plpgsql stable set search_path = pg_catalog, pg_temp
as $body$
declare
  plan ledger.capture_plan;
  keys smallint[];
  active ledger.captured_column;
begin
  select array_agg(k.attnum order by k.n) into keys
  from pg_index i cross join unnest(i.indkey) with ordinality as k (attnum, n)
  where i.indrelid = relation and i.indisprimary and k.n <= i.indnkeyatts;

  plan.columns := ledger.columns_of(relation, in_pair);
  select
    coalesce(array_agg(c.name order by c.name) filter (where c.kept), '{}'),
    coalesce(string_agg(c.differs, ' or ') filter (where c.key), 'false'),
    coalesce(string_agg(c.differs, ' or ') filter (where c.kept), 'false'),
    coalesce(string_agg(c.differs, ' or ') filter (where not c.kept and not c.key), 'false'),
    coalesce(string_agg(c.differs, ' or ') filter (where c.sensitive), 'false'),
    format('array_remove(array[%s]::text[], null)',
      string_agg(format('case when %s then %L end', c.differs, c.name), ', ' order by c.name) filter (where not c.kept and not c.key))
  into plan.kept, plan.moved, plan.touched, plan.differs, plan.phi, plan.changed
  from unnest(plan.columns) c;

  select * into active from unnest(plan.columns) c where c.name = 'is_active';
  plan.verb := case
    when verb <> '' then format('%L', verb)
    when active.name is not null then format($q$case when %s and %s::text = 'false' then 'inactivate' else 'update' end::ledger.action$q$,
      active.differs, ledger.field_of(case when in_pair then 'is' else 'new' end, relation, active.place))
    else $q$'update'$q$
  end;
  plan.made := format('%L', coalesce(nullif(verb, ''), 'create'));
  plan.old_side := ledger.entry_of(case when in_pair then 'was' else 'old' end, relation, keys, tenant_column, patient_column);
  plan.new_side := ledger.entry_of(case when in_pair then 'is' else 'new' end, relation, keys, tenant_column, patient_column);
  -- A statement's trigger stands on a table that no other shares its changes with; a partition's changes are its table's.
  plan.named := case when ledger.by_statement(relation) then format('%L', ledger.name_of(relation)) else 'ledger.name_of(tg_relid)' end;
  return plan;
end
$body$;
comment on function ledger.plan_of(regclass, text, text, text, boolean) is 'O que se sabe de uma tabela ao escrever sua captura.';

-- What the session says of itself: who acts, when it happened, on whose behalf, why, from where. As expressions for one row;
-- where there may be many they are a row of their own, `told`, so that each is read once a statement.
create function ledger.said(once boolean) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select array_agg(case when once then 'told.' || name else said end order by n)
  from unnest(array['actor', 'role', 'proof', 'session', 'at', 'behalf', 'purpose', 'ip', 'agent', 'component', 'request'], array[
    $q$case when said.signed then said.actor else nullif(current_setting('app.user_id', true), '')::uuid end$q$,
    $q$case when said.signed then said.role else coalesce(nullif(current_setting('app.actor_role', true), ''), nullif(current_setting('role'), 'none')) end$q$,
    $q$case when said.signed then 'signed' when current_setting('app.user_id', true) <> '' then 'claimed' else 'login' end$q$,
    $q$case when said.signed then said.session else nullif(current_setting('app.session_ref', true), '') end$q$,
    'least(said.at, statement_timestamp())', 'said.behalf', 'said.purpose', 'coalesce(said.ip, inet_client_addr())', 'said.agent', 'said.component',
    $q$nullif(current_setting('app.request_id', true), '')$q$
  ]) with ordinality as s (name, said, n)
$body$;
comment on function ledger.said(boolean) is 'O que a sessão diz de si, como expressões.';

create function ledger.told() returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select format('(select %s offset 0) as told', string_agg(said || ' as ' || substr(named, 6), ', '))
  from unnest(ledger.said(false), ledger.said(true)) as s (said, named)
$body$;
comment on function ledger.told() is 'As mesmas, lidas uma vez por comando.';

-- An INSERT into the log: of one row, or with a source of many. `side` is what entry_of says, opened the values before and
-- after, proofs those of what is closed. An entry without a proof needs no salt.
create function ledger.entry_with(
  plan ledger.capture_plan, side text[], verb text, changed text, opened text[], proofs text[], phi text, salt text, source text default ''
) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
      insert into ledger.audit_logs (
        actor_user_id, actor_role, actor_proof, session_ref, occurred_at, on_behalf_of, purpose_of_use, ip, user_agent, component, request_id,
        clinic_id, action, table_name, record_id, record_key, patient_ref,
        changed_fields, old_values, new_values, before_hash, after_hash, phi_accessed, record_count%s
      ) select
        %s,
        %s, %s, %s, %s, %s, %s,
        %s, %s, %s, %s, %s, %s, 1%s%s;$q$,
    case when salt <> '' then ', salt' end, array_to_string(ledger.said(source like '%as told%'), ', '),
    side[1], verb, plan.named, side[2], side[3], side[4],
    changed, opened[1], opened[2], proofs[1], proofs[2], phi, ', ' || nullif(salt, ''), source)
$body$;
comment on function ledger.entry_with(ledger.capture_plan, text[], text, text, text[], text[], text, text, text) is 'Um INSERT no registro, de uma linha ou de muitas.';

create function ledger.proof_of(salt text, said text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select case when said = 'null' then 'null' else format('sha256(%s || convert_to(%s::text, ''UTF8''))', salt, said) end $$;
comment on function ledger.proof_of(text, text) is 'Expressão da prova, com sal, dos valores protegidos.';

reset role;
