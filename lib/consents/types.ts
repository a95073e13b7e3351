/**
 * What a consent is, as data: statuses, reasons, transitions, and what a clinic must answer about each purpose.
 * The database enforces these rules; the screens read them from here. Sources: LGPD arts. 7, 8, 9, 11, 14, 18.
 */
import type { Sentence } from '../errors'

export const statuses = ['pending', 'granted', 'withdrawn', 'expired'] as const
export type Status = (typeof statuses)[number]

/** What people are shown: a refusal is stored as withdrawn with the reason `refused`, but is never called withdrawn. */
export const shownStatuses = ['granted', 'pending', 'withdrawn', 'refused', 'expired'] as const
export type ShownStatus = (typeof shownStatuses)[number]

export const reasons = [
  'refused',
  'request_cancelled',
  'request_timeout',
  'subject_request',
  'representative_request',
  'vitiated',
  'period_elapsed',
  'superseded',
  'purpose_ended',
  'capacity_changed',
  'deceased',
  'entered_in_error',
  'merged',
] as const
export type Reason = (typeof reasons)[number]

export interface Transition {
  readonly from: Status | null
  readonly to: Status
  readonly reasons: readonly Reason[]
}

/** The whole state machine; `withdrawn` and `expired` are final, a renewal is a new record. */
export const transitions: readonly Transition[] = [
  { from: null, to: 'pending', reasons: [] },
  { from: 'pending', to: 'granted', reasons: [] },
  { from: 'pending', to: 'withdrawn', reasons: ['refused', 'request_cancelled'] },
  { from: 'pending', to: 'expired', reasons: ['request_timeout'] },
  { from: 'granted', to: 'withdrawn', reasons: ['subject_request', 'representative_request', 'vitiated'] },
  {
    from: 'granted',
    to: 'expired',
    reasons: [
      'period_elapsed',
      'superseded',
      'purpose_ended',
      'capacity_changed',
      'deceased',
      'entered_in_error',
      'merged',
    ],
  },
]

export const canBecome = (from: Status | null, to: Status): boolean =>
  transitions.some((t) => t.from === from && t.to === to)

export const isFinal = (status: Status): boolean => !transitions.some((t) => t.from === status)

/** Status as people read it. */
export const shownStatus = (status: Status, reason: string | null): ShownStatus =>
  status === 'withdrawn' && reason === 'refused' ? 'refused' : status

export const collectionMethods = [
  'in_person_paper',
  'in_person_device',
  'portal',
  'recorded_call',
  'telemed',
] as const
/** What staff record: in the portal, and by a link, only the patient acts. */
export const deskMethods = ['in_person_paper', 'in_person_device', 'recorded_call', 'telemed'] as const
export type CollectionMethod = (typeof collectionMethods)[number]

/** How a text reached somebody who does not read it themselves; the finger mark takes two witnesses, the others one. */
export const readings = ['read_aloud', 'interpreter', 'finger_mark'] as const
export type Reading = (typeof readings)[number]

export const signerKinds = ['patient', 'representative', 'both'] as const
export type SignerKind = (typeof signerKinds)[number]

/** Who must sign, by age on the day of the decision and legal capacity. */
export function signerFor(age: number, capacity: string): SignerKind {
  if (capacity === 'curatela') return 'representative'
  if (age >= 18 || capacity === 'emancipated') return 'patient'
  return age < 16 ? 'representative' : 'both'
}

/** Whole years between a birth date and a day, both `YYYY-MM-DD`; the birthday itself counts. */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5, 10) < birthDate.slice(5, 10) ? years - 1 : years
}

/** How a withdrawal may reach the clinic. */
export const channels = ['in_person', 'phone', 'email', 'portal', 'letter', 'message'] as const
export type Channel = (typeof channels)[number]

/** The legal bases on which a purpose rests on consent at all. */
export const consentBases: readonly string[] = ['a7_i', 'a11_i']

export const restsOnConsent = (basis: string): boolean => consentBases.includes(basis)

/** Kinds whose consent is not a data consent: they may point to an activity on another basis. */
export const kindsBesideData: readonly string[] = ['procedure_tcle', 'telemedicine']

/** Legal bases in words, with the article. */
export const bases: Readonly<Record<string, Sentence>> = {
  a7_i: { en: 'Consent (art. 7 I)', pt: 'Consentimento (art. 7º, I)' },
  a7_ii: { en: 'Legal duty (art. 7 II)', pt: 'Obrigação legal (art. 7º, II)' },
  a7_v: { en: 'Contract (art. 7 V)', pt: 'Contrato (art. 7º, V)' },
  a7_vi: { en: 'Defence of rights (art. 7 VI)', pt: 'Exercício de direitos (art. 7º, VI)' },
  a7_vii: { en: 'Protection of life (art. 7 VII)', pt: 'Proteção da vida (art. 7º, VII)' },
  a7_viii: { en: 'Health protection (art. 7 VIII)', pt: 'Tutela da saúde (art. 7º, VIII)' },
  a7_ix: { en: 'Legitimate interest (art. 7 IX)', pt: 'Legítimo interesse (art. 7º, IX)' },
  a11_i: { en: 'Specific consent (art. 11 I)', pt: 'Consentimento específico (art. 11, I)' },
  a11_ii_a: { en: 'Legal duty (art. 11 II a)', pt: 'Obrigação legal (art. 11, II, a)' },
  a11_ii_c: { en: 'Research body (art. 11 II c)', pt: 'Órgão de pesquisa (art. 11, II, c)' },
  a11_ii_d: { en: 'Defence of rights (art. 11 II d)', pt: 'Exercício de direitos (art. 11, II, d)' },
  a11_ii_e: { en: 'Protection of life (art. 11 II e)', pt: 'Proteção da vida (art. 11, II, e)' },
  a11_ii_f: { en: 'Health protection (art. 11 II f)', pt: 'Tutela da saúde (art. 11, II, f)' },
  a11_ii_g: { en: 'Fraud prevention (art. 11 II g)', pt: 'Prevenção à fraude (art. 11, II, g)' },
}

export const basisWords = (code: string): Sentence => bases[code] ?? { en: code, pt: code }

/** The kind of consent a purpose asks for, from its code. */
export function kindOf(purposeCode: string): Kind {
  const [family] = purposeCode.split('.')
  if (purposeCode === 'care.telemedicine') return 'telemedicine'
  return byFamily.find(([name]) => name === family)?.[1] ?? 'data_processing'
}

export const kinds = [
  'data_processing',
  'procedure_tcle',
  'image',
  'telemedicine',
  'ai',
  'marketing',
  'sharing',
  'research',
] as const
export type Kind = (typeof kinds)[number]

const byFamily: readonly (readonly [family: string, kind: Kind])[] = [
  ['procedure', 'procedure_tcle'],
  ['media', 'image'],
  ['ai', 'ai'],
  ['marketing', 'marketing'],
  ['sharing', 'sharing'],
  ['research', 'research'],
]

/** Whether a purpose can have a consent at all: it rests on one, or its kind is not a data consent. */
export const asksConsent = (basis: string, purposeCode: string): boolean =>
  restsOnConsent(basis) || kindsBesideData.includes(kindOf(purposeCode))

/** What a representative must answer for, by kind. */
export const scopeFor = (kind: Kind): 'images' | 'health' | 'data' =>
  kind === 'image' ? 'images' : kind === 'procedure_tcle' || kind === 'telemedicine' ? 'health' : 'data'
