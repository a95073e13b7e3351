import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { loadConfig } from '@/lib/config/config'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { settings } from '@/lib/env'
import { listToVerify, recordVerification, verify } from './records'
import { demonstrationTrust, readTrustStore, type TrustStore } from './trust'

/**
 * The trust store that the configuration names, else the demonstration's own; `null` when there is neither.
 * @throws Invalid, ConfigError
 */
export function configuredTrust(): TrustStore | null {
  const { configFile, demonstration, home } = settings()
  const folder = existsSync(/* turbopackIgnore: true */ configFile)
    ? loadConfig(configFile).signatures?.trustStore
    : undefined
  if (folder) return readTrustStore(resolve(dirname(configFile), folder))
  const made = demonstrationTrust(home)
  return demonstration && existsSync(/* turbopackIgnore: true */ made) ? readTrustStore(made) : null
}

/** Signatures verified at one press; the next press takes the next ones. */
const atOnce = 200

/** Verifies the signatures that waited longest, each result kept with its entry in the audit log. */
export function verifyNext(
  principal: Principal,
  trust: TrustStore,
): Promise<{ readonly checked: number; readonly invalid: number }> {
  return writeRecords(principal, async (tx) => {
    let invalid = 0
    const waiting = await listToVerify(tx, atOnce)
    for (const one of waiting) {
      const result = await verify(tx, one, trust)
      await recordVerification(tx, one, result)
      if (result.validation === 'invalid') invalid++
    }
    return { checked: waiting.length, invalid }
  })
}
