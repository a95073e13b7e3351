-- psql -f db/neglected/install.sql: the neglected demonstration database, into an empty one, as a superuser.
\set ON_ERROR_STOP on
\ir 010_roles.sql
\ir 020_tables.sql
\ir 030_policies.sql
\ir 040_audit.sql
\ir 050_views_and_functions.sql
\ir 060_grants.sql
\ir 070_rows.sql
\set ON_ERROR_STOP off
\ir invalid_index.sql
