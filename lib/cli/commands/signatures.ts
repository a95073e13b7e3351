import { sql } from 'kysely'
import { loadConfig } from '@/lib/config/config'
import { closeConnections, connection } from '@/lib/db/client'
import type { RecordsReadTx } from '@/lib/db/scope'
import type { RecordsTables } from '@/lib/db/types'
import { isExpected } from '@/lib/errors'
import { listToVerify, verify } from '@/lib/signatures/records'
import { readTrustStore, type TrustStore } from '@/lib/signatures/trust'
import type { Verified } from '@/lib/signatures/verify'
import { Failure, reason } from '../failure'
import { write } from '../output'
import { findTarget } from '../target'

export interface SignaturesOptions {
  url?: string
  config?: string
  trust?: string
  user?: string
  format: string
  output?: string
}

/** More than this at one go is a night's work: say so by asking again. */
const most = 100_000

/**
 * `tabellion signatures`: verifies every kept signature that the user's clinics hold, against the documents as they stand.
 * 0 none is invalid, 1 some are, 2 it could not be done. Nothing is written to the database.
 */
export async function signatures(options: SignaturesOptions): Promise<number> {
  const config = loadConfig(options.config)
  const folder = options.trust ?? config.signatures?.trustStore
  if (!folder)
    throw new Failure('Name the trust store: --trust FOLDER, or signatures.trustStore in the configuration.')
  const trust = trustIn(folder)
  const target = findTarget(options.url, config)
  const results: { id: string; clinic: string; result: Verified }[] = []
  try {
    await connection<RecordsTables>(target.url, 'command', 1)
      .transaction()
      .setAccessMode('read only')
      .execute(async (tx) => {
        await sql`select set_config('app.user_id', ${options.user ?? ''}, true), set_config('statement_timeout', '30s', true),
                         set_config('lock_timeout', '1s', true)`.execute(tx)
        const reading = tx as unknown as RecordsReadTx
        for (const one of await listToVerify(reading, most))
          results.push({ id: one.id, clinic: one.clinicId, result: await verify(reading, one, trust) })
      })
  } catch (error) {
    throw new Failure(`The signatures of ${target.name} were not verified: ${reason(error)}.`)
  } finally {
    await closeConnections()
  }
  const count = (validation: Verified['validation']) =>
    results.filter(({ result }) => result.validation === validation).length
  const counts = { valid: count('valid'), invalid: count('invalid'), undetermined: count('undetermined') }
  const text =
    options.format === 'json'
      ? `${JSON.stringify({ database: target.name, counts, signatures: results.map(({ id, clinic, result }) => ({ id, clinic, ...result })) }, null, 2)}\n`
      : [
          ...results
            .filter(({ result }) => result.validation !== 'valid')
            .map(({ id, result }) =>
              `${result.validation === 'invalid' ? '✕' : '?'} ${id}  ${result.reason}  ${result.signer?.name ?? ''}`.trimEnd(),
            ),
          `${results.length} signatures: ${counts.valid} valid, ${counts.invalid} invalid, ${counts.undetermined} undetermined.`,
          '',
        ].join('\n')
  await write(text, options.output)
  return counts.invalid > 0 ? 1 : 0
}

function trustIn(folder: string): TrustStore {
  try {
    return readTrustStore(folder)
  } catch (error) {
    if (isExpected(error)) throw new Failure(error.sentence.en)
    throw error
  }
}
