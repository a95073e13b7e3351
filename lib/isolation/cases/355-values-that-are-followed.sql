-- case: 355-values-that-are-followed
-- threat: dml
-- null-tenant: foreign
-- tenant: c.whole_row.clinic
-- tenant: c.whole_row_open.clinic
-- tenant: c.greatest.clinic
-- tenant: c.least.clinic
-- tenant: c.by_key.clinic
-- tenant: c.by_path.clinic
-- tenant: c.by_no_key.clinic
-- tenant: c.given.clinic
-- tenant: c.formatted.clinic
-- tenant: c.formatted_wrong.clinic
-- tenant: c.not_found.clinic
-- tenant: c.listed.clinic
-- tenant: c.listed_wrong.clinic
-- principal: name=A tenant=1 role=desk settings={"app.clinic":"1","app.clinics":"1","app.orgs":"{\"1\":\"admin\"}","app.deep":"{\"orgs\":{\"1\":{\"role\":\"admin\"}}}"}
-- principal: name=B tenant=2 role=desk settings={"app.clinic":"2","app.clinics":"2","app.orgs":"{\"2\":\"admin\"}","app.deep":"{\"orgs\":{\"2\":{\"role\":\"admin\"}}}"}
-- expect: table=c.whole_row command=SELECT verdict=isolated
-- expect: table=c.whole_row_open command=SELECT verdict=leaks
-- expect: table=c.greatest command=SELECT verdict=isolated
-- expect: table=c.least command=SELECT verdict=leaks
-- expect: table=c.by_key command=SELECT verdict=isolated
-- expect: table=c.by_path command=SELECT verdict=isolated
-- expect: table=c.by_no_key command=SELECT verdict=leaks
-- expect: table=c.given command=SELECT verdict=isolated
-- expect: table=c.formatted command=SELECT verdict=isolated
-- expect: table=c.formatted_wrong command=SELECT verdict=leaks
-- expect: table=c.not_found command=SELECT verdict=leaks
-- expect: table=c.listed command=SELECT verdict=isolated
-- expect: table=c.listed_wrong command=SELECT verdict=leaks
-- why: values-that-are-followed

