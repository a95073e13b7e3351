-- The files of all answers of a run are made once, when it ends, and not at each export.

alter table tabellion.isolation_run add column csv bytea;
alter table tabellion.isolation_run add column json bytea;
comment on column tabellion.isolation_run.csv is 'All lines as CSV under gzip; null before it ended, and of runs of earlier versions.';
comment on column tabellion.isolation_run.json is 'The same as JSON, TRUNCATE on lines of its own.';

grant update (csv, json) on tabellion.isolation_run to {{writer}}, {{system}};
