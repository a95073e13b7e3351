import { Client } from 'pg'
import type { Cluster } from '@/db/cluster'
import { installLedger } from '@/db/reference/files'

export const variants = ['none', 'generic', 'chain', 'ledger'] as const
export type Variant = (typeof variants)[number]

export const tables = `
  create table accounts (id int primary key, clinic_id uuid not null, patient_id uuid, status text not null, amount numeric not null,
    note text, phone text, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
  create table moves (id bigint generated always as identity primary key, clinic_id uuid not null, account int not null, amount numeric not null, at timestamptz not null default now());
  insert into accounts select n, md5((n % 20)::text)::uuid, md5(n::text)::uuid, 'open', n, 'a note of ordinary length ' || n, '92 9' || n, now(), now()
    from generate_series(1, 100000) n;
  comment on column accounts.id is 'x. [int]'; comment on column accounts.clinic_id is 'x. [int]'; comment on column accounts.status is 'x. [int]';
  comment on column accounts.amount is 'x. [int]'; comment on column accounts.created_at is 'x. [int]'; comment on column accounts.updated_at is 'x. [int]';
  comment on column accounts.patient_id is 'x. [pers]'; comment on column accounts.note is 'x. [sens]'; comment on column accounts.phone is 'x. [pers]';
  comment on column moves.id is 'x. [int]'; comment on column moves.clinic_id is 'x. [int]'; comment on column moves.account is 'x. [int]';
  comment on column moves.amount is 'x. [int]'; comment on column moves.at is 'x. [int]';
  -- As tables of clinics are: a key of uuid, foreign key, indexes for its lists, a trigger that keeps version and moment.
  create table clinics (id uuid primary key);
  insert into clinics select md5(n::text)::uuid from generate_series(0, 19) n;
  create table visits (id uuid primary key, clinic_id uuid not null references clinics, patient_id uuid not null, professional_id uuid not null,
    starts_at timestamptz not null, status text not null, amount numeric not null, note text,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(), row_version int not null default 1);
  create index on visits (clinic_id, starts_at); create index on visits (patient_id, starts_at desc);
  create index on visits (professional_id, starts_at); create index on visits (clinic_id, status, starts_at);
  create function keep() returns trigger language plpgsql as $$ begin new.updated_at := now(); new.row_version := old.row_version + 1; return new; end $$;
  create trigger keep before update on visits for each row execute function keep();
  insert into visits select md5('v' || n)::uuid, md5((n % 20)::text)::uuid, md5('p' || n % 9000)::uuid, md5('d' || n % 60)::uuid,
      now() + n * interval '1 minute', 'scheduled', n, 'a note of ordinary length ' || n from generate_series(1, 100000) n;
  do $$ declare c record; begin
    for c in select attname, attname = 'note' as sens, attname = 'patient_id' as pers from pg_attribute where attrelid = 'visits'::regclass and attnum > 0 loop
      execute format('comment on column visits.%I is ''x. [%s]''', c.attname, case when c.sens then 'sens' when c.pers then 'pers' else 'int' end);
    end loop; end $$;
  create procedure single(ms int) language plpgsql as $$
    declare until timestamptz := clock_timestamp() + ms * interval '1 millisecond'; n int := 0; k int;
    begin while clock_timestamp() < until loop
      k := 1 + floor(random() * 100000)::int;
      update accounts set amount = amount + 1, updated_at = now() where id = k; commit; n := n + 1;
    end loop; perform set_config('bench.n', n::text, false); end $$;
  create procedure app(ms int) language plpgsql as $$
    declare until timestamptz := clock_timestamp() + ms * interval '1 millisecond'; n int := 0; k int; held numeric;
    begin while clock_timestamp() < until loop
      perform set_config('app.user_id', '00000000-0000-4000-8000-00000000000a', true), set_config('app.request_id', 'r' || n, true);
      k := 1 + floor(random() * 100000)::int; select amount into held from accounts where id = k;
      perform count(*) from accounts where id between k and k + 20; perform status from accounts where id = 100001 - k;
      update accounts set amount = held + 1, status = 'moved', updated_at = now() where id = k;
      insert into moves (clinic_id, account, amount) values (md5((k % 20)::text)::uuid, k, 1); commit; n := n + 1;
    end loop; perform set_config('bench.n', n::text, false); end $$;`

