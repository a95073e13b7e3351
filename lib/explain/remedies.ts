import type { Text } from '@/lib/rules/rule'
import { schemaRemedies } from './remedies-schema'
import { serverRemedies } from './remedies-server'
import { tenancyRemedies } from './remedies-tenancy'

/** Rule code → what mends its findings, in English and Portuguese. */
export type Remedies = Readonly<Record<string, readonly [en: string, pt: string]>>

const remedies: Remedies = { ...tenancyRemedies, ...schemaRemedies, ...serverRemedies }

/** What mends the findings of a rule, in general; a finding's own fix names its object. Throws for a code without one. */
export function remedyOf(code: string): Text {
  const words = remedies[code]
  if (!words) throw new Error(`No remedy is written for rule ${code}`)
  return { en: words[0], pt: words[1] }
}
