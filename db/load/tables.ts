import type { Client } from 'pg'
import { CopyIn, type Value } from './copy'

/** Columns that come from the load, in the order its rows have them; the others take their defaults. */
const columns = {
  clinics:
    'id name tax_id time_zone cnes_number health_licence_number health_licence_valid_until cfm_registration dpo_name dpo_email dpo_act_date is_active created_at',
  clinic_members: 'id clinic_id user_id role valid_from mfa_required created_at',
  professionals:
    'id clinic_id user_id full_name cpf_enc cpf_bidx professional_type council license_number license_state license_status license_checked_at is_active created_at',
  services:
    'id clinic_id name category duration_minutes price required_professional_types requires_term_kinds requires_lot min_age is_active created_at',
  processing_activities:
    'id clinic_id purpose_code title description legal_basis basis_note sensitive_data children_data automated_decision high_risk data_categories subject_categories tables_used retention_rule end_rule art16_item security_measures owner next_review status created_at',
  consent_terms:
    'id clinic_id activity_id version title body plain_summary refusal_consequence body_sha256 highlighted_clause reviewed_by published_at created_at',
  product_lots:
    'id clinic_id product_name manufacturer regulatory_kind anvisa_registration lot_number expires_on received_on quantity_received quantity_left unit status created_at',
  data_subject_requests:
    'id clinic_id patient_id request_type channel received_at due_at due_basis status closed_at created_at',
  incidents:
    'id clinic_id kind title description known_at severity notifiable not_notified_reason authority created_at',
  patients:
    'id clinic_id record_number full_name mother_name cpf_enc cpf_bidx birth_date birth_place sex phone email legal_capacity access_restriction last_record_at created_at',
  patient_representatives:
    'id clinic_id patient_id full_name cpf_enc cpf_bidx relation scope valid_from is_active created_at',
  consent_records:
    'id clinic_id patient_id activity_id term_id kind status decided_at recorded_at granted_at expires_at collection_method signer_kind evidence_sha256 capture_key created_at',
  appointments:
    'id clinic_id patient_id professional_id service_id status during modality cancellation_reason created_at',
  notifications:
    'id clinic_id patient_id kind channel address_masked template_code template_version queued_at sent_at body_sha256 created_at',
  medical_records:
    'id clinic_id patient_id professional_id appointment_id entry_type visit_date chief_complaint history exam assessment treatment_plan icd_codes status version author_name author_council author_license content_sha256 chain_hash signature_id created_at',
  digital_signatures:
    'id clinic_id document_table document_id document_sha256 signer_user_id signer_name council level format signed_at created_at',
  prescriptions: 'id clinic_id patient_id professional_id medical_record_id kind items status created_at',
  procedures:
    'id clinic_id patient_id professional_id service_id appointment_id medical_record_id status started_at ended_at body_site consent_id consent_checked_at created_at',
  procedure_products: 'id clinic_id procedure_id lot_id quantity unit site applied_at applied_by created_at',
  clinical_photos:
    'id clinic_id patient_id procedure_id object_key sha256 mime bytes stage taken_at taken_by metadata_stripped created_at',
} as const

export type LoadedTable = keyof typeof columns
export const loadedTables = Object.keys(columns) as LoadedTable[]

/** One COPY for each table, all at the same time, each on a connection of its own. */
export class Tables {
  private readonly copies: Readonly<Record<LoadedTable, CopyIn>>
  private full: Promise<void>[] = []
  constructor(clients: readonly Client[]) {
    this.copies = Object.fromEntries(
      loadedTables.map((table, at) => [
        table,
        new CopyIn(clients[at] as Client, `public.${table}`, columns[table].split(' ')),
      ]),
    ) as Record<LoadedTable, CopyIn>
  }

  /** Adds a row of any text. */
  add(table: LoadedTable, row: readonly Value[]): Promise<void> | undefined {
    return this.copies[table].add(row)
  }

  /** Adds a row that is written already, see `CopyIn.line`; who adds many asks `isFull` now and then. */
  put(table: LoadedTable, line: string): void {
    const full = this.copies[table].line(line)
    if (full) this.full.push(full)
  }

  get isFull(): boolean {
    return this.full.length > 0
  }

  /** Resolves when the sockets take rows again. */
  async drain(): Promise<void> {
    await Promise.all(this.full.splice(0))
  }

  /** Ends every COPY; rows of each table. */
  async end(): Promise<Readonly<Record<LoadedTable, number>>> {
    await this.drain()
    await Promise.all(loadedTables.map((table) => this.copies[table].end()))
    return Object.fromEntries(loadedTables.map((table) => [table, this.copies[table].rows])) as Record<
      LoadedTable,
      number
    >
  }
}
