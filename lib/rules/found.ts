import type { Waiver } from '@/lib/config/schema'
import type { Finding, FindingObject, Hit, Rule, Severity } from './rule'

/** What a hit says: all but what it is about and how severe it is. */
export type Said = Pick<Hit, 'message' | 'evidence' | 'fix'>

/**
 * A hit that is put into words when somebody asks. A rule that may hit thousands of tables makes its hits so: most are
 * counted and never shown. What `say` reads must not change, and the snapshot does not. Only the last words are kept:
 * who asks for a message asks for the fix next, and then for another hit's.
 */
export const later = (object: FindingObject, say: () => Said, severity?: Severity): Hit =>
  new LateHit(object, say, severity)

let last: { readonly hit: Hit; readonly said: Said } | null = null

class LateHit implements Hit {
  readonly object: FindingObject
  readonly severity?: Severity
  readonly #say: () => Said

  constructor(object: FindingObject, say: () => Said, severity: Severity | undefined) {
    this.object = object
    if (severity !== undefined) this.severity = severity
    this.#say = say
  }

  get message() {
    return this.#said().message
  }
  get evidence() {
    return this.#said().evidence
  }
  get fix() {
    return this.#said().fix
  }

  #said(): Said {
    if (last?.hit !== this) last = { hit: this, said: this.#say() }
    return last.said
  }
}

/**
 * A hit as a finding of its rule. Tens of thousands are made at once: what the rule and the hit know stays there, so that a
 * spread (`{ ...finding }`) does not have it; `plain` does.
 */
export class Found implements Finding {
  readonly key: string
  readonly severity: Severity
  readonly waiver: Waiver | null
  readonly #rule: Rule
  readonly #hit: Hit

  constructor(key: string, rule: Rule, hit: Hit, severity: Severity, waiver: Waiver | null) {
    this.key = key
    this.severity = severity
    this.waiver = waiver
    this.#rule = rule
    this.#hit = hit
  }

  get object() {
    return this.#hit.object
  }
  get message() {
    return this.#hit.message
  }
  get evidence() {
    return this.#hit.evidence
  }
  get fix() {
    return this.#hit.fix
  }
  get rule() {
    return this.#rule.id
  }
  get code() {
    return this.#rule.code
  }
  get title() {
    return this.#rule.title
  }
  get group() {
    return this.#rule.group
  }
  get references() {
    return this.#rule.references
  }

  toJSON(): Finding {
    return plain(this)
  }
}

/** All of a finding as an object that can be copied, compared and sent. */
export const plain = (finding: Finding): Finding => ({
  object: finding.object,
  message: finding.message,
  evidence: finding.evidence,
  fix: finding.fix,
  key: finding.key,
  rule: finding.rule,
  code: finding.code,
  title: finding.title,
  group: finding.group,
  severity: finding.severity,
  references: finding.references,
  waiver: finding.waiver,
})
