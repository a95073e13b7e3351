import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { loadConfig } from '@/lib/config/config'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { settings } from '@/lib/env'
import { listToVerify, recordVerification, verify } from './records'
import { readTrustStore, type TrustStore } from './trust'

/** The trust store that the configuration names; `null` when it names none. @throws Invalid, ConfigError */
export function configuredTrust(): TrustStore | null {
  const { configFile } = settings()
  if (!existsSync(/* turbopackIgnore: true */ configFile)) return null
  const folder = loadConfig(configFile).signatures?.trustStore
  return folder ? readTrustStore(resolve(dirname(configFile), folder)) : null
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
