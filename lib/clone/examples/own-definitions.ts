/** What a policy or view may use beside routines and types. */
export const ownDefinitions = `
create schema d;
create function d.same(a int, b int) returns boolean language sql immutable as 'select a = b';
create function d.mine(a int) returns boolean language sql stable as 'select a = current_setting(''d.me'')::int';
create operator d.=== (function = d.same, leftarg = int, rightarg = int, commutator = operator(d.===));
create operator d.@@ (function = d.mine, rightarg = int);
create type d.label as (n int);
create function d.plain(l d.label) returns int language sql immutable as 'select (l).n';
create cast (d.label as int) with function d.plain(d.label) as assignment;
create cast (d.label as text) with inout;
create collation d.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create function d.both_of(a boolean, b boolean) returns boolean language sql immutable as 'select a and b';
create aggregate d.both (boolean) (sfunc = d.both_of, stype = boolean, initcond = 'true');
create table d.rows (id int primary key, word text collate d.loose);
alter table d.rows enable row level security;
create policy own on d.rows using (operator(d.@@) id and id operator(d.===) 1);
create view d.all_of_them as select d.both(operator(d.@@) id) as own, (row(max(id))::d.label)::int as n from d.rows;
`
