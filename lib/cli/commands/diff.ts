import { existsSync, readFileSync } from 'node:fs'
import type { Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import type { Config } from '@/lib/config/schema'
import { compareSnapshots } from '@/lib/drift/compare'
import { weigh } from '@/lib/drift/weigh'
import { changesAsJson, changesAsText } from '@/lib/output/changes'
import { Failure, reason } from '../failure'
import { terminal, write } from '../output'
import { findTarget } from '../target'
import { readTarget } from './snapshot'

/** `tabellion diff A B`: each is a file of `tabellion snapshot`, an address, or the name of a database. */
export async function diff(
  a: string,
  b: string,
  options: { config?: string; format: string; output?: string; lang: string },
): Promise<number> {
  const config = loadConfig(options.config)
  const [before, after] = [await snapshotOf(a, config), await snapshotOf(b, config)]
  const changes = compareSnapshots(before, after).map(weigh)
  const language = options.lang.startsWith('pt') ? 'pt' : 'en'
  const text =
    options.format === 'json'
      ? changesAsJson(before, after, changes, language)
      : changesAsText(before, after, changes, { ...terminal(options.output !== undefined), language })
  await write(text, options.output)
  return 0
}

async function snapshotOf(source: string, config: Config): Promise<Snapshot> {
  if (!existsSync(source)) {
    if (/\.json$/i.test(source)) throw new Failure(`There is no file ${source}.`)
    return readTarget(findTarget(source, config))
  }
  let value: unknown
  try {
    value = JSON.parse(readFileSync(source, 'utf8'))
  } catch (error) {
    throw new Failure(`${source} cannot be read: ${reason(error)}.`)
  }
  const shape = value as Partial<Snapshot> | null
  if (shape?.format !== 1 || !Array.isArray(shape.relations) || !shape.server)
    throw new Failure(`${source} is not a snapshot: make one with tabellion snapshot --output ${source}.`)
  return shape as Snapshot
}