do $$ begin create role keeper nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization keeper;
grant usage on schema c to desk;
set role keeper;
create table c.whole_row (id int primary key, clinic int not null);
create function c.may_see(r c.whole_row) returns boolean language sql stable as $$ select r.clinic = current_setting('app.clinic')::int $$;
alter table c.whole_row enable row level security;
create policy own on c.whole_row using (c.may_see(whole_row));
grant select on c.whole_row to desk;
create table c.whole_row_open (id int primary key, clinic int not null);
create function c.may_see(r c.whole_row_open) returns boolean language sql stable as $$ select r.clinic = current_setting('app.clinic')::int or r.id = 2 $$;
alter table c.whole_row_open enable row level security;
create policy own on c.whole_row_open using (c.may_see(whole_row_open));
grant select on c.whole_row_open to desk;
create table c.greatest (id int primary key, clinic int not null);
alter table c.greatest enable row level security;
create policy own on c.greatest using (clinic = greatest(current_setting('app.clinic')::int, 0));
grant select on c.greatest to desk;
create table c.least (id int primary key, clinic int not null);
alter table c.least enable row level security;
create policy own on c.least using (clinic = greatest(least(current_setting('app.clinic')::int, clinic), clinic));
grant select on c.least to desk;
create table c.by_key (id int primary key, clinic int not null);
alter table c.by_key enable row level security;
create policy own on c.by_key using ((current_setting('app.orgs')::jsonb ->> clinic::text) is not null);
grant select on c.by_key to desk;
create table c.by_path (id int primary key, clinic int not null);
alter table c.by_path enable row level security;
create policy own on c.by_path using ((current_setting('app.deep')::jsonb #>> array['orgs', clinic::text, 'role']) = 'admin');
grant select on c.by_path to desk;
create table c.by_no_key (id int primary key, clinic int not null);
alter table c.by_no_key enable row level security;
create policy own on c.by_no_key using ((current_setting('app.orgs')::jsonb ->> clinic::text) is distinct from 'admin');
grant select on c.by_no_key to desk;
create function c.f_given(k int) returns boolean language plpgsql stable as $$ declare r boolean; begin execute 'select $1 = current_setting(''app.clinic'')::int' into r using k; return r; end $$;
create table c.given (id int primary key, clinic int not null);
alter table c.given enable row level security;
create policy own on c.given using (c.f_given(clinic));
grant select on c.given to desk;
create function c.f_formatted(k int) returns boolean language plpgsql stable as $$ declare r boolean; begin execute format('select %L::int = current_setting(%L)::int', k, 'app.clinic') into r; return r; end $$;
create table c.formatted (id int primary key, clinic int not null);
alter table c.formatted enable row level security;
create policy own on c.formatted using (c.f_formatted(clinic));
grant select on c.formatted to desk;
create function c.f_formatted_wrong(k int) returns boolean language plpgsql stable as $$ declare r boolean; begin execute format('select %L::int = %L::int', k, k) into r; return r; end $$;
create table c.formatted_wrong (id int primary key, clinic int not null);
alter table c.formatted_wrong enable row level security;
create policy own on c.formatted_wrong using (c.f_formatted_wrong(clinic));
grant select on c.formatted_wrong to desk;
create function c.f_not_found(k int) returns boolean language plpgsql stable as $$ declare r int; begin execute 'select 1 where false' into r; return not found; end $$;
create table c.not_found (id int primary key, clinic int not null);
alter table c.not_found enable row level security;
create policy own on c.not_found using (c.f_not_found(clinic));
grant select on c.not_found to desk;
create function c.f_listed(k int) returns boolean language plpgsql stable as $$ declare p text; begin foreach p in array string_to_array(current_setting('app.clinics'), ',') loop if p::int = k then return true; end if; end loop; return false; end $$;
create table c.listed (id int primary key, clinic int not null);
alter table c.listed enable row level security;
create policy own on c.listed using (c.f_listed(clinic));
grant select on c.listed to desk;
create function c.f_listed_wrong(k int) returns boolean language plpgsql stable as $$ declare p text; begin foreach p in array string_to_array(current_setting('app.clinics'), ',') loop if p::int <> k then return true; end if; end loop; return false; end $$;
create table c.listed_wrong (id int primary key, clinic int not null);
alter table c.listed_wrong enable row level security;
create policy own on c.listed_wrong using (c.f_listed_wrong(clinic));
grant select on c.listed_wrong to desk;
reset role;

-- @seed
insert into c.whole_row values (1, 1), (2, 2);
insert into c.whole_row_open values (1, 1), (2, 2);
insert into c.greatest values (1, 1), (2, 2);
insert into c.least values (1, 1), (2, 2);
insert into c.by_key values (1, 1), (2, 2);
insert into c.by_path values (1, 1), (2, 2);
insert into c.by_no_key values (1, 1), (2, 2);
insert into c.given values (1, 1), (2, 2);
insert into c.formatted values (1, 1), (2, 2);
insert into c.formatted_wrong values (1, 1), (2, 2);
insert into c.not_found values (1, 1), (2, 2);
insert into c.listed values (1, 1), (2, 2);
insert into c.listed_wrong values (1, 1), (2, 2);

-- check: c.whole_row SELECT as=A :: select count(*) > 0 from c.whole_row where clinic = 2
-- check: c.whole_row_open SELECT as=A :: select count(*) > 0 from c.whole_row_open where clinic = 2
-- check: c.greatest SELECT as=A :: select count(*) > 0 from c.greatest where clinic = 2
-- check: c.least SELECT as=A :: select count(*) > 0 from c.least where clinic = 2
-- check: c.by_key SELECT as=A :: select count(*) > 0 from c.by_key where clinic = 2
-- check: c.by_path SELECT as=A :: select count(*) > 0 from c.by_path where clinic = 2
-- check: c.by_no_key SELECT as=A :: select count(*) > 0 from c.by_no_key where clinic = 2
-- check: c.given SELECT as=A :: select count(*) > 0 from c.given where clinic = 2
-- check: c.formatted SELECT as=A :: select count(*) > 0 from c.formatted where clinic = 2
-- check: c.formatted_wrong SELECT as=A :: select count(*) > 0 from c.formatted_wrong where clinic = 2
-- check: c.not_found SELECT as=A :: select count(*) > 0 from c.not_found where clinic = 2
-- check: c.listed SELECT as=A :: select count(*) > 0 from c.listed where clinic = 2
-- check: c.listed_wrong SELECT as=A :: select count(*) > 0 from c.listed_wrong where clinic = 2
