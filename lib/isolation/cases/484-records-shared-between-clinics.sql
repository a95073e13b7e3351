-- case: 484-records-shared-between-clinics
-- threat: dml
-- null-tenant: foreign
-- tenant: c.receitas.clinica_id
-- tenant: c.compartilhamentos.de_clinica
-- tenant: c.prontuarios.clinica_id
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app settings={"app.clinica":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app settings={"app.clinica":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.prontuarios command=SELECT verdict=leaks
-- expect: table=c.prontuarios command=INSERT verdict=isolated
-- expect: table=c.prontuarios command=UPDATE verdict=isolated
-- expect: table=c.prontuarios command=DELETE verdict=isolated
-- expect: table=c.compartilhamentos command=SELECT verdict=isolated
-- expect: table=c.compartilhamentos command=INSERT verdict=leaks
-- expect: table=c.compartilhamentos command=DELETE verdict=leaks
-- expect: table=c.receitas command=SELECT verdict=isolated
-- expect: table=c.receitas command=INSERT verdict=isolated
-- expect: table=c.receitas command=UPDATE verdict=isolated

do $$ begin create role saude nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role app nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization saude; grant usage on schema c to app;
set role saude;
create function c.clinica() returns uuid language sql stable as $$ select current_setting('app.clinica')::uuid $$;
create table c.prontuarios (id int primary key, clinica_id uuid not null, texto text);
create table c.compartilhamentos (prontuario_id int not null references c.prontuarios on delete cascade, de_clinica uuid not null, para_clinica uuid not null, validade date not null default '2999-01-01', primary key (prontuario_id, para_clinica));
create table c.receitas (id int primary key, clinica_id uuid not null, prontuario_id int not null, texto text);
alter table c.prontuarios enable row level security; alter table c.compartilhamentos enable row level security; alter table c.receitas enable row level security;
create policy dono on c.prontuarios using (clinica_id = c.clinica());
create policy convidada on c.prontuarios for select using (exists (select from c.compartilhamentos s where s.prontuario_id = prontuarios.id and s.para_clinica = c.clinica() and s.validade > current_date));
create policy le on c.compartilhamentos for select using (de_clinica = c.clinica());
create policy le2 on c.compartilhamentos for select using (de_clinica = c.clinica() and para_clinica is not null);
create policy cria on c.compartilhamentos for insert with check (c.clinica() in (de_clinica, para_clinica) and de_clinica <> para_clinica);
create policy apaga on c.compartilhamentos for delete using (de_clinica = c.clinica());
create policy r on c.receitas using (clinica_id = c.clinica()) with check (clinica_id = c.clinica() and exists (select from c.prontuarios p where p.id = prontuario_id and p.clinica_id = c.clinica()));
grant select, insert, update, delete on c.prontuarios to app;
grant select, insert, delete on c.compartilhamentos to app;
grant select, insert, update on c.receitas to app;
reset role;
create function c.sees(p int) returns boolean language sql stable security definer as $$ select exists (select from c.compartilhamentos s where s.prontuario_id = p and s.para_clinica = c.clinica() and s.validade > current_date) $$;
drop policy convidada on c.prontuarios;
create policy convidada on c.prontuarios for select using (c.sees(id));
-- @seed
insert into c.prontuarios values (1,'a0000000-0000-4000-8000-00000000000a','a'),(2,'b0000000-0000-4000-8000-00000000000b','b');
insert into c.receitas values (1,'a0000000-0000-4000-8000-00000000000a',1,'a'),(2,'b0000000-0000-4000-8000-00000000000b',2,'b');
insert into c.compartilhamentos values (1,'a0000000-0000-4000-8000-00000000000a','c0000000-0000-4000-8000-00000000000c');

-- check: c.compartilhamentos DELETE as=A :: insert into c.compartilhamentos(prontuario_id, de_clinica, para_clinica) values (1,'b0000000-0000-4000-8000-00000000000b','a0000000-0000-4000-8000-00000000000a') ;; delete from c.prontuarios where id = 1 ;; owner> select count(*) = 0 from c.compartilhamentos where de_clinica = 'b0000000-0000-4000-8000-00000000000b'
-- check: c.prontuarios INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.prontuarios values (9,'b0000000-0000-4000-8000-00000000000b','x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.compartilhamentos INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.compartilhamentos(prontuario_id, de_clinica, para_clinica) values (2,'b0000000-0000-4000-8000-00000000000b','a0000000-0000-4000-8000-00000000000a') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.prontuarios SELECT as=A :: insert into c.compartilhamentos(prontuario_id, de_clinica, para_clinica) values (2,'b0000000-0000-4000-8000-00000000000b','a0000000-0000-4000-8000-00000000000a') ;; select count(*)>0 from c.prontuarios where id=2
-- check: c.receitas INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; insert into c.receitas values (9,'b0000000-0000-4000-8000-00000000000b',2,'x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.prontuarios SELECT as=A :: select count(*) > 0 from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.prontuarios SELECT as=B :: select count(*) > 0 from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.prontuarios UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; update c.prontuarios set clinica_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.prontuarios UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; update c.prontuarios set clinica_id = 'a0000000-0000-4000-8000-00000000000a' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.prontuarios DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; delete from c.prontuarios ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.prontuarios DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; delete from c.prontuarios ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.prontuarios rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.compartilhamentos SELECT as=A :: select count(*) > 0 from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.compartilhamentos SELECT as=B :: select count(*) > 0 from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.compartilhamentos DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; delete from c.compartilhamentos ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.compartilhamentos DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; delete from c.compartilhamentos ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.compartilhamentos rw where coalesce(rw.de_clinica::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
-- check: c.receitas SELECT as=A :: select count(*) > 0 from c.receitas rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)
-- check: c.receitas SELECT as=B :: select count(*) > 0 from c.receitas rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)
-- check: c.receitas UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') as h ;; update c.receitas set clinica_id = 'b0000000-0000-4000-8000-00000000000b' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('a0000000-0000-4000-8000-00000000000a'), true)), '') from z
-- check: c.receitas UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') as h ;; update c.receitas set clinica_id = 'a0000000-0000-4000-8000-00000000000a' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.receitas rw where coalesce(rw.clinica_id::text not in ('b0000000-0000-4000-8000-00000000000b'), true)), '') from z
