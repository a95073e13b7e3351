-- case: 486-syndic-copropriete-delegations
-- threat: dml
-- null-tenant: foreign
-- tenant: c.affichage.immeuble
-- tenant: c.charge.immeuble
-- tenant: c.mandat.immeuble
-- principal: name=A tenant=paris,lyon role=gestionnaire settings={"syndic.compte":"alice"}
-- principal: name=B tenant=nice role=gestionnaire settings={"syndic.compte":"bruno"}
-- membership: c.mandat user=compte tenant=immeuble when="fin is null or fin > current_date" session="current_setting('syndic.compte')"
-- expect: table=c.mandat command=SELECT verdict=leaks
-- expect: table=c.mandat command=INSERT verdict=leaks
-- expect: table=c.mandat command=DELETE verdict=leaks
-- expect: table=c.charge command=SELECT verdict=leaks
-- expect: table=c.charge command=INSERT verdict=leaks
-- expect: table=c.charge command=UPDATE verdict=leaks
-- expect: table=c.charge command=DELETE verdict=leaks
-- expect: table=c.affichage command=SELECT verdict=leaks
-- expect: table=c.affichage command=UPDATE verdict=isolated

do $$ begin create role syndic_root nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role gestionnaire nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c authorization syndic_root; grant usage on schema c to gestionnaire;
set role syndic_root;
create table c.mandat (compte text not null, immeuble text not null, donne_par text not null, fin date, primary key (compte, immeuble));
create table c.charge (id int primary key, immeuble text not null, euros numeric not null);
create table c.affichage (id int primary key, immeuble text not null, txt text, public boolean not null default false);
create function c.gere(i text) returns boolean language sql stable as $$ select exists (select from c.mandat m where m.immeuble = i and m.compte = current_setting('syndic.compte') and (m.fin is null or m.fin > current_date)) $$;
alter table c.mandat enable row level security; alter table c.charge enable row level security; alter table c.affichage enable row level security;
create policy l on c.mandat for select using (compte = current_setting('syndic.compte') and (fin is null or fin > current_date));
create policy delegue on c.mandat for insert with check (donne_par = current_setting('syndic.compte'));
create policy revoque on c.mandat for delete using (compte = current_setting('syndic.compte') and fin is null);
create policy p on c.charge using (c.gere(immeuble));
create policy p on c.affichage for select using (public or c.gere(immeuble));
create policy u on c.affichage for update using (immeuble in (select 'paris' where current_setting('syndic.compte') = 'alice' union select 'lyon' where current_setting('syndic.compte') = 'alice' union all select 'nice' where current_setting('syndic.compte') = 'bruno')) ;
grant select, insert, delete on c.mandat to gestionnaire; grant select, insert, update, delete on c.charge to gestionnaire; grant select, update on c.affichage to gestionnaire;
reset role;
-- @seed
insert into c.mandat values ('alice','paris','root'),('alice','lyon','root'),('bruno','nice','root');
insert into c.charge values (1,'paris',1),(2,'nice',2); insert into c.affichage values (1,'paris','a',false),(2,'nice','b',true);

-- check: c.mandat DELETE as=A :: insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice') ;; delete from c.mandat where immeuble='nice' ;; owner> select count(*)=0 from c.mandat where immeuble='nice' and compte='alice'
-- check: c.mandat SELECT as=A :: insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice') ;; select count(*)>0 from c.mandat where immeuble='nice'
-- check: c.mandat INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice') ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.charge SELECT as=A :: insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice') ;; select count(*)>0 from c.charge where immeuble='nice'
-- check: c.charge INSERT as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; do $x$ begin insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice'); insert into c.charge values (9,'nice',1); end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.charge UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; do $x$ begin insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice'); update c.charge set euros=3; end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.charge DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; do $x$ begin insert into c.mandat(compte, immeuble, donne_par) values ('alice','nice','alice'); delete from c.charge; end $x$ ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.affichage UPDATE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.affichage rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; update c.affichage set txt='q' ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.affichage rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.mandat SELECT as=A :: select count(*) > 0 from c.mandat rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)
-- check: c.mandat SELECT as=B :: select count(*) > 0 from c.mandat rw where coalesce(rw.immeuble::text not in ('nice'), true)
-- check: c.mandat DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; delete from c.mandat ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.mandat DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('nice'), true)), '') as h ;; delete from c.mandat ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.mandat rw where coalesce(rw.immeuble::text not in ('nice'), true)), '') from z
-- check: c.charge SELECT as=A :: select count(*) > 0 from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)
-- check: c.charge SELECT as=B :: select count(*) > 0 from c.charge rw where coalesce(rw.immeuble::text not in ('nice'), true)
-- check: c.charge DELETE as=A :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') as h ;; delete from c.charge ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)), '') from z
-- check: c.charge DELETE as=B :: owner> create temp table z as select coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('nice'), true)), '') as h ;; delete from c.charge ;; owner> select h is distinct from coalesce((select string_agg(to_jsonb(rw)::text, ',' order by to_jsonb(rw)::text) from c.charge rw where coalesce(rw.immeuble::text not in ('nice'), true)), '') from z
-- check: c.affichage SELECT as=A :: select count(*) > 0 from c.affichage rw where coalesce(rw.immeuble::text not in ('paris', 'lyon'), true)
-- check: c.affichage SELECT as=B :: select count(*) > 0 from c.affichage rw where coalesce(rw.immeuble::text not in ('nice'), true)
