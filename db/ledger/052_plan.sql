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

-- What is known of a table when its capture is written, in the fields of the rows old and new; ledger_changed are the names of what changed.
create type ledger.capture_plan as (
  named text,
  columns ledger.captured_column[],
  kept text[],
  -- Expressions: whether the key changed, whether what triggers keep did, whether something sensitive did, the names of
  -- everything else that did.
  moved text,
  touched text,
  phi text,
  changed text,
  old_side text[],
  new_side text[],
  made text,
  -- The action of an update.
  verb text,
  -- What is in the row and not in the entry: virtual columns, and the place and the salt that are put beside many rows.
  hidden text[]
);
comment on type ledger.capture_plan is 'O que se sabe de uma tabela ao escrever sua captura.';

create function ledger.plan_of(relation regclass, tenant_column text, patient_column text, verb text) returns ledger.capture_plan
language plpgsql stable set search_path = pg_catalog, pg_temp
as $body$
declare
  plan ledger.capture_plan;
  keys smallint[];
begin
  select array_agg(k.attnum order by k.n) into keys
  from pg_index i cross join unnest(i.indkey) with ordinality as k (attnum, n)
  where i.indrelid = relation and i.indisprimary and k.n <= i.indnkeyatts;

  plan.columns := ledger.columns_of(relation);
  select
    coalesce(array_agg(c.name order by c.name) filter (where c.kept), '{}'),
    coalesce(string_agg(c.differs, ' or ') filter (where c.key), 'false'),
    coalesce(string_agg(c.differs, ' or ') filter (where c.kept), 'false'),
    coalesce('ledger_changed && ' || quote_literal(array_agg(c.name order by c.name) filter (where c.sensitive)), 'false'),
    format('array_remove(array[%s]::text[], null)',
      string_agg(format('case when %s then %L end', c.differs, c.name), ', ' order by c.name) filter (where not c.kept and not c.key)),
    case
      when verb <> '' then format('%L', verb)
      when bool_or(c.name = 'is_active') then
        $q$case when 'is_active' = any (ledger_changed) and new.is_active::text = 'false' then 'inactivate' else 'update' end::ledger.action$q$
      else $q$'update'$q$
    end
  into plan.kept, plan.moved, plan.touched, plan.phi, plan.changed, plan.verb
  from unnest(plan.columns) c;
  plan.made := format('%L', coalesce(nullif(verb, ''), 'create'));
  plan.old_side := ledger.entry_of('old', relation, keys, tenant_column, patient_column);
  plan.new_side := ledger.entry_of('new', relation, keys, tenant_column, patient_column);
  -- A statement's trigger stands on a table that no other shares its changes with; a partition's changes are its table's.
  plan.named := case when ledger.by_statement(relation) then format('%L', ledger.name_of(relation)) else 'ledger.name_of(tg_relid)' end;
  select array_agg(a.attname::text) || array['ledger_place', 'ledger_salt'] into plan.hidden
  from pg_attribute a where a.attrelid = relation and a.attnum > 0 and a.attgenerated = 'v';
  return plan;
end
$body$;
comment on function ledger.plan_of(regclass, text, text, text) is 'O que se sabe de uma tabela ao escrever sua captura.';

-- What the session says of itself, read into variables: who acts, then what is seldom said. Each is asked about together first:
-- most of what is not said costs one look.
create function ledger.reading() returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select $q$
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
    current_setting('app.occurred_at', true), current_setting('app.on_behalf_of', true), current_setting('app.purpose_of_use', true),
    current_setting('app.ip', true), current_setting('app.user_agent', true), current_setting('app.component', true)
  ) <> '' then
    at := nullif(current_setting('app.occurred_at', true), '')::timestamptz;
    behalf := nullif(current_setting('app.on_behalf_of', true), '')::uuid;
    purpose := nullif(current_setting('app.purpose_of_use', true), '');
    ip := ledger.address_of(current_setting('app.ip', true));
    agent := ledger.said_agent();
    component := nullif(current_setting('app.component', true), '');
  end if;$q$
$body$;
comment on function ledger.reading() is 'Comandos que leem o que a sessão diz de si.';

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
        said.actor, said.role, said.proof, said.session, least(said.at, statement_timestamp()), said.behalf, said.purpose,
        coalesce(said.ip, inet_client_addr()), said.agent, said.component, said.request,
        %s, %s, %s, %s, %s, %s,
        %s, %s, %s, %s, %s, %s, 1%s%s;$q$,
    case when salt <> '' then ', salt' end,
    side[1], verb, plan.named, side[2], side[3], side[4],
    changed, opened[1], opened[2], proofs[1], proofs[2], phi, ', ' || nullif(salt, ''), source)
$body$;
comment on function ledger.entry_with(ledger.capture_plan, text[], text, text, text[], text[], text, text, text) is 'Um INSERT no registro, de uma linha ou de muitas.';

create function ledger.proof_of(salt text, said text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select case when said = 'null' then 'null' else format('sha256(%s || convert_to(%s::text, ''UTF8''))', salt, said) end $$;
comment on function ledger.proof_of(text, text) is 'Expressão da prova, com sal, dos valores protegidos.';

reset role;
