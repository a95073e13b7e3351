-- case: 681-tenants-taken-for-one-another
-- threat: dml
-- null-tenant: foreign
-- tenant: c.folded.shop
-- tenant: c.folded_lower.shop
-- tenant: c.padded.shop
-- tenant: c.trimmed.shop
-- tenant: c.short.shop
-- tenant: c.part.shop
-- tenant: c.cleaned.shop
-- tenant: c.listed.shop
-- tenant: c.hashed.shop
-- tenant: c.orders.shop
-- tenant: c.spoken.shop
-- tenant: c.exact.shop
-- tenant: c.orders_of(text).shop
-- tenant-via: c.lines.order_id=c.orders.id
-- principal: name=A tenant=acme role=desk settings={"app.shop":"acme"}
-- principal: name=B tenant=bloom role=desk settings={"app.shop":"bloom"}
-- expect: table=c.folded command=SELECT verdict=leaks
-- expect: table=c.folded command=UPDATE verdict=leaks
-- expect: table=c.folded command=INSERT verdict=leaks
-- why: upper and lower case are one
-- expect: table=c.folded_lower command=SELECT verdict=isolated
-- why: a check leaves no upper case
-- expect: table=c.padded command=SELECT verdict=leaks
-- why: blanks at the end of char(n) do not count
-- expect: table=c.trimmed command=SELECT verdict=leaks
-- expect: table=c.short command=SELECT verdict=leaks
-- why: only the first letters are compared
-- expect: table=c.part command=SELECT verdict=leaks
-- why: only the first part is compared
-- expect: table=c.cleaned command=SELECT verdict=leaks
-- expect: table=c.listed command=SELECT verdict=leaks
-- why: the tenant of a row may look like a list
-- expect: table=c.hashed command=SELECT verdict=leaks
-- expect: table=c.orders command=SELECT verdict=leaks
-- expect: table=c.lines command=SELECT verdict=leaks
-- expect: table=c.spoken command=SELECT verdict=leaks
-- why: accents do not count for the collation
-- expect: table=c.exact command=SELECT verdict=isolated
-- expect: table=c.orders_of(text) command=SELECT verdict=leaks

