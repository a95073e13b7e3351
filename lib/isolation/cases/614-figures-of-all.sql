-- case: 614-figures-of-all
-- threat: dml
-- tenant: c.tickets.clinic_id
-- tenant: c.mine_and_average.clinic_id
-- tenant: c.longest.clinic_id
-- tenant: c.share.clinic_id
-- tenant: c.by_day.clinic_id
-- null-tenant: foreign
-- principal: name=A tenant=a0000000-0000-4000-8000-00000000000a role=app_user settings={"app.clinic_id":"a0000000-0000-4000-8000-00000000000a"}
-- principal: name=B tenant=b0000000-0000-4000-8000-00000000000b role=app_user settings={"app.clinic_id":"b0000000-0000-4000-8000-00000000000b"}
-- expect: table=c.mine_and_average command=SELECT verdict=leaks
-- expect: table=c.longest command=SELECT verdict=leaks
-- expect: table=c.share command=SELECT verdict=isolated
-- expect: table=c.by_day command=SELECT verdict=isolated
-- why: an average over all rows and the longest of all tell of other clinics

do $$
declare r text;
begin
  foreach r in array array['rls_owner', 'app_user'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
  end loop;
end $$;
create schema c authorization rls_owner;
grant usage on schema c to app_user;
set role rls_owner;
create table c.tickets (id int primary key, clinic_id uuid not null, opened date not null, subject text not null, closed boolean not null default false);
create view c.mine_and_average as select clinic_id, subject, (select avg(length(t.subject)) from c.tickets t) as usual from c.tickets where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
create view c.longest as select clinic_id, subject from c.tickets where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid and length(subject) >= (select max(length(subject)) from c.tickets);
create view c.share as select clinic_id, count(*) filter (where closed)::numeric / count(*) as closed from c.tickets where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid group by clinic_id;
create view c.by_day as select clinic_id, opened, lag(subject) over (partition by clinic_id order by opened) as before,
  sum(1) over (order by opened rows between 1 preceding and current row) as n from c.tickets where clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid;
grant select on c.mine_and_average, c.longest, c.share, c.by_day to app_user;
reset role;

-- @seed
insert into c.tickets values (1,'a0000000-0000-4000-8000-00000000000a','2026-01-01','short',true),(2,'b0000000-0000-4000-8000-00000000000b','2026-01-02','a rather long one',false),(3,'a0000000-0000-4000-8000-00000000000a','2026-01-03','mid one',false);

-- check: c.mine_and_average SELECT as=A :: select usual > 7 from c.mine_and_average limit 1
-- check: c.longest SELECT as=A :: select not exists (select from c.longest)
-- check: c.share SELECT as=A :: select closed <> 0.5 from c.share
-- check: c.by_day SELECT as=A :: select exists (select from c.by_day where before like 'a rather%' or n > 2)
