import { sql } from 'kysely'
import type { RecordsWriteTx } from '@/lib/db/scope'
import type { WithdrawalOutcome } from './commands'
import { inWords } from './refusals'
import type { Status } from './types'

/** The record of ISO/IEC TS 27560:2023 as the database made it when the receipt was handed over. */
export interface ReceiptPayload {
  readonly schema_version: string
  readonly record_id: string
  readonly pii_principal_id: string
  readonly processing: {
    readonly privacy_notice: string
    readonly language: string
    readonly jurisdiction: string
    readonly purposes: readonly {
      readonly purpose: string
      readonly title: string
      readonly description: string
      readonly lawful_basis: string
      readonly retention_period: string
      readonly recipient_third_parties: readonly string[]
      readonly withdrawal_method: string
      readonly pii_information: readonly {
        readonly pii_type: string
        readonly sensitive_pii_category: boolean
      }[]
    }[]
  }
  readonly parties: readonly { readonly name: string; readonly address: string; readonly contact: string }[]
  readonly events: readonly {
    readonly event_time: string
    readonly recorded_time: string
    readonly event_type: string
    readonly event_state: string
  }[]
  readonly x_title: string
  readonly x_term_version: number
  readonly x_signer: 'patient' | 'representative' | 'both' | null
  readonly x_status: Status
  readonly x_reason: string | null
  readonly x_time_zone: string
  readonly x_decided_at: string | null
  readonly x_expires_at: string | null
  readonly x_ended_at: string | null
  readonly x_term_sha256: string
  readonly x_evidence_sha256: string | null
}

export interface Receipt {
  readonly id: string
  /** 16 letters and digits with which anybody checks the receipt. */
  readonly code: string
  readonly issuedAt: string
  readonly sha256: string
  readonly payload: ReceiptPayload
}

/** The receipt in force for a consent; a new one after each change of its status. */
export const issueReceipt = (
  tx: RecordsWriteTx,
  consent: { readonly clinicId: string; readonly id: string },
  origin: string,
): Promise<Receipt | null> =>
  inWords(async () => {
    const { rows } = await sql<{ receipt: Receipt }>`
      select app.receipt_issue(${consent.clinicId}::uuid, ${consent.id}::uuid, ${origin}) as receipt`.execute(
      tx,
    )
    return rows[0]?.receipt ?? null
  })

/** The code in groups of four, as it is printed and read aloud. */
export const spacedCode = (code: string): string => code.replaceAll(/(.{4})(?=.)/g, '$1-')

/** What a code proves, without saying whose consent it is. */
export interface Verified {
  readonly code: string
  readonly issuedAt: string
  readonly sha256: string
  readonly intact: boolean
  readonly clinic: string
  readonly purpose: string
  readonly termVersion: string
  readonly notice: string
  readonly status: Status
  readonly reason: string | null
  readonly decidedAt: string | null
  readonly timeZone: string
  readonly evidenceSha256: string | null
  readonly termSha256: string
}

export async function verifyReceipt(tx: RecordsWriteTx, code: string): Promise<Verified | null> {
  const { rows } = await sql<{ found: Verified | null }>`select app.receipt_verify(${code}) as found`.execute(
    tx,
  )
  return rows[0]?.found ?? null
}

export type ReceiptWithdrawal = WithdrawalOutcome | 'wrong' | 'locked' | 'unknown'

/** Takes back the consent a receipt is about, by its code and the patient's birth date (`YYYY-MM-DD`). */
export async function withdrawByReceipt(
  tx: RecordsWriteTx,
  code: string,
  birth: string,
): Promise<ReceiptWithdrawal> {
  const { rows } = await sql<{ outcome: string }>`
    select app.receipt_withdraw(${code}, ${birth}::date) as outcome`.execute(tx)
  const outcome = rows[0]?.outcome ?? 'unknown'
  return outcome === 'recorded_after_end' ? 'after-end' : (outcome as ReceiptWithdrawal)
}

/** A published text, as anybody with its address reads it. */
export interface PublicTerm {
  readonly clinic: string
  readonly purpose: string
  readonly version: number
  readonly language: string
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
  readonly sha256: string
  readonly publishedAt: string
  readonly retiredAt: string | null
  readonly timeZone: string
}

export async function publicTerm(
  tx: RecordsWriteTx,
  clinicId: string,
  purpose: string,
  version: number,
): Promise<PublicTerm | null> {
  const { rows } = await sql<{ term: PublicTerm | null }>`
    select app.public_term(${clinicId}::uuid, ${purpose}, ${version}::int) as term`.execute(tx)
  return rows[0]?.term ?? null
}