do $$ begin create role desk nologin; exception when duplicate_object or unique_violation then null; end $$;
create schema c;
grant usage on schema c to desk;
create collation c.plain (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
create function c.shop() returns text language sql stable as $$ select current_setting('app.shop') $$;

create table c.folded (id int primary key, shop text not null, note text);
create policy p on c.folded using (lower(shop) = lower(c.shop()));
grant select, insert, update on c.folded to desk;
create table c.folded_lower (id int primary key, shop text not null check (shop = lower(shop)), note text);
create policy p on c.folded_lower using (lower(shop) = c.shop());
grant select on c.folded_lower to desk;
create table c.padded (id int primary key, shop text not null, note text);
create policy p on c.padded using (shop::char(20) = c.shop()::char(20));
grant select on c.padded to desk;
create table c.trimmed (id int primary key, shop text not null, note text);
create policy p on c.trimmed using (trim(shop) = c.shop());
grant select on c.trimmed to desk;
create table c.short (id int primary key, shop text not null, note text);
create policy p on c.short using (left(shop, 4) = left(c.shop(), 4));
grant select on c.short to desk;
create table c.part (id int primary key, shop text not null, note text);
create policy p on c.part using (split_part(shop, ':', 1) = c.shop());
grant select on c.part to desk;
create table c.cleaned (id int primary key, shop text not null, note text);
create policy p on c.cleaned using (regexp_replace(lower(shop), '[^a-z0-9]', '', 'g') = c.shop());
grant select on c.cleaned to desk;
create table c.listed (id int primary key, shop text not null, note text);
create policy p on c.listed using (c.shop() = any (string_to_array(shop, ',')));
grant select on c.listed to desk;
create table c.hashed (id int primary key, shop text not null, key text generated always as (md5(lower(shop))) stored);
create policy p on c.hashed using (key = md5(lower(c.shop())));
grant select on c.hashed to desk;
create table c.orders (id int primary key, shop text not null, gone_at timestamptz, unique (shop, id));
create policy p on c.orders using (lower(shop) = c.shop() and gone_at is null);
grant select on c.orders to desk;
create table c.lines (id int primary key, order_id int not null references c.orders, item text);
create policy p on c.lines using (exists (select from c.orders o where o.id = order_id));
grant select on c.lines to desk;
create table c.spoken (id int primary key, shop text not null, note text);
create policy p on c.spoken using (shop = c.shop() collate c.plain);
grant select on c.spoken to desk;
create table c.exact (id int primary key, shop text not null, note text);
create policy p on c.exact using (shop = c.shop());
grant select on c.exact to desk;
do $$ declare t text; begin
  foreach t in array array['folded','folded_lower','padded','trimmed','short','part','cleaned','listed','hashed','orders','lines','spoken','exact'] loop
    execute format('alter table c.%I enable row level security', t);
  end loop;
end $$;
create function c.orders_of(which text) returns setof c.orders language sql stable security definer
  as $$ select * from c.orders where lower(shop) = lower(which) and lower(which) = c.shop() $$;
grant execute on function c.orders_of(text), c.shop() to desk;

-- @seed
insert into c.folded values (1, 'acme', 'x'), (2, 'Acme', 'y'), (3, 'bloom', 'z');
insert into c.folded_lower values (1, 'acme', 'x'), (3, 'bloom', 'z');
insert into c.padded values (1, 'acme', 'x'), (2, 'acme ', 'y');
insert into c.trimmed values (1, 'acme', 'x'), (2, ' acme', 'y');
insert into c.short values (1, 'acme', 'x'), (2, 'acme-sul', 'y');
insert into c.part values (1, 'acme', 'x'), (2, 'acme:sul', 'y');
insert into c.cleaned values (1, 'acme', 'x'), (2, 'ac-me', 'y');
insert into c.listed values (1, 'acme', 'x'), (2, 'acme,bloom', 'y');
insert into c.hashed values (1, 'acme'), (2, 'ACME');
insert into c.orders values (1, 'acme', null), (2, 'ACME', null), (3, 'bloom', null);
insert into c.lines values (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z');
insert into c.spoken values (1, 'acme', 'x'), (2, 'acmé', 'y');
insert into c.exact values (1, 'acme', 'x'), (2, 'Acme', 'y'), (3, 'bloom', 'z');

-- check: c.folded SELECT as=A :: select count(*) > 0 from c.folded where shop = 'Acme'
-- check: c.folded UPDATE as=A :: update c.folded set note = 'q' where shop = 'Acme' ;; owner> select note = 'q' from c.folded where id = 2
-- check: c.folded INSERT as=A :: insert into c.folded values (9, 'ACME', 'q') ;; owner> select count(*) > 0 from c.folded where id = 9
-- check: c.folded_lower SELECT as=A :: select count(*) > 0 from c.folded_lower where shop <> 'acme'
-- check: c.padded SELECT as=A :: select count(*) > 0 from c.padded where shop = 'acme '
-- check: c.trimmed SELECT as=A :: select count(*) > 0 from c.trimmed where shop = ' acme'
-- check: c.short SELECT as=A :: select count(*) > 0 from c.short where id = 2
-- check: c.part SELECT as=A :: select count(*) > 0 from c.part where id = 2
-- check: c.cleaned SELECT as=A :: select count(*) > 0 from c.cleaned where id = 2
-- check: c.listed SELECT as=A :: select count(*) > 0 from c.listed where id = 2
-- check: c.hashed SELECT as=A :: select count(*) > 0 from c.hashed where id = 2
-- check: c.orders SELECT as=A :: select count(*) > 0 from c.orders where id = 2
-- check: c.lines SELECT as=A :: select count(*) > 0 from c.lines where id = 2
-- check: c.spoken SELECT as=A :: select count(*) > 0 from c.spoken where id = 2
-- check: c.exact SELECT as=A :: select count(*) > 0 from c.exact where shop <> 'acme'
-- check: c.orders_of(text) SELECT as=A :: select count(*) > 0 from c.orders_of('Acme') where shop = 'ACME'
