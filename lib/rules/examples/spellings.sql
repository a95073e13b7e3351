-- Defects and their sound twins as others write them, in names of Brazil. Each case is a schema of its own: bad_<rule>_<n>
-- must be found by that rule, ok_<rule>_<n> must not.
create schema base;
create table base.clinicas (id uuid primary key, nome text);
create table base.usuarios (id uuid primary key, nome text);
create table base.vinculos (usuario_id uuid not null references base.usuarios, clinica_id uuid not null references base.clinicas, papel text, primary key (usuario_id, clinica_id));
alter table base.clinicas enable row level security; alter table base.clinicas force row level security;
create policy c on base.clinicas for select to app_clinica using (id = nullif(current_setting('app.clinica_id', true), '')::uuid);
alter table base.vinculos enable row level security; alter table base.vinculos force row level security;
create policy v on base.vinculos for select to app_clinica using (usuario_id = nullif(current_setting('app.usuario_id', true), '')::uuid);
grant select on base.clinicas, base.vinculos to app_clinica; grant usage on schema base to app_clinica, relatorio, visitante;
create function base.clinica_atual() returns uuid language sql stable as $$ select nullif(current_setting('app.clinica_id', true), '')::uuid $$;
create function base.clinica_atual_pl() returns uuid language plpgsql stable as $$ begin return nullif(current_setting('app.clinica_id', true), '')::uuid; end $$;
create function base.pertence(c uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select exists (select 1 from base.vinculos v where v.clinica_id = c and v.usuario_id = nullif(current_setting('app.usuario_id', true), '')::uuid) $$;
create function base.pode_tudo() returns boolean language sql stable as $$ select true $$;
create schema auditoria;
create table auditoria.trilha (id bigint generated always as identity primary key, quando timestamptz not null default now(), quem text not null default session_user, operacao text, tabela text, registro text, antes jsonb, depois jsonb);
create function auditoria.registrar() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into auditoria.trilha (operacao, tabela, registro, antes, depois) values (tg_op, tg_table_name, coalesce(new.id, old.id)::text, to_jsonb(old), to_jsonb(new)); return null; end $$;
create function auditoria.registrar_dyn() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin execute format('insert into %I.%I (operacao, tabela) values ($1, $2)', 'auditoria', 'trilha') using tg_op, tg_table_name; return null; end $$;
create function auditoria.bloquear() returns trigger language plpgsql as $$ begin raise exception 'imutavel'; end $$;
create trigger b before update or delete on auditoria.trilha for each row execute function auditoria.bloquear();
create trigger bt before truncate on auditoria.trilha for each statement execute function auditoria.bloquear();
alter table auditoria.trilha enable always trigger b, enable always trigger bt;
--- bad_t05_1 via function returning true
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (base.pode_tudo());
--- bad_t05_2 coalesce
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (coalesce(true, clinica_id is null));
--- bad_t05_3 length(nome) >= 0 or null test
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text not null); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id is not distinct from clinica_id);
--- bad_t05_4 case when
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text not null); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (case when clinica_id is null then true else true end);
--- bad_t05_5 exists select 1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text not null); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (exists (select 1));
--- bad_t05_6 in list of itself
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text not null); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id in (clinica_id));
--- bad_t05_7 all command
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, texto text not null); grant all on prontuarios to app_clinica; alter table prontuarios enable row level security;
create policy p on prontuarios to app_clinica using (true) with check (true);
--- bad_t05_8 role check that is always true
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, texto text not null); grant all on prontuarios to app_clinica; alter table prontuarios enable row level security;
create policy p on prontuarios for select to app_clinica using (current_user is not null);
--- ok_t05_1 helper
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (base.pertence(clinica_id));
--- ok_t05_2 any array
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id = any (select v.clinica_id from base.vinculos v where v.usuario_id = nullif(current_setting('app.usuario_id', true), '')::uuid));
--- bad_t15_1 only active flag
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (ativo);
--- bad_t15_2 exists uncorrelated
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (exists (select 1 from base.vinculos v where v.usuario_id = nullif(current_setting('app.usuario_id', true), '')::uuid));
--- bad_t15_3 name capture
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (exists (select 1 from base.vinculos where clinica_id = clinica_id and usuario_id = nullif(current_setting('app.usuario_id', true), '')::uuid));
--- bad_t15_4 only user logged
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (nullif(current_setting('app.usuario_id', true), '') is not null);
--- bad_t15_5 inequality
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id <> base.clinica_atual());
--- bad_t15_6 or flag
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, publico boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual() or publico);
--- ok_t15_1 plpgsql helper
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, ativo boolean not null default true); grant select on pacientes to app_clinica; alter table pacientes enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual_pl() and ativo);
--- ok_t15_2 child through parent
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create table exames (id uuid primary key, paciente_id uuid not null references pacientes, laudo text); grant select on exames, pacientes to app_clinica;
alter table pacientes enable row level security; alter table exames enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual());
create policy e on exames for select to app_clinica using (exists (select 1 from pacientes p where p.id = exames.paciente_id and p.clinica_id = base.clinica_atual()));
--- ok_t15_3 in sub select parent
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create table exames (id uuid primary key, paciente_id uuid not null references pacientes, laudo text); grant select on exames, pacientes to app_clinica;
alter table pacientes enable row level security; alter table exames enable row level security;
create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual());
create policy e on exames for select to app_clinica using (paciente_id in (select id from pacientes where clinica_id = base.clinica_atual()));
--- ok_t15_4 text compare
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id::text = current_setting('app.clinica_id', true));
--- ok_t15_5 string_to_array
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = any (string_to_array(current_setting('app.clinicas', true), ',')::uuid[]));
--- ok_t15_6 jsonb claims
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = ((current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata') ->> 'clinica_id')::uuid);
--- bad_t16_1 or setting null
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual() or base.clinica_atual() is null);
--- bad_t16_2 coalesce column
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = coalesce(base.clinica_atual(), clinica_id));
--- bad_t16_3 is distinct
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using ((clinica_id = base.clinica_atual()) is not false);
--- bad_t16_4 empty string bypass
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (coalesce(current_setting('app.clinica_id', true), '') = '' or clinica_id::text = current_setting('app.clinica_id', true));
--- bad_t16_5 case
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (case when current_setting('app.clinica_id', true) is null then true else clinica_id = base.clinica_atual() end);
--- bad_t16_6 helper with hole
create function visivel(c uuid) returns boolean language sql stable as $$ select base.clinica_atual() is null or c = base.clinica_atual() $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (visivel(clinica_id));
--- ok_t16_1 nullable tenant
create table modelos (id uuid primary key, clinica_id uuid references base.clinicas, nome text); grant select on modelos to app_clinica;
alter table modelos enable row level security; create policy p on modelos for select to app_clinica using (clinica_id is null or clinica_id = base.clinica_atual());
--- bad_t17_1 literal
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = '00000000-0000-0000-0000-000000000001');
--- bad_t17_2 in list
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id in ('00000000-0000-0000-0000-000000000001','00000000-0000-0000-0000-000000000002'));
--- ok_t17_1 status
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, situacao text); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual() and situacao = 'ativo');
--- bad_t18_1 user_metadata
create function claims() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = (claims() #>> '{user_metadata,clinica_id}')::uuid);
--- bad_t18_2 helper hides
create function minha() returns uuid language sql stable as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'user_metadata' ->> 'clinica_id')::uuid $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = minha());
--- bad_t19_1 session_user
create table notas (id uuid primary key, clinica_id uuid not null references base.clinicas, autor text not null); grant select on notas to app_clinica;
alter table notas enable row level security; create policy p on notas for select to app_clinica using (autor = session_user);
--- bad_t07_1 check other column
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select, update on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes to app_clinica using (clinica_id = base.clinica_atual()) with check (nome is not null and length(nome) < 200);
--- bad_t07_2 check with or
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select, update on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes to app_clinica using (clinica_id = base.clinica_atual()) with check (clinica_id = base.clinica_atual() or nome is not null);
--- ok_t07_1 same through helper
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text); grant select, update on pacientes to app_clinica;
alter table pacientes enable row level security; create policy p on pacientes to app_clinica using (clinica_id = base.clinica_atual()) with check (base.pertence(clinica_id));
--- bad_a01_1 pt-BR no trigger
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text);
--- bad_a01_2 trigger named audit does something else
create function tocar() returns trigger language plpgsql as $$ begin return new; end $$;
create table receitas (id uuid primary key, clinica_id uuid not null references base.clinicas, medicamento text); create trigger audit_receitas before insert or update or delete on receitas for each row execute function tocar();
--- ok_a01_1
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger qualquer after insert or update or delete on prontuarios for each row execute function auditoria.registrar();
--- ok_a01_2 dynamic
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger qualquer after insert or update or delete on prontuarios for each row execute function auditoria.registrar_dyn();
--- bad_a02_1
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or update or delete on prontuarios for each row execute function auditoria.registrar(); alter table prontuarios disable trigger all;
--- bad_a02_2 replica
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or update or delete on prontuarios for each row execute function auditoria.registrar(); alter table prontuarios enable replica trigger t;
--- bad_a04_1 no delete
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or update on prontuarios for each row execute function auditoria.registrar();
--- bad_a04_2 when
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or delete on prontuarios for each row execute function auditoria.registrar(); create trigger u after update on prontuarios for each row when (old.anamnese = 'x') execute function auditoria.registrar();
--- ok_a04_1 distinct
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or delete on prontuarios for each row execute function auditoria.registrar(); create trigger u after update on prontuarios for each row when (old.* is distinct from new.*) execute function auditoria.registrar();
--- bad_a05_1
create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, anamnese text); create trigger t after insert or update or delete on prontuarios for each row execute function auditoria.registrar(); grant all on prontuarios to app_clinica;
--- bad_a06_1 column update
create table log_acesso (id bigint generated always as identity primary key, quando timestamptz not null default now(), quem text, acao text, tabela text); create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a06_1.log_acesso (quem, acao, tabela) values (session_user, tg_op, tg_table_name); return null; end $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create trigger l after insert or update or delete on pacientes for each row execute function l(); grant update (acao) on log_acesso to app_clinica;
--- bad_a06_2 delete by group
create table historico_alteracoes (id bigint generated always as identity primary key, data_hora timestamptz not null default now(), usuario text, operacao text, tabela text); create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a06_2.historico_alteracoes (usuario, operacao, tabela) values (session_user, tg_op, tg_table_name); return null; end $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create trigger l after insert or update or delete on pacientes for each row execute function l(); grant usage on schema bad_a06_2 to grupo_leitura; grant delete on historico_alteracoes to grupo_leitura;
--- bad_a07_1 no guard
create table log_auditoria (id bigint generated always as identity primary key, quando timestamptz not null default now(), quem text, acao text, tabela text); create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a07_1.log_auditoria (quem, acao, tabela) values (session_user, tg_op, tg_table_name); return null; end $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create trigger l after insert or update or delete on pacientes for each row execute function l();
--- bad_a10_1 swallow
create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into auditoria.trilha (operacao, tabela) values (tg_op, tg_table_name); return null; exception when others then return null; end $$;
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create trigger l after insert or update or delete on pacientes for each row execute function l();
--- bad_k01_1
create table fila (clinica_id uuid not null references base.clinicas, ordem int);
--- ok_k01_1 partition root
create table eventos (id bigint, quando date, primary key (id, quando)) partition by range (quando); create table eventos_2026 partition of eventos for values from ('2026-01-01') to ('2027-01-01');
--- bad_k04_1
create table pacientes (id uuid primary key, clinica_id uuid references base.clinicas, nome text);
--- ok_k04_1 check not null
create table pacientes (id uuid primary key, clinica_id uuid references base.clinicas check (clinica_id is not null), nome text);
--- bad_k06_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create table exames (id uuid primary key, clinica_id uuid not null references base.clinicas, paciente_id uuid references pacientes);
--- ok_k06_1 composite
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, unique (id, clinica_id)); create table exames (id uuid primary key, clinica_id uuid not null references base.clinicas, paciente_id uuid, foreign key (paciente_id, clinica_id) references pacientes (id, clinica_id));
--- bad_k07_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create table prontuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, paciente_id uuid references pacientes on delete cascade, evolucao text);
--- bad_k07_2 set null exames
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create table laudos (id uuid primary key, clinica_id uuid not null references base.clinicas, paciente_id uuid references pacientes on delete set null, laudo text);
--- bad_k08_1
create table consultas (id uuid primary key, inicio timestamp not null);
--- ok_k08_1
create table consultas (id uuid primary key, inicio timestamptz not null, hora_abertura time);
--- bad_k09_1
create table faturas (id uuid primary key, valor_total double precision);
--- bad_k09_2
create table faturas (id uuid primary key, preco real, desconto money);
--- ok_k09_1
create table locais (id uuid primary key, latitude double precision, longitude double precision, valor numeric(12,2), percentual real);
--- bad_k10_1 situacao
create table consultas (id uuid primary key, situacao text not null);
--- ok_k10_1 enum
create type sit as enum ('a','b'); create table consultas (id uuid primary key, situacao sit not null, tipo text check (tipo in ('x','y')));
--- bad_k11_1
create table pai (id bigint primary key); create table filho (id uuid primary key, pai_id int references pai);
--- bad_i01_1
create table pai (id bigint primary key); create table filho (id uuid primary key, pai_id bigint references pai);
--- ok_i01_1 composite
create table pai (id bigint primary key); create table filho (id uuid primary key, pai_id bigint references pai, x int); create index on filho (pai_id, x);
--- bad_i01_2 brin
create table pai (id bigint primary key); create table filho (id uuid primary key, pai_id bigint references pai, x int); create index on filho using brin (pai_id);
--- bad_i02_1
create table t (id bigint primary key, a int, b int); create index i1 on t (a, b); create index i2 on t (a, b);
--- bad_i02_2 unique twin
create table t (id bigint primary key, a int); create unique index i1 on t (a); alter table t add constraint u unique (a);
--- ok_i02_1 desc
create table t (id bigint primary key, a int, b int); create index i1 on t (a, b); create index i2 on t (a desc, b);
--- bad_i03_1
create table t (id bigint primary key, a int, b int); create index i1 on t (a, b); create index i2 on t (a);
--- bad_d01_1 cpf
create table pacientes (id uuid primary key, nome text, cpf varchar(11));
--- bad_d01_2 camel
create table "Pacientes" (id uuid primary key, "numeroCPF" text, "nomeMae" text);
--- bad_d01_3 cns
create table cidadaos (id uuid primary key, cartao_sus text, nr_cns char(15));
--- bad_d01_4 hiv
create table exames (id uuid primary key, resultado_hiv text);
--- bad_d01_5 email
create table contatos (id uuid primary key, email text, celular text);
--- ok_d01_1 flags
create table pacientes (id uuid primary key, cpf_valido boolean, email_verificado boolean, tipo_telefone text check (tipo_telefone in ('a','b')), organizacao text, email_enviado_em timestamptz);
--- ok_d01_2 encrypted
create table pacientes (id uuid primary key, cpf_cifrado bytea, cpf_hash bytea, email_encrypted bytea);
--- bad_d05_1 senha
create table usuarios_sistema (id uuid primary key, login text, senha text);
--- bad_d05_2 token
create table integracoes (id uuid primary key, api_key text, access_token text, chave_privada text);
--- ok_d05_1
create table usuarios_sistema (id uuid primary key, senha_alterada_em timestamptz, token_type text check (token_type in ('x')), password_hash text);
--- bad_p01_1 public
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to public;
--- bad_p01_2 grant option
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on pacientes to app_clinica with grant option;
--- bad_p04_1
create function apagar_tudo() returns void language sql as $$ select 1 $$;
--- ok_p04_1
create function apagar_tudo() returns void language sql as $$ select 1 $$; revoke execute on function apagar_tudo() from public;
--- bad_t26_1 no path
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create function todos() returns setof pacientes language sql security definer as $$ select * from pacientes $$;
--- bad_t26_2 path public
create function f() returns bigint language plpgsql security definer set search_path = public as $$ begin return (select count(*) from clinicas); end $$;
--- ok_t26_1
create function f() returns bigint language plpgsql security definer set search_path = pg_catalog, base, pg_temp as $$ begin return (select count(*) from clinicas); end $$;
--- bad_t27_1 definer public
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create function todos() returns setof pacientes language sql security definer set search_path = pg_catalog, pg_temp as $$ select * from bad_t27_1.pacientes $$; grant usage on schema bad_t27_1 to public;
--- bad_t28_1 view
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); create view v_pacientes as select * from pacientes; grant select on v_pacientes to app_clinica;
--- ok_t28_1 invoker
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); create view v_pacientes with (security_invoker = 1) as select * from pacientes; grant select on v_pacientes, pacientes to app_clinica;
--- bad_t28_2 nested
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); create view v1 as select * from pacientes; create view v2 with (security_invoker = true) as select * from v1; grant select on v1, v2 to app_clinica;
--- bad_t29_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create materialized view mv as select * from pacientes; grant select on mv to app_clinica;
--- bad_t31_1
create table consultas (id uuid, clinica_id uuid not null references base.clinicas, dia date, primary key (id, dia)) partition by range (dia); create table consultas_2026 partition of consultas for values from ('2026-01-01') to ('2027-01-01'); alter table consultas enable row level security; create policy p on consultas for select to app_clinica using (clinica_id = base.clinica_atual()); grant select on consultas, consultas_2026 to app_clinica;
--- ok_t31_1
create table consultas (id uuid, clinica_id uuid not null references base.clinicas, dia date, primary key (id, dia)) partition by range (dia); create table consultas_2026 partition of consultas for values from ('2026-01-01') to ('2027-01-01'); alter table consultas enable row level security; create policy p on consultas for select to app_clinica using (clinica_id = base.clinica_atual()); grant select on consultas to app_clinica;
--- bad_t33_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for all to app_clinica using (clinica_id = base.clinica_atual()); grant all on pacientes to app_clinica;
--- bad_t34_1 unique cpf
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, cpf text unique); alter table pacientes enable row level security; create policy p on pacientes for all to app_clinica using (clinica_id = base.clinica_atual()); grant select, insert on pacientes to app_clinica;
--- ok_t34_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, cpf text, unique (clinica_id, cpf)); alter table pacientes enable row level security; create policy p on pacientes for all to app_clinica using (clinica_id = base.clinica_atual()); grant select, insert on pacientes to app_clinica;
--- bad_t01_1
create table agendamentos (id uuid primary key, clinica_id uuid not null references base.clinicas); grant select on agendamentos to app_clinica;
--- bad_t01_2 no tenant but person
create table profissionais (id uuid primary key, nome_completo text, cpf text); grant select on profissionais to app_clinica;
--- ok_t01_1 reference
create table tipos_exame (id int primary key, nome text); grant select on tipos_exame to app_clinica;
--- bad_t02_1
set role dono_login; reset role; create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes owner to dono_login; alter table pacientes enable row level security; create policy p on pacientes for all to app_clinica using (clinica_id = base.clinica_atual()); grant select, insert on pacientes to app_clinica;
--- bad_t04_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); create policy p on pacientes for all to app_clinica using (clinica_id = base.clinica_atual());
--- bad_t08_1 omitted TO
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes using (clinica_id = base.clinica_atual()); grant select on pacientes to public;
--- bad_t20_1 bare
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); grant select on pacientes to app_clinica;
--- bad_t21_1
create function v() returns uuid language plpgsql as $$ begin return base.clinica_atual(); end $$; create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = v()); grant select on pacientes to app_clinica;
--- bad_t22_1
create function v() returns uuid language plpgsql immutable as $$ begin return nullif(current_setting('app.clinica_id', true), '')::uuid; end $$; create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = v()); grant select on pacientes to app_clinica;
--- bad_t22_2 immutable calling helper
create function v() returns uuid language sql immutable as $$ select base.clinica_atual() $$; create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = v()); grant select on pacientes to app_clinica;
--- bad_t23_1
create table equipe (usuario text primary key, clinica_id uuid); grant select, insert, update on equipe to app_clinica; create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id in (select clinica_id from equipe where usuario = current_setting('app.usuario', true))); grant select on pacientes to app_clinica;
--- bad_t24_1
create table equipe (usuario text primary key, clinica_id uuid not null references base.clinicas); alter table equipe enable row level security; create policy p on equipe for select to app_clinica using (clinica_id in (select e.clinica_id from equipe e where e.usuario = current_setting('app.usuario', true))); grant select on equipe to app_clinica;
--- bad_i06_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = (select base.clinica_atual())); grant select on pacientes to app_clinica;
--- bad_k13_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, prontuario text, excluido_em timestamptz, unique (clinica_id, prontuario));
--- bad_k13_2
create table agendas (id uuid primary key, nome text unique, deleted_at timestamptz);
--- bad_d03_1
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas, cpf text, diagnostico text); create view v as select id, diagnostico from pacientes; grant select on v to relatorio; grant usage on schema bad_d03_1 to relatorio;
--- bad_d01_6 laudo
create table exames (id bigint primary key, laudo text, resultado_exame text);
--- bad_d01_7 misc
create table fichas (id bigint primary key, pressao_arterial text);
--- bad_d01_8 carteirinha
create table convenios_paciente (id bigint primary key, numero_carteirinha text);
--- bad_d01_9 json cpf array
create table docs (id bigint primary key, cpfs text[]);
--- bad_d01_10 domain
create domain cpf_dom as text check (value ~ '^\d{11}$'); create table pess (id bigint primary key, documento cpf_dom);
--- ok_d01_3
create table produtos (id bigint primary key, preco numeric, descricao text, codigo text, unidade text, tel_count int);
--- bad_t03_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; grant select on pacientes to app_clinica;
--- bad_t09_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); grant select, update on pacientes to app_clinica;
--- bad_t10_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for delete to app_clinica using (clinica_id = base.clinica_atual());
--- bad_t12_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id = base.clinica_atual()); create policy q on pacientes for select to app_clinica using (((clinica_id) = base.clinica_atual())); grant select on pacientes to app_clinica;
--- bad_t13_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes as restrictive to app_clinica using (clinica_id = base.clinica_atual()); grant select on pacientes to app_clinica;
--- bad_t14_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes as restrictive to app_clinica using (clinica_id is not null); create policy q on pacientes to app_clinica using (clinica_id = base.clinica_atual()); grant select on pacientes to app_clinica;
--- bad_t35_1 leakproof
create function f(text) returns boolean language sql leakproof as $$ select $1 > '' $$;
--- bad_k02_1
create table t (id bigint primary key, x text);
--- ok_k02_1
create table t (id bigint generated by default as identity primary key, x text); create table u (id bigserial primary key); create table v (t_id bigint primary key references t);
--- bad_k03_1
create table t (id bigint primary key, x int); alter table t add constraint c check (x > 0) not valid;
--- bad_k05_1 child without tenant
create table pedidos (id bigint primary key, clinica_id uuid not null references base.clinicas); create table itens_pedido (id bigint primary key, pedido_id bigint not null references pedidos, nome_paciente text); grant select on itens_pedido to app_clinica;
--- bad_k05_2 unlinked
create table pacientes (id bigint primary key, clinica_id uuid not null, nome text); grant select on pacientes to app_clinica;
--- bad_d04_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, diagnostico text); grant select on pacientes to visitante; grant usage on schema bad_d04_1 to visitante;
--- bad_d06_1
create table prontuarios (id bigint primary key, clinica_id uuid not null references base.clinicas, dados jsonb, observacoes text);
--- bad_a08_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text); alter table pacientes owner to dono_login; create table log_auditoria (id bigint generated always as identity primary key, quando timestamptz, quem text, acao text, tabela text); alter table log_auditoria owner to dono_login; create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a08_1.log_auditoria (quem, acao, tabela) values (session_user, tg_op, tg_table_name); return null; end $$; create trigger l after insert or update or delete on pacientes for each row execute function l();
--- bad_a09_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text); create table log_auditoria (id bigint generated always as identity primary key, quando timestamptz, quem text, acao text, paciente_id bigint references pacientes on delete cascade); create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a09_1.log_auditoria (quem, acao, paciente_id) values (session_user, tg_op, new.id); return null; end $$; create trigger l after insert or update or delete on pacientes for each row execute function l();
--- bad_a11_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text); create table log_auditoria (id bigint generated always as identity primary key, tabela text, acao text); create function l() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into bad_a11_1.log_auditoria (acao, tabela) values (tg_op, tg_table_name); return null; end $$; create trigger l after insert or update or delete on pacientes for each row execute function l();
--- bad_k12_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text);
--- ok_k12_1
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text, criado_em timestamptz not null default now(), atualizado_em timestamptz);
--- bad_d05_3
create table usuarios_app (id bigint primary key, senha text, chave_api text);
--- bad_d05_4
create table conf (id bigint primary key, client_secret text, smtp_password text);
--- bad_n01_1
create table "Pacientes" (id bigint primary key, "Nome Completo" text);
--- bad_k07_3
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas); create table laudos (id bigint primary key, paciente_id bigint references pacientes on delete set null, laudo text);
--- bad_k07_4 consent
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, cpf text); create table consentimentos (id bigint primary key, paciente_id bigint not null references pacientes on delete cascade, finalidade text, aceito_em timestamptz);
--- bad_k07_5 invoice
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, cpf text); create table faturas (id bigint primary key, paciente_id bigint not null references pacientes on delete cascade, valor numeric(12,2));
--- ok_k07_1 draft lines
create table pedidos (id bigint primary key, clinica_id uuid not null references base.clinicas); create table itens (id bigint primary key, pedido_id bigint not null references pedidos on delete cascade, quantidade int);
--- bad_t35_2 view barrier
create table pacientes (id bigint primary key, clinica_id uuid not null references base.clinicas, nome_completo text); create view meus as select * from pacientes where clinica_id = base.clinica_atual(); grant select on meus to app_clinica;
--- ok_t34_2 nobody guesses a token
create table usuarios (id uuid primary key, clinica_id uuid not null references base.clinicas, reset_password_token text unique); alter table usuarios enable row level security; create policy p on usuarios for all to app_clinica using (clinica_id = base.clinica_atual()); grant select, insert on usuarios to app_clinica;
--- ok_k10_2 media types and polymorphic links
create table anexos (id uuid primary key, content_type text, record_type text not null, record_id bigint not null);
--- bad_k10_2 a type beside a real key is no polymorphic link
create table tipos (id bigint primary key); create table consultas_tipadas (id uuid primary key, convenio_tipo text, convenio_id bigint references tipos); create index on consultas_tipadas (convenio_id);
--- ok_t01_2 what a migration tool keeps
create table schema_migrations (version text primary key); grant select, insert, delete on schema_migrations to app_clinica;
--- ok_k07_2 a profile goes with its account
create table contas (id uuid primary key, apelido text); create table perfis (id uuid primary key references contas on delete cascade, nome_completo text, foto text);
--- bad_k07_6 a chart does not, though it shares the key
create table contas (id uuid primary key, apelido text); create table fichas (id uuid primary key references contas on delete cascade, alergias text);
--- bad_t24_2 through a function with the caller's rights
create table equipes (usuario uuid, clinica_id uuid not null references base.clinicas, primary key (usuario, clinica_id)); create function sou(c uuid) returns boolean language sql stable as $$ select exists (select 1 from bad_t24_2.equipes e where e.clinica_id = c and e.usuario = nullif(current_setting('app.usuario_id', true), '')::uuid) $$; alter table equipes enable row level security; create policy p on equipes for select to app_clinica using (sou(clinica_id)); grant select on equipes to app_clinica;
--- ok_t24_1 through one that is exempt
create table equipes (usuario uuid, clinica_id uuid not null references base.clinicas, primary key (usuario, clinica_id)); create function sou(c uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select exists (select 1 from ok_t24_1.equipes e where e.clinica_id = c and e.usuario = nullif(current_setting('app.usuario_id', true), '')::uuid) $$; alter table equipes enable row level security; create policy p on equipes for select to app_clinica using (sou(clinica_id)); grant select on equipes to app_clinica;
--- ok_k11_1 a domain over the same type
create domain codigo as varchar(10); create table pai (codigo varchar(10) primary key); create table filho (id uuid primary key, pai codigo references pai); create index on filho (pai);
--- bad_k11_2 lengths
create table pai (codigo varchar(10) primary key); create table filho (id uuid primary key, pai varchar(20) references pai); create index on filho (pai);
--- bad_t15_90 order is no ownership
create table pacientes (id uuid primary key, clinica_id uuid not null references base.clinicas); alter table pacientes enable row level security; create policy p on pacientes for select to app_clinica using (clinica_id >= base.clinica_atual()); grant select on pacientes to app_clinica;
--- bad_k13_3 a flag
create table salas (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text, excluido boolean not null default false, unique (clinica_id, nome));
--- ok_k13_1 only the living are counted
create table salas (id uuid primary key, clinica_id uuid not null references base.clinicas, nome text, excluido boolean not null default false); create unique index on salas (clinica_id, nome) where not excluido;
--- ok_k09_2 shares and places
create table medidas (id uuid primary key, temperatura real, taxa_percentual real, aliquota_imposto double precision, lat float8);
--- bad_k09_3
create table contas (id uuid primary key, honorarios real, receita_bruta float8);
--- ok_d01_9 words that only look like it
create table telas (id uuid primary key, cid_font text, street_view_url text, rua_id uuid, raca_id uuid, genero_musical text, mailing_enviado_em timestamptz, crm_externo_id text, organization text);
