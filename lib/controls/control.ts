import type { Text } from '@/lib/rules/rule'

/** Where requirements come from, in the order in which they are shown. */
export const sources = [
  'LGPD',
  'CFM',
  'Lei 13.787',
  'SBIS',
  'ANVISA',
  'Marco Civil',
  'ISO 27001',
  'CIS PostgreSQL',
  'Tabellion',
] as const
export type Source = (typeof sources)[number]

/**
 * How sure the reading of a norm is: its wording was read, several secondary sources agree, or one weak source only,
 * which is shown as to be confirmed.
 */
export type Confidence = 'read' | 'agreed' | 'unconfirmed'

/** How a control is decided: by rules over the catalog, or not from a catalog at all, and why. */
export type Assessment =
  | { readonly by: 'rules'; readonly rules: readonly string[]; readonly beyond: Text | null }
  | { readonly by: 'nothing'; readonly why: Text }

/** One requirement of a law or standard, in words of our own. */
export interface Control {
  /** kebab-case, stable for ever. */
  readonly id: string
  readonly source: Source
  /** Article or item, as it is cited. */
  readonly reference: string
  readonly requirement: Text
  readonly confidence: Confidence
  readonly assessment: Assessment
}

/** The article with its source, as a reader cites it. */
export const citation = (control: Control): string => `${control.source} ${control.reference}`

/** Codes of the rules that decide a control; none where nothing in a catalog does. */
export const rulesOf = (control: Control): readonly string[] =>
  control.assessment.by === 'rules' ? control.assessment.rules : []

type Words = readonly [en: string, pt: string]

const textOf = ([en, pt]: Words): Text => ({ en, pt })

/** Decided by these rules; `beyond` says what a person still has to attest. */
export const byRules = (rules: readonly string[], beyond?: Words): Assessment => ({
  by: 'rules',
  rules,
  beyond: beyond ? textOf(beyond) : null,
})

/** What no catalog can show, and why. */
export const notInCatalog = (...why: Words): Assessment => ({ by: 'nothing', why: textOf(why) })

/** Makes the controls of one source. */
export const controlsOf =
  (source: Source, prefix: string, usual: Confidence) =>
  (
    id: string,
    reference: string,
    requirement: Words,
    assessment: Assessment,
    confidence: Confidence = usual,
  ): Control => ({
    id: `${prefix}-${id}`,
    source,
    reference,
    requirement: textOf(requirement),
    confidence,
    assessment,
  })
