/**
 * Schemas of the shape that peers are measured on: per table 10 columns, primary key, two indexes, a foreign key, a check,
 * two policies, row-level security on 95 %, an audit trigger on 90 %, a comment on each fourth.
 */
export const groundwork = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'bench_app') then create role bench_app; end if;
end $$;
create schema app;
create schema clinical;
grant usage on schema clinical to bench_app;
create function app.clinic_id() returns bigint language sql stable
  as $$ select nullif(current_setting('app.clinic_id', true), '')::bigint $$;
create table app.audit_entry (id bigint generated always as identity primary key, at timestamptz not null default now(), entry jsonb);
create function app.audit() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $$ begin insert into app.audit_entry (entry) values (to_jsonb(new)); return new; end $$;`

/** One batch of tables; a batch is a transaction. */
export function tables(from: number, to: number): string {
  const parts: string[] = []
  for (let n = from; n < to; n++) {
    const t = `clinical.record_${n}`
    const parent = n === 0 ? t : `clinical.record_${Math.floor(n / 2)}`
    parts.push(
      `create table ${t} (
         id bigint primary key, clinic_id bigint not null, parent_id bigint references ${parent}, code text not null,
         status text not null default 'active', amount numeric(12,2), notes text, payload jsonb,
         created_at timestamptz not null default now(), updated_at timestamptz, check (amount >= 0));
       create index on ${t} (parent_id);
       create index on ${t} (clinic_id, created_at);
       create policy read_own on ${t} for select to bench_app using (clinic_id = (select app.clinic_id()));
       create policy write_own on ${t} for all to bench_app
         using (clinic_id = (select app.clinic_id())) with check (clinic_id = (select app.clinic_id()) and status <> 'closed');
       grant select, insert, update, delete on ${t} to bench_app;`,
    )
    if (n % 20 !== 0) parts.push(`alter table ${t} enable row level security;`)
    if (n % 10 !== 0) {
      parts.push(
        `create trigger audit after insert or update or delete on ${t} for each row execute function app.audit();`,
      )
    }
    if (n % 4 === 0) parts.push(`comment on table ${t} is 'Clinical record ${n}. @audit=full';`)
  }
  return `begin;\n${parts.join('\n')}\ncommit;`
}
