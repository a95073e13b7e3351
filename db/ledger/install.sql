-- psql -f db/ledger/install.sql: the audit log alone, into any database. Then: select ledger.watch('public.patients').
\set ON_ERROR_STOP on
\ir 010_roles.sql
\ir 020_log.sql
\ir 030_guard.sql
\ir 035_actor.sql
\ir 040_record_event.sql
\ir 050_capture.sql
\ir 051_columns.sql
\ir 052_plan.sql
\ir 053_capture_body.sql
\ir 054_watch.sql
\ir 056_read.sql
\ir 060_access.sql
\ir 070_seal.sql
\ir 075_sealing.sql
\ir 077_block.sql
\ir 079_proof.sql
\ir 080_configuration.sql
\ir 085_archive.sql
\ir 090_rollup.sql
\ir 092_reach.sql
\ir 093_page.sql
\ir 095_pgaudit.sql
