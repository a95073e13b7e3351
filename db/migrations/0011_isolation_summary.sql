-- What pages show of a run is stored when it ends, one cell is found by an index, and the demonstration asks by itself.

alter table tabellion.isolation_run add column summary json;
comment on column tabellion.isolation_run.summary is 'The matrix and why cells are unknown; null before it ended, and of runs of earlier versions.';
create index isolation_result_relation_idx on tabellion.isolation_result (run_id, relation);

alter table tabellion.isolation_run alter column started_by drop not null;
comment on column tabellion.isolation_run.started_by is 'Null: Tabellion itself, at the first start of its demonstration.';

grant update (summary) on tabellion.isolation_run to {{writer}};
grant select, insert (database, basis_hash, setup, notes), delete on tabellion.isolation_run to {{system}};
grant update (state, step, done, all_of_it, counts, problem, beat_at, finished_at, summary) on tabellion.isolation_run to {{system}};
grant insert on tabellion.isolation_result to {{system}};
grant select on tabellion.isolation_principal to {{system}};

create policy system_all on tabellion.isolation_run to {{system}} using (tabellion.duty() = 'system');
create policy system_adds on tabellion.isolation_result for insert to {{system}} with check (tabellion.duty() = 'system');
create policy system_reads on tabellion.isolation_principal for select to {{system}} using (tabellion.duty() = 'system');
