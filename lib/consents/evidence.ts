import { sql } from 'kysely'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { inWords } from './refusals'

/** What hashing everything again says of one consent's proof. */
export interface EvidenceCheck {
  readonly stated: string | null
  readonly computed: string | null
  readonly file: string | null
  readonly kind: 'signature' | 'scan' | null
  readonly mime: string | null
  readonly bytes: number | null
  /** none: nothing was granted; elsewhere: kept outside, its hash alone is here; missing: named and not there. */
  readonly evidence: 'none' | 'elsewhere' | 'missing' | 'intact' | 'differs'
  /** Since when nothing may be published or advertised on it, because the evidence is not there; ISO 8601. */
  readonly lostSince: string | null
  readonly term: 'intact' | 'differs'
  readonly events: number
  readonly broken: number
}

/** Hashes the evidence, the text and each event of a consent again, in the database. */
export const checkEvidence = (
  tx: RecordsWriteTx,
  consent: { readonly clinicId: string; readonly id: string },
): Promise<EvidenceCheck> =>
  inWords(async () => {
    const { rows } = await sql<{ proof: EvidenceCheck }>`
      select app.evidence_check(${consent.clinicId}::uuid, ${consent.id}::uuid) as proof`.execute(tx)
    if (!rows[0]) throw new Error('evidence_check answered nothing')
    return rows[0].proof
  })

/** Somebody who looked says that evidence kept elsewhere is gone, or there again: closes or opens publication and marketing. */
export const sayProof = (
  tx: RecordsWriteTx,
  consent: { readonly clinicId: string; readonly id: string; readonly lost: boolean },
): Promise<void> =>
  inWords(async () => {
    await sql`select app.proof_say(${consent.clinicId}::uuid, ${consent.id}::uuid, ${consent.lost})`.execute(
      tx,
    )
  })
