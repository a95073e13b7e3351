-- case: 392-captures-column-by-column
-- threat: dml
-- null-tenant: foreign
-- tenant: c.visits.clinic
-- tenant: c.log.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2"}
-- expect: table=c.visits command=SELECT verdict=isolated
-- expect: table=c.visits command=UPDATE verdict=isolated
-- expect: table=c.log command=SELECT verdict=isolated
-- expect: table=c.log command=INSERT verdict=isolated
-- why: what two dozen branches put into the log decides nothing, its clinic is that of the row

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.visits (id int primary key, clinic int not null, f1 text, f2 text, f3 text, f4 text, f5 text, f6 text, f7 text, f8 text, f9 text, f10 text, f11 text, f12 text, f13 text, f14 text, f15 text, f16 text, f17 text, f18 text, f19 text, f20 text, f21 text, f22 text, f23 text, f24 text);
create table c.log (id int generated always as identity, clinic int not null, changed text[] not null, became jsonb);
alter table c.visits enable row level security;
alter table c.log enable row level security;
create policy own on c.visits using (clinic = current_setting('app.clinic', true)::int);
create policy own on c.log for select using (clinic = current_setting('app.clinic', true)::int);
create function c.capture() returns trigger language plpgsql security definer set search_path = c, pg_temp as $$
declare
  changed text[];
  became jsonb;
begin
  if old.f1 is distinct from new.f1 then
    changed := changed || 'f1'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f1', new.f1);
  end if;
  if old.f2 is distinct from new.f2 then
    changed := changed || 'f2'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f2', new.f2);
  end if;
  if old.f3 is distinct from new.f3 then
    changed := changed || 'f3'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f3', new.f3);
  end if;
  if old.f4 is distinct from new.f4 then
    changed := changed || 'f4'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f4', new.f4);
  end if;
  if old.f5 is distinct from new.f5 then
    changed := changed || 'f5'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f5', new.f5);
  end if;
  if old.f6 is distinct from new.f6 then
    changed := changed || 'f6'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f6', new.f6);
  end if;
  if old.f7 is distinct from new.f7 then
    changed := changed || 'f7'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f7', new.f7);
  end if;
  if old.f8 is distinct from new.f8 then
    changed := changed || 'f8'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f8', new.f8);
  end if;
  if old.f9 is distinct from new.f9 then
    changed := changed || 'f9'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f9', new.f9);
  end if;
  if old.f10 is distinct from new.f10 then
    changed := changed || 'f10'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f10', new.f10);
  end if;
  if old.f11 is distinct from new.f11 then
    changed := changed || 'f11'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f11', new.f11);
  end if;
  if old.f12 is distinct from new.f12 then
    changed := changed || 'f12'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f12', new.f12);
  end if;
  if old.f13 is distinct from new.f13 then
    changed := changed || 'f13'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f13', new.f13);
  end if;
  if old.f14 is distinct from new.f14 then
    changed := changed || 'f14'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f14', new.f14);
  end if;
  if old.f15 is distinct from new.f15 then
    changed := changed || 'f15'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f15', new.f15);
  end if;
  if old.f16 is distinct from new.f16 then
    changed := changed || 'f16'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f16', new.f16);
  end if;
  if old.f17 is distinct from new.f17 then
    changed := changed || 'f17'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f17', new.f17);
  end if;
  if old.f18 is distinct from new.f18 then
    changed := changed || 'f18'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f18', new.f18);
  end if;
  if old.f19 is distinct from new.f19 then
    changed := changed || 'f19'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f19', new.f19);
  end if;
  if old.f20 is distinct from new.f20 then
    changed := changed || 'f20'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f20', new.f20);
  end if;
  if old.f21 is distinct from new.f21 then
    changed := changed || 'f21'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f21', new.f21);
  end if;
  if old.f22 is distinct from new.f22 then
    changed := changed || 'f22'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f22', new.f22);
  end if;
  if old.f23 is distinct from new.f23 then
    changed := changed || 'f23'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f23', new.f23);
  end if;
  if old.f24 is distinct from new.f24 then
    changed := changed || 'f24'::text;
    became := coalesce(became, '{}') || jsonb_build_object('f24', new.f24);
  end if;
  if changed is not null then
    insert into c.log (clinic, changed, became) values (new.clinic, changed, became);
  end if;
  return null;
end $$;
create trigger capture after update on c.visits for each row execute function c.capture();
grant select, update on c.visits to desk;
grant select on c.log to desk;
reset role;

-- @seed
insert into c.visits (id, clinic) values (1, 1), (2, 1), (3, 2), (4, 2);

-- check: c.visits SELECT as=A :: select count(*) > 0 from c.visits where clinic = 2
-- check: c.visits UPDATE as=A :: update c.visits set f1 = 'x' ;; owner> select count(*) > 0 from c.visits where clinic = 2 and f1 = 'x'
-- check: c.log SELECT as=A :: update c.visits set f1 = 'y' ;; select count(*) > 0 from c.log where clinic = 2
-- check: c.log INSERT as=A :: update c.visits set f2 = 'z' ;; owner> select count(*) > 0 from c.log where clinic = 2
