-- psql -f db/reference/install.sql: the whole reference schema, the audit log included, into an empty database.
\set ON_ERROR_STOP on
\ir ../ledger/install.sql
\ir 010_roles.sql
\ir 020_app.sql
\ir 030_types.sql
\ir 100_clinics.sql
\ir 110_clinic_members.sql
\ir 120_professionals.sql
\ir 130_patients.sql
\ir 140_services.sql
\ir 150_appointments.sql
\ir 160_processing_activities.sql
\ir 170_ai_chat.sql
\ir 180_medical_records.sql
\ir 190_patient_representatives.sql
\ir 200_consent_terms.sql
\ir 210_consent_records.sql
\ir 220_consent_events.sql
\ir 230_consent_rules.sql
\ir 240_consent_commands.sql
\ir 250_consent_view.sql
\ir 300_policies.sql
\ir 310_grants.sql
\ir 320_audit.sql
\ir 900_close.sql
