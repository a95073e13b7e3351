import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { isolationAsCsv, isolationAsJson } from '@/lib/output/isolation'
import { linesOf, truncateLines } from '../lines'
import type { StoredRun } from './stored'
import type { Finding } from '../types'

const [zipped, unzipped] = [promisify(gzip), promisify(gunzip)]

/** Stores the files of all findings of a run, as exports answer them. */
export async function keepFiles(
  tx: StoreWriteTx,
  run: Pick<StoredRun, 'id' | 'setup' | 'basis'>,
  findings: readonly Finding[],
): Promise<void> {
  const lines = linesOf(findings)
  const csv = await zipped(isolationAsCsv(lines))
  const json = await zipped(isolationAsJson([...lines, ...truncateLines(findings)], run.setup, run.basis))
  await tx.updateTable('isolation_run').set({ csv, json }).where('id', '=', run.id).execute()
}

/** A file of all lines of a run; `null` for a run of an earlier version. */
export async function readFile(
  tx: StoreReadTx,
  run: string,
  form: 'csv' | 'json',
): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await tx.selectFrom('isolation_run').select(form).where('id', '=', run).executeTakeFirst()
  const file = row?.[form]
  return file ? new Uint8Array(await unzipped(file)) : null
}
