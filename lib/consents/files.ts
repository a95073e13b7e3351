import { sql } from 'kysely'
import { NotFound } from '@/lib/errors'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { isUuid } from './queries'

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
