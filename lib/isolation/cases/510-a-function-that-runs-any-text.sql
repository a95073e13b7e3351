-- case: 510-a-function-that-runs-any-text
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.notes.clinic
-- tenant: d.papers.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=leaks
-- expect: table=c.visits command=DELETE verdict=leaks
-- expect: table=c.notes command=SELECT verdict=leaks
-- expect: table=c.notes command=UPDATE verdict=leaks
-- expect: table=d.papers command=SELECT verdict=leaks
-- why: what runs any text as the owner of a table grants it and takes its row security away; of another owner's table it sets what the policy asks for

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role archivist nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
create schema d authorization archivist;
grant usage on schema c to desk;
grant usage on schema d to desk;
set role archivist;
create table d.papers (id int primary key, clinic int not null, said text);
alter table d.papers enable row level security;
create policy own on d.papers using (clinic = current_setting('app.clinic', true)::int);
grant select on d.papers to desk;
reset role;
set role keeper;
create table c.visits (id int primary key, clinic int not null, said text);
create table c.notes (id int primary key, clinic int not null, said text);
alter table c.visits enable row level security;
alter table c.notes enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create policy own on c.notes using (clinic = current_setting('app.clinic', true)::int);
grant select, delete on c.visits to desk;
create function c.maintain(job text) returns void language plpgsql security definer set search_path = c, pg_temp as $$
begin
  execute job;
end
$$;
grant execute on function c.maintain(text) to desk;
reset role;
insert into c.visits values (1, 1, 'a'), (2, 2, 'b');
insert into c.notes values (1, 1, 'a'), (2, 2, 'b');
insert into d.papers values (1, 1, 'a'), (2, 2, 'b');

-- check: c.visits SELECT as=A :: select c.maintain('alter table c.visits disable row level security') ;; select exists (select from c.visits where clinic = 2)
-- check: c.visits DELETE as=A :: select c.maintain('alter table c.visits disable row level security') ;; delete from c.visits where clinic = 2 ;; owner> select not exists (select from c.visits where clinic = 2)
-- check: c.notes SELECT as=A :: select c.maintain('grant select on c.notes to desk; alter table c.notes disable row level security') ;; select exists (select from c.notes where clinic = 2)
-- check: c.notes UPDATE as=A :: select c.maintain('grant all on c.notes to desk; alter table c.notes disable row level security') ;; update c.notes set said = 'x' where clinic = 2 ;; owner> select exists (select from c.notes where clinic = 2 and said = 'x')
-- check: d.papers SELECT as=A :: select c.maintain('set app.clinic = ''2''') ;; select exists (select from d.papers where clinic = 2)
