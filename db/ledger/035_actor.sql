set role ledger_owner;

create function ledger.setting(name text) returns text
language sql stable parallel safe
as $$ select nullif(pg_catalog.current_setting(name, true), '') $$;
comment on function ledger.setting(text) is 'Contexto da transação; vazio conta como ausente.';

-- Any session can set app.user_id to anything. Who signs people in therefore gets a token, made with a key that only this
-- schema reads (HMAC-SHA-256, RFC 2104; the two pads are kept ready), and gives it to the session as ledger.token.
create table ledger.token_key (
  only_one boolean primary key default true,
  inner_pad bytea not null,
  outer_pad bytea not null,
  made_at timestamptz not null default clock_timestamp(),
  constraint token_key_one_check check (only_one),
  constraint token_key_pads_check check (octet_length(inner_pad) = 64 and octet_length(outer_pad) = 64)
);
comment on table ledger.token_key is 'Chave que assina quem age; só as funções deste esquema leem. [int audit=none rls=R4]';
comment on column ledger.token_key.only_one is 'Só há uma. [int]';
comment on column ledger.token_key.inner_pad is 'Chave com ipad. [sec]';
comment on column ledger.token_key.outer_pad is 'Chave com opad. [sec]';
comment on column ledger.token_key.made_at is 'Quando foi feita. [int]';
alter table ledger.token_key enable row level security;
alter table ledger.token_key force row level security;
create policy token_key_owner on ledger.token_key to ledger_owner using (true) with check (true);

create function ledger.renew_token_key() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  key bytea := '';
  pad bytea;
  at integer;
  wanted integer;
  pads bytea[] := '{}';
begin
  for at in 1..4 loop
    key := key || uuid_send(gen_random_uuid());
  end loop;
  key := sha256(key) || decode(repeat('00', 32), 'hex');
  foreach wanted in array array[54, 92] loop
    pad := key;
    for at in 0..63 loop
      pad := set_byte(pad, at, get_byte(key, at) # wanted);
    end loop;
    pads := pads || pad;
  end loop;
  delete from ledger.token_key;
  insert into ledger.token_key (inner_pad, outer_pad) values (pads[1], pads[2]);
end
$$;
comment on function ledger.renew_token_key() is 'Troca a chave: as sessões assinadas antes deixam de valer.';
select ledger.renew_token_key();

create function ledger.issue_token(
  p_user uuid, p_role text default null, p_session text default null, p_valid_for interval default '8 hours'
) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  said text := concat_ws(
    '|', p_user::text, coalesce(p_role, ''), coalesce(p_session, ''), floor(extract(epoch from clock_timestamp() + p_valid_for))::bigint::text
  );
begin
  if p_user is null or said like '%|%|%|%|%' then
    raise exception 'a token needs a user, and neither role nor session may hold a |' using errcode = 'invalid_parameter_value';
  end if;
  return said || '|' || (
    select encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex') from ledger.token_key k
  );
end
$$;
comment on function ledger.issue_token(uuid, text, text, interval) is 'Assina quem age, depois que entrou; a sessão o leva em ledger.token.';

create function ledger.signed_actor(token text, out actor uuid, out role text, out session text)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  cut constant integer := length(token) - 64;
begin
  if cut < 2 or not exists (
    select from ledger.token_key k
    where encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(left(token, cut - 1), 'UTF8'))), 'hex') = right(token, 64)
  ) or split_part(token, '|', 4)::bigint < extract(epoch from clock_timestamp()) then
    raise exception 'ledger.token is not one that this database signed, or its time is over'
      using errcode = 'insufficient_privilege';
  end if;
  actor := split_part(token, '|', 1)::uuid;
  role := nullif(split_part(token, '|', 2), '');
  session := nullif(split_part(token, '|', 3), '');
end
$$;
comment on function ledger.signed_actor(text) is 'Quem o token diz que age; recusa o que não foi assinado aqui.';

-- Who acts, and how that is known: by a signed token, by what the application claims, or only by the login.
create function ledger.actor(out actor uuid, out role text, out session text, out proof text)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  token constant text := current_setting('ledger.token', true);
begin
  if token <> '' then
    select s.actor, s.role, s.session into actor, role, session from ledger.signed_actor(token) s;
    proof := 'signed';
  else
    actor := nullif(current_setting('app.user_id', true), '')::uuid;
    role := nullif(current_setting('app.actor_role', true), '');
    session := nullif(current_setting('app.session_ref', true), '');
    proof := case when actor is null then 'login' else 'claimed' end;
  end if;
  role := coalesce(role, nullif(current_setting('role'), 'none'));
end
$$;
comment on function ledger.actor() is 'Quem age e como se sabe.';

-- An address that is none must not cost a clinic its write: it is kept as it was said, behind the program, and the connection's own
-- stands in its place.
create function ledger.address_of(said text) returns inet
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(said, '')::inet;
exception
  when data_exception then return null;
end
$$;
comment on function ledger.address_of(text) is 'O endereço que a sessão declara; nulo quando não é um.';

create function ledger.said_agent() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select nullif(concat_ws(' ', nullif(current_setting('app.user_agent', true), ''),
    case when current_setting('app.ip', true) <> '' and ledger.address_of(current_setting('app.ip', true)) is null
      then 'app.ip=' || left(current_setting('app.ip', true), 100) end), '')
$$;
comment on function ledger.said_agent() is 'Programa de origem, e o endereço declarado quando não se lê.';

reset role;
