import { existsSync } from 'node:fs'
import { currentSnapshot } from '@/lib/catalog/current'
import type { Snapshot } from '@/lib/catalog/types'
import { noConfig, type Config } from '@/lib/config/schema'
import { loadConfig } from '@/lib/config/config'
import { settings } from '@/lib/env'
import { factsOf, type Facts } from './facts'
import { runRules, type ScanResult } from './run'

/** A scan of the current snapshot of one database, made once for each snapshot. */
export interface CurrentScan {
  readonly snapshot: Snapshot
  readonly config: Config
  readonly facts: Facts
  readonly result: ScanResult
}

const scans = new WeakMap<Snapshot, Promise<CurrentScan>>()

/**
 * What the rules say about a governed database now. The snapshot comes from the shared cache; the scan is remembered
 * with it. Throws what `currentSnapshot` throws, and ConfigError.
 */
export async function currentScan(database: string, options: { readonly fresh?: boolean } = {}) {
  const current = await currentSnapshot(database, options)
  const known = scans.get(current.snapshot)
  if (known) return { ...(await known), current }
  const scan = scanOf(current.snapshot, configured())
  scans.set(current.snapshot, scan)
  scan.catch(() => scans.delete(current.snapshot))
  return { ...(await scan), current }
}

/** The served program's working folder is not the one it was started in, so the file's place comes with the settings. */
export function configured(): Config {
  const { configFile } = settings()
  return existsSync(/* turbopackIgnore: true */ configFile) ? loadConfig(configFile) : noConfig
}

async function scanOf(snapshot: Snapshot, config: Config): Promise<CurrentScan> {
  const facts = factsOf(snapshot, config)
  return { snapshot, config, facts, result: await runRules(snapshot, config, { facts }) }
}
