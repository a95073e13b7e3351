import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { verifySignature, type DigestName, type Verified } from './verify'
import type { TrustStore } from './trust'

/** A signature as a list shows it; instants are ISO 8601. */
export interface SignatureRow {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string | null
  readonly documentTable: string
  readonly documentId: string
  readonly signerName: string
  readonly level: string
  readonly signedAt: string
  readonly validation: 'valid' | 'invalid' | 'undetermined'
  readonly reason: string | null
  readonly validatedAt: string | null
  /** Whether the signature itself is kept, so that it can be verified. */
  readonly isKept: boolean
}

/** How much of what has to be signed is, in one clinic and kind of document. */
export interface Coverage {
  readonly clinicId: string
  readonly clinicName: string | null
  readonly documentTable: string
  readonly finished: number
  readonly signed: number
  readonly valid: number
  readonly invalid: number
  readonly undetermined: number
}

/** Coverage of the clinics this reader answers for. */
export async function listCoverage(tx: RecordsReadTx): Promise<readonly Coverage[]> {
  const { rows } = await sql<Coverage>`
    select c.clinic_id as "clinicId", k.name as "clinicName", c.document_table as "documentTable", c.finished, c.signed, c.valid,
           c.invalid, c.undetermined
      from app.signature_coverage() c left join public.clinics k on k.id = c.clinic_id
     order by k.name, c.document_table`.execute(tx)
  return rows
}

/** The newest signatures, those that do not hold first. */
export async function listSignatures(tx: RecordsReadTx, most = 50): Promise<readonly SignatureRow[]> {
  const { rows } = await sql<SignatureRow>`
    select s.id, s.clinic_id as "clinicId", k.name as "clinicName", s.document_table as "documentTable", s.document_id as "documentId",
           s.signer_name as "signerName", s.level::text as level, to_json(s.signed_at) #>> '{}' as "signedAt",
           s.validation::text as validation, s.validation_reason as reason, to_json(s.validated_at) #>> '{}' as "validatedAt",
           s.cms is not null as "isKept"
      from public.digital_signatures s left join public.clinics k on k.id = s.clinic_id
     order by s.validation = 'invalid' desc, s.signed_at desc, s.id
     limit ${most}`.execute(tx)
  return rows
}

/** A signature to verify. */
export interface Unverified {
  readonly id: string
  readonly clinicId: string
  readonly cms: Buffer
  readonly signedAt: Date
}

/** Signatures that were verified longest ago, or never; only those that are kept. */
export async function listToVerify(tx: RecordsReadTx, most: number): Promise<readonly Unverified[]> {
  const { rows } = await sql<Unverified>`
    select s.id, s.clinic_id as "clinicId", s.cms, s.signed_at as "signedAt"
      from public.digital_signatures s
     where s.cms is not null
     order by s.validated_at nulls first, s.signed_at, s.id
     limit ${most}`.execute(tx)
  return rows
}

/** Verifies one signature against the document as it stands now; the document's text is not read. */
export const verify = (tx: RecordsReadTx, one: Unverified, trust: TrustStore): Promise<Verified> =>
  verifySignature({
    cms: one.cms,
    trust,
    signedAt: one.signedAt,
    digest: async (algorithm: DigestName) => {
      const { rows } = await sql<{ digest: Buffer | null }>`
        select app.document_digest(${one.clinicId}, ${one.id}, ${algorithm}) as digest`.execute(tx)
      return rows[0]?.digest ?? null
    },
  })

/** Keeps what a verification came to, and that it happened. */
export async function recordVerification(
  tx: RecordsWriteTx,
  one: Unverified,
  result: Verified,
): Promise<void> {
  await sql`select app.record_verification(${one.clinicId}, ${one.id}, ${result.validation}, ${result.reason}, ${result.revocation})`.execute(
    tx,
  )
}
