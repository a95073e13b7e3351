import { sql } from 'kysely'
import { NotFound } from '@/lib/errors'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { getPatient } from './choices'
import { isUuid } from './queries'
import type { ScanType } from './sniff'

export interface KeptFile {
  readonly mime: string
  readonly kind: string
  readonly content: Buffer
}

/** What a kept file holds; that it was opened is written in the same transaction. @throws NotFound */
export async function openFile(tx: RecordsWriteTx, clinicId: string, id: string): Promise<KeptFile> {
  if (!isUuid(clinicId) || !isUuid(id)) throw new NotFound()
  try {
    const { rows } = await sql<KeptFile>`
      select mime, kind, content from app.file_open(${clinicId}::uuid, ${id}::uuid)`.execute(tx)
    if (rows[0]) return rows[0]
  } catch (error) {
    if ((error as { code?: string }).code !== 'P0002') throw error
    throw new NotFound(undefined, { cause: error })
  }
  throw new NotFound()
}

/** Keeps a scan for a patient of this reader's clinics; its hash is the database's own. @throws NotFound */
export async function keepScan(
  tx: RecordsWriteTx,
  patientId: string,
  mime: ScanType,
  bytes: Uint8Array,
): Promise<{ readonly id: string; readonly sha256: string }> {
  const patient = await getPatient(tx, patientId)
  if (!patient) throw new NotFound()
  const { rows } = await sql<{ id: string; sha256: string }>`
    with kept as (
      select app.file_keep(${patient.clinicId}::uuid, ${patient.id}::uuid, 'scan', ${mime}, ${Buffer.from(bytes)}::bytea) as id
    )
    select id, encode(sha256(${Buffer.from(bytes)}::bytea), 'hex') as sha256 from kept`.execute(tx)
  if (!rows[0]) throw new NotFound()
  return rows[0]
}
