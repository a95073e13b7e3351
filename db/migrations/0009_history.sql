-- Snapshots are kept compressed and not for ever: a scan keeps its score when its snapshot is let go.

alter table tabellion.snapshot alter column body drop not null;
alter table tabellion.snapshot add column packed bytea;
alter table tabellion.snapshot add constraint snapshot_one_form check ((body is null) <> (packed is null));
-- What gzip has packed, TOAST cannot press any further.
alter table tabellion.snapshot alter column packed set storage external;
comment on column tabellion.snapshot.packed is 'The snapshot as JSON under gzip; body holds those of earlier versions.';

alter table tabellion.scan alter column snapshot_hash drop not null;
alter table tabellion.scan drop constraint scan_snapshot_hash_fkey;
alter table tabellion.scan add constraint scan_snapshot_hash_fkey
  foreign key (snapshot_hash) references tabellion.snapshot on delete set null;

grant delete on tabellion.snapshot to {{system}};
