import type { Needs } from '@/lib/audit/installed'

/** What the consent pages read and call; a read that cannot be recorded does not happen, so the ledger is among it. */
export const consentNeeds: Needs = {
  relations: [
    'public.clinics',
    'public.patients',
    'public.processing_activities',
    'public.consent_terms',
    'public.consent_records',
    'public.consent_events',
    'public.v_consent_effective',
    'public.patient_representatives',
  ],
  routines: [
    'app.consent_request',
    'app.consent_grant',
    'app.consent_refuse',
    'app.consent_withdraw',
    'app.consent_note',
    'ledger.record_event',
  ],
}