/**
 * What a generic row trigger does, after the idea of supa_audit and written here: the whole row before and after as jsonb,
 * and the primary key looked up in the catalog for each row, by a function of the log's owner, hashed into an id of the record.
 */
export const genericOn = (relations: readonly string[]) => `
  create table log (id bigint generated always as identity primary key, record_id uuid, old_record_id uuid, op text not null, ts timestamptz not null default now(),
    table_oid oid not null, table_schema name not null, table_name name not null, record jsonb, old_record jsonb,
    check (coalesce(record_id, old_record_id) is not null or op = 'TRUNCATE'), check ((op in ('INSERT', 'UPDATE')) = (record is not null)),
    check ((op in ('UPDATE', 'DELETE')) = (old_record is not null)));
  create index on log (record_id) where record_id is not null; create index on log (old_record_id) where old_record_id is not null;
  create index on log using brin (ts); create index on log (table_oid);
  create function key_columns(relation oid) returns text[] language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(a.attname::text order by a.attname), '{}') from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = relation and i.indisprimary $$;
  create function record_id(relation oid, keys text[], rec jsonb) returns uuid language sql stable as $$
    select case when rec is null then null when keys = '{}' then gen_random_uuid() else (select md5(relation::text || jsonb_agg(to_jsonb(rec ->> k))::text)::uuid from unnest(keys) k) end $$;
  create function track() returns trigger language plpgsql security definer as $$
    declare keys text[] := key_columns(tg_relid); r jsonb := to_jsonb(new); o jsonb := to_jsonb(old);
    begin insert into log (record_id, old_record_id, op, table_oid, table_schema, table_name, record, old_record)
      select record_id(tg_relid, keys, r), record_id(tg_relid, keys, o), tg_op, tg_relid, tg_table_schema, tg_table_name, r, o; return coalesce(new, old); end $$;
  ${relations.map((name) => `create trigger track after insert or update or delete on ${name} for each row execute function track();`).join('\n')}`

/** The usual chain: each entry holds the hash of the one before, whose place is one row that every writer locks. */
const chain = `
  create table log (id bigint primary key, at timestamptz not null default clock_timestamp(), op text not null, table_name text not null, old_row jsonb, new_row jsonb, hash bytea not null);
  create table head (only_one bool primary key default true, id bigint not null, hash bytea not null); insert into head values (true, 0, '');
  create function link() returns trigger language plpgsql security definer as $$
    declare h head; o jsonb := to_jsonb(old); n jsonb := to_jsonb(new); v bytea;
    begin select * into h from head for update;
      v := sha256(h.hash || convert_to(concat_ws('|', tg_op, tg_table_name, o::text, n::text), 'UTF8'));
      insert into log (id, op, table_name, old_row, new_row, hash) values (h.id + 1, tg_op, tg_table_name, o, n, v);
      update head set id = h.id + 1, hash = v; return null; end $$;
  create trigger link after insert or update or delete on accounts for each row execute function link();
  create trigger link after insert or update or delete on moves for each row execute function link();
  create trigger link after insert or update or delete on visits for each row execute function link();`

/** Makes one database for each variant. */
export async function prepare(cluster: Cluster): Promise<void> {
  const admin = new Client({ connectionString: cluster.url() })
  await admin.connect()
  for (const variant of variants) {
    await admin.query(`create database ${variant}`)
    const client = new Client({ connectionString: cluster.url(variant) })
    await client.connect()
    await client.query(tables)
    if (variant === 'generic') await client.query(genericOn(['accounts', 'moves', 'visits']))
    if (variant === 'chain') await client.query(chain)
    if (variant === 'ledger') {
      await installLedger(client)
      await client.query(
        `select ledger.watch('public.accounts'), ledger.watch('public.moves'), ledger.watch('public.visits'), ledger.make_reader('public.visits')`,
      )
    }
    await client.query('vacuum analyze')
    await client.end()
  }
  await admin.end()
}
