import { CatalogError } from '@/lib/catalog/error'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import { Failure } from '../failure'
import { Timing, write } from '../output'
import { findTarget, type Target } from '../target'

/** Reads the catalog of a target. @throws Failure with one sentence when it cannot be reached or read */
export async function readTarget(target: Target, timing?: Timing): Promise<Snapshot> {
  try {
    const snapshot = await readSnapshot(target.url, timing ? { told: timing.part } : {})
    timing?.step('read catalog')
    return snapshot
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    if (target.from === 'demonstration' && error.code === 'unreachable')
      throw new Failure('The demonstration is not running: start it with npm start, or give --url.')
    throw new Failure(error.message)
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
  const read = await readTarget(findTarget(options.url, loadConfig(options.config)), timing)
  await write(`${JSON.stringify(read, null, 1)}\n`, options.output)
  timing.step('write')
  if (options.timing) process.stderr.write(timing.line())
  return 0
}
