import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import { explain, openConnection } from '../connection'
import { Failure } from '../failure'
import { Timing, write } from '../output'
import { findTarget, type Target } from '../target'

/** Reads the catalog of a target. @throws Failure with one sentence when it cannot be reached or read. */
export async function readTarget(target: Target, timing?: Timing): Promise<Snapshot> {
  const client = await openConnection(target.url).catch((error: unknown) => {
    if (error instanceof Failure && target.from === 'demonstration')
      throw new Failure('The demonstration is not running: start it with npm start, or give --url.')
    throw error
  })
  timing?.step('connect')
  try {
    const snapshot = await readSnapshot(client)
    timing?.step('read catalog')
    return snapshot
  } catch (error) {
    throw new Failure(explain(error, target.url))
  } finally {
    await client.end().catch(() => {})
  }
}

/** `tabellion snapshot`: the catalog as JSON. */
export async function snapshot(options: {
  url?: string
  config?: string
  output?: string
  timing?: boolean
}): Promise<number> {
  const timing = new Timing()
  const target = findTarget(options.url, loadConfig(options.config))
  const read = await readTarget(target, timing)
  await write(`${JSON.stringify(read, null, 1)}\n`, options.output)
  timing.step('write')
  if (options.timing) process.stderr.write(timing.line())
  return 0
}
