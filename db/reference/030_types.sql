set role neonpro_owner;

create type public.member_role as enum ('admin', 'professional', 'reception', 'dpo', 'auditor', 'dba', 'viewer');
create type public.professional_type as enum (
  'doctor', 'dentist', 'nurse', 'aesthetician', 'biomedical', 'pharmacist', 'physiotherapist', 'nutritionist', 'psychologist'
);
create type public.legal_capacity as enum ('minor', 'full', 'emancipated', 'assisted', 'curatela');
create type public.appointment_status as enum ('scheduled', 'confirmed', 'completed', 'cancelled', 'no_show');
create type public.appointment_modality as enum ('in_person', 'telemedicine');
create type public.record_entry_type as enum ('anamnesis', 'evolution', 'exam', 'prescription_ref', 'note', 'telemed', 'ai_use');
create type public.record_status as enum ('draft', 'final', 'amended', 'inactivated');
create type public.record_confidentiality as enum ('normal', 'restricted', 'adolescent_private');
create type public.ai_purpose as enum ('admin', 'clinical_support', 'patient_facing');
create type public.ai_risk_class as enum ('low', 'medium', 'high');
create type public.ai_message_role as enum ('user', 'assistant', 'system', 'tool');
create type public.ai_redaction_status as enum ('clean', 'redacted', 'blocked');
create type public.ai_decision as enum ('accepted', 'edited', 'rejected');
create type public.legal_basis as enum (
  'a7_i', 'a7_ii', 'a7_iii', 'a7_iv', 'a7_v', 'a7_vi', 'a7_vii', 'a7_viii', 'a7_ix', 'a7_x',
  'a11_i', 'a11_ii_a', 'a11_ii_b', 'a11_ii_c', 'a11_ii_d', 'a11_ii_e', 'a11_ii_f', 'a11_ii_g'
);
create type public.activity_status as enum ('draft', 'active', 'ended');
create type public.representative_relation as enum ('mother', 'father', 'guardian', 'curator', 'proxy', 'heir', 'supporter');
create type public.consent_status as enum ('pending', 'granted', 'withdrawn', 'expired');
create type public.consent_kind as enum (
  'data_processing', 'procedure_tcle', 'image', 'telemedicine', 'ai', 'marketing', 'sharing', 'research'
);
create type public.consent_signer as enum ('patient', 'representative', 'both');
create type public.collection_method as enum ('in_person_paper', 'in_person_device', 'portal', 'recorded_call', 'telemed');
create type public.consent_event_type as enum (
  'requested', 'notice_shown', 'granted', 'refused', 'withdrawn', 'withdrawal_after_end', 'expired', 'superseded',
  'reminder_sent', 'receipt_issued', 'propagation_sent', 'propagation_ack', 'propagation_impossible', 'checked', 'blocked',
  'late_recorded', 'correction'
);
create type public.event_actor as enum ('patient', 'representative', 'staff', 'system');

reset role;
