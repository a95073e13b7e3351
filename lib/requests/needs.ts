import type { Needs } from '@/lib/audit/installed'

/** What the pages of requests and incidents read and call. */
export const registerNeeds: Needs = {
  relations: [
    'public.clinics',
    'public.patients',
    'public.data_subject_requests',
    'public.incidents',
    'public.kept_files',
  ],
  routines: [
    'app.dsr_receive',
    'app.dsr_package',
    'app.dsr_answer',
    'app.incident_report',
    'app.file_open',
    'ledger.record_event',
  ],
}
