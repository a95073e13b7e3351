create schema if not exists extensions authorization neonpro_owner;
create extension if not exists btree_gist with schema extensions;
create schema app authorization neonpro_owner;
create schema gate authorization app_gate;
revoke all on schema public, app, gate, extensions from public;
grant usage, create on schema public to neonpro_owner;
grant usage on schema public to app_rw, app_patient, app_gate, dashboard_officer, dashboard_admin, dashboard_viewer, tabellion_scanner;
grant usage on schema ledger to neonpro_owner;
grant execute on function ledger.watch(regclass, text, text, text), ledger.class_of(regclass, smallint),
  ledger.capture(), ledger.capture_truncate(), ledger.follows(), ledger.capture_name(regclass),
  ledger.make_capture(regclass, text, text, text) to neonpro_owner;
grant execute on function ledger.record_event(
  ledger.action, ledger.outcome, uuid, text, uuid, uuid, integer, text[], text, text, uuid, uuid, text, timestamptz, boolean
) to neonpro_owner;
alter default privileges for role neonpro_owner revoke execute on functions from public;

comment on schema public is 'Dados da clínica.';
comment on schema app is 'Contexto da sessão, regras e comandos da aplicação.';
comment on schema gate is 'O que as políticas consultam, com os direitos de app_gate.';
comment on schema extensions is 'Extensões.';

set role neonpro_owner;

create function app.user_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function app.clinic_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$;
create function app.request_id() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.request_id', true), '') $$;
create function app.actor_role() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.actor_role', true), '') $$;

comment on function app.user_id() is 'Usuário da transação; nulo sem sessão.';
comment on function app.clinic_id() is 'Clínica escolhida; nulo quer dizer todas em que o usuário atua.';
comment on function app.request_id() is 'Pedido que originou a transação.';
comment on function app.actor_role() is 'Papel declarado pela aplicação, para o registro de auditoria.';

create function app.touch() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.created_by := old.created_by;
  new.updated_at := clock_timestamp();
  new.row_version := old.row_version + 1;
  return new;
end
$$;
comment on function app.touch() is 'Mantém updated_at e row_version; identidade e autoria não mudam.';

create function app.refuse_tenant_move() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'a row of % never moves to another clinic', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;
comment on function app.refuse_tenant_move() is 'Uma linha nunca muda de clínica.';

create function app.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create function app.refuse_statement() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
comment on function app.refuse_change() is 'Recusa alterar ou apagar uma linha.';
comment on function app.refuse_statement() is 'Recusa o comando inteiro.';

-- Each table of a clinic has the same two triggers; said once.
create function app.keep(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('create trigger touch before update on %s for each row execute function app.touch()', relation);
  if exists (select from pg_attribute where attrelid = relation and attname = 'clinic_id') then
    execute format(
      'create trigger stay_in_clinic before update on %s for each row when (old.clinic_id is distinct from new.clinic_id) execute function app.refuse_tenant_move()',
      relation
    );
  end if;
end
$$;
comment on function app.keep(regclass) is 'Gatilhos comuns às tabelas de clínica.';

create function app.is_cnpj(value text) returns boolean
language sql immutable strict parallel safe
as $$
  -- Letters count as their ASCII code minus 48 (alphanumeric CNPJ); the two check digits are digits.
  select value ~ '^[0-9A-Z]{12}[0-9]{2}$' and value !~ '^(.)\1{13}$' and (
    select bool_and(
      substr(value, d, 1)::int = case when rest < 2 then 0 else 11 - rest end
    )
    from (
      select d, sum((ascii(substr(value, i, 1)) - 48) * (2 + (d - 1 - i) % 8)) % 11 as rest
      from unnest(array[13, 14]) as d
      cross join lateral generate_series(1, d - 1) as i
      group by d
    ) as checks
  )
$$;
comment on function app.is_cnpj(text) is 'CNPJ com dígitos verificadores certos, numérico ou alfanumérico, sem pontuação.';

create function app.birthday(born date, years integer) returns date
language sql immutable strict parallel safe
as $$
  -- Civil Code art. 132 §3: without the same day in that year, the next one.
  select case
    when extract(month from born) = 2 and extract(day from born) = 29
      and extract(day from (born + make_interval(years => years))) = 28
    then (born + make_interval(years => years))::date + 1
    else (born + make_interval(years => years))::date
  end
$$;
comment on function app.birthday(date, integer) is 'Dia em que se completam tantos anos.';

create function app.local_midnight(day date, zone text) returns timestamptz
language sql stable strict parallel safe
as $$ select day::timestamp at time zone zone $$;
comment on function app.local_midnight(date, text) is 'Instante em que o dia começa naquele fuso.';

reset role;
