-- case: 489-escola-matriculas-por-turma
-- threat: dml
-- null-tenant: foreign
-- tenant: c.nota.escola_id
-- tenant-via: c.matricula.turma_id=c.turma.id
-- tenant: c.turma.escola_id
-- principal: name=A tenant=101 role=professor settings={"app.escola":"101","app.professor":"1"}
-- principal: name=B tenant=102 role=professor settings={"app.escola":"102","app.professor":"2"}
-- expect: table=c.turma command=SELECT verdict=isolated
-- expect: table=c.turma command=UPDATE verdict=isolated
-- expect: table=c.matricula command=SELECT verdict=isolated
-- expect: table=c.matricula command=INSERT verdict=isolated
-- expect: table=c.matricula command=UPDATE verdict=leaks
-- expect: table=c.matricula command=DELETE verdict=isolated
-- expect: table=c.nota command=SELECT verdict=isolated
-- expect: table=c.nota command=INSERT verdict=isolated
-- expect: table=c.nota command=UPDATE verdict=isolated

do $$ begin create role dono nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role professor nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization dono; grant usage on schema c to professor;
set role dono;
create table c.turma (id int primary key, escola_id int not null, professor_id int not null, nome text, unique (id, escola_id));
create table c.matricula (id int primary key, turma_id int not null references c.turma on delete cascade, aluno text not null);
create table c.nota (id int primary key, escola_id int not null, matricula_id int not null references c.matricula on delete cascade, valor numeric(4,2) check (valor between 0 and 10));
create function c.minha_turma(t int) returns boolean language sql stable security definer set search_path = c, pg_temp as $$
  select exists (select 1 from turma where id = t and escola_id = current_setting('app.escola')::int and professor_id = current_setting('app.professor')::int)
$$;
create function c.minha_matricula(m int) returns boolean language sql stable security definer set search_path = c, pg_temp as $$
  select c.minha_turma(turma_id) from matricula where id = m
$$;
alter table c.turma enable row level security; alter table c.matricula enable row level security; alter table c.nota enable row level security;
create policy turma_escola on c.turma using (escola_id = current_setting('app.escola')::int);
create policy m_le on c.matricula for select using (c.minha_turma(turma_id));
create policy m_cria on c.matricula for insert with check (c.minha_turma(turma_id) and aluno <> '');
create policy m_muda on c.matricula for update using (c.minha_turma(turma_id)) with check (aluno <> '');
create policy m_apaga on c.matricula for delete using (c.minha_turma(turma_id));
create policy n on c.nota using (escola_id = current_setting('app.escola')::int and c.minha_matricula(matricula_id));
revoke all on all functions in schema c from public; grant execute on all functions in schema c to professor;
grant select, update on c.turma to professor; grant select, insert, update, delete on c.matricula to professor; grant select, insert, update on c.nota to professor;
reset role;
-- @seed
insert into c.turma values (1,101,1,'a'),(2,102,2,'b'); insert into c.matricula values (1,1,'x'),(2,2,'y'); insert into c.nota values (1,101,1,7),(2,102,2,8);

-- check: c.matricula SELECT as=A :: select count(*)>0 from c.matricula where turma_id=2
-- check: c.matricula INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') as h ;; insert into c.matricula values (9,2,'x') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') from z
-- check: c.matricula UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') as h ;; update c.matricula set turma_id = 2 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') from z
-- check: c.nota INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') as h ;; insert into c.nota values (9,102,2,5) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') from z
-- check: c.nota INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') as h ;; insert into c.nota values (9,102,1,5) ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') from z
-- check: c.nota UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') as h ;; update c.nota set valor = 1 ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)), '') from z
-- check: c.turma SELECT as=A :: select count(*) > 0 from c.turma rw where coalesce(rw.escola_id::text not in ('101'), true)
-- check: c.turma SELECT as=B :: select count(*) > 0 from c.turma rw where coalesce(rw.escola_id::text not in ('102'), true)
-- check: c.turma UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.turma rw where coalesce(rw.escola_id::text not in ('101'), true)), '') as h ;; update c.turma set escola_id = '102' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.turma rw where coalesce(rw.escola_id::text not in ('101'), true)), '') from z
-- check: c.turma UPDATE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.turma rw where coalesce(rw.escola_id::text not in ('102'), true)), '') as h ;; update c.turma set escola_id = '101' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.turma rw where coalesce(rw.escola_id::text not in ('102'), true)), '') from z
-- check: c.matricula DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') as h ;; delete from c.matricula ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('101'), true)), '') from z
-- check: c.matricula DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('102'), true)), '') as h ;; delete from c.matricula ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.matricula rw where coalesce((select q.escola_id from c.turma q where q.id = rw.turma_id)::text not in ('102'), true)), '') from z
-- check: c.nota SELECT as=A :: select count(*) > 0 from c.nota rw where coalesce(rw.escola_id::text not in ('101'), true)
-- check: c.nota SELECT as=B :: select count(*) > 0 from c.nota rw where coalesce(rw.escola_id::text not in ('102'), true)
