/** What a data subject may ask for (LGPD arts. 18 to 20) and how a clinic answers, as data. */
import type { Sentence } from '../errors'

export const requestTypes = [
  'confirm',
  'access_simple',
  'access_full',
  'chart_copy',
  'correct',
  'anonymize_block_erase',
  'portability',
  'erase_consent_based',
  'recipients',
  'info_refusal',
  'revoke',
  'oppose',
  'review_automated',
  'complaint',
] as const
export type RequestType = (typeof requestTypes)[number]

export const requestChannels = ['portal', 'counter', 'email', 'phone', 'letter', 'message'] as const
export type RequestChannel = (typeof requestChannels)[number]

export const requestStatuses = [
  'received',
  'verifying',
  'in_progress',
  'answered',
  'partly',
  'refused',
  'withdrawn',
] as const
export type RequestStatus = (typeof requestStatuses)[number]

export const closings = ['answered', 'partly', 'refused', 'withdrawn'] as const
export type Closing = (typeof closings)[number]

/** Where the right itself stands. */
export const rightOf: Readonly<Record<RequestType, string>> = {
  confirm: 'LGPD art. 18 I',
  access_simple: 'LGPD arts. 18 II, 19 I',
  access_full: 'LGPD arts. 18 II, 19 II',
  chart_copy: 'LGPD art. 18 II; CEM art. 88',
  correct: 'LGPD art. 18 III',
  anonymize_block_erase: 'LGPD art. 18 IV',
  portability: 'LGPD art. 18 V',
  erase_consent_based: 'LGPD art. 18 VI',
  recipients: 'LGPD art. 18 VII',
  info_refusal: 'LGPD art. 18 VIII',
  revoke: 'LGPD arts. 8 §5, 18 IX',
  oppose: 'LGPD art. 18 §2',
  review_automated: 'LGPD art. 20',
  complaint: 'LGPD art. 41 §2 I',
}

/** Where the clock comes from; only art. 19 names figures, all else is the clinic's own target and says so. */
export const clocks: Readonly<Record<string, Sentence>> = {
  art19_I: { en: 'At once (art. 19 I); 1 day here', pt: 'Imediato (art. 19, I); aqui, 1 dia' },
  art19_II: { en: '15 days (art. 19 II)', pt: '15 dias (art. 19, II)' },
  art19_II_small_agent: {
    en: '30 days (small agent, Res. CD/ANPD 2/2022 art. 14)',
    pt: '30 dias (agente de pequeno porte, Res. CD/ANPD 2/2022, art. 14)',
  },
  immediate: { en: 'At once (art. 8 §5)', pt: 'Imediato (art. 8º, §5º)' },
  house: { en: 'The clinic’s own target: 15 days', pt: 'Meta da clínica: 15 dias' },
}

/** Reasons the law gives for a no; the code is kept, the sentence goes to the person. */
export const refusalReasons: readonly {
  readonly code: string
  readonly article: string
  readonly words: Sentence
}[] = [
  {
    code: 'kept_by_duty',
    article: 'LGPD art. 16 I; Lei 13.787/2018 art. 6',
    words: {
      en: 'The medical record is kept for 20 years by law and cannot be erased before.',
      pt: 'O prontuário é guardado por 20 anos por força de lei e não pode ser eliminado antes.',
    },
  },
  {
    code: 'defence_of_rights',
    article: 'LGPD arts. 7 VI, 16 I',
    words: {
      en: 'The data are needed for the exercise of rights in a procedure.',
      pt: 'Os dados são necessários ao exercício regular de direitos em processo.',
    },
  },
  {
    code: 'not_an_agent',
    article: 'LGPD art. 18 §4 I',
    words: {
      en: 'This clinic does not process these data.',
      pt: 'Esta clínica não é agente de tratamento destes dados.',
    },
  },
  {
    code: 'impossible_now',
    article: 'LGPD art. 18 §4 II',
    words: {
      en: 'It cannot be done at once, for the reasons of fact or law given in the answer.',
      pt: 'Não é possível atender de imediato, pelas razões de fato ou de direito indicadas na resposta.',
    },
  },
  {
    code: 'others_secret',
    article: 'LGPD arts. 18, 19 §3',
    words: {
      en: 'The answer would reveal a third person’s data or a trade secret.',
      pt: 'A resposta revelaria dados de terceiro ou segredo comercial.',
    },
  },
  {
    code: 'identity',
    article: 'LGPD art. 18 §3',
    words: {
      en: 'The identity of whoever asks could not be confirmed.',
      pt: 'Não foi possível confirmar a identidade de quem pede.',
    },
  },
]

export const refusalOf = (code: string) => refusalReasons.find((reason) => reason.code === code)

/** Requests whose answer is the person's data. */
export const answeredWithData: readonly RequestType[] = [
  'confirm',
  'access_simple',
  'access_full',
  'chart_copy',
  'portability',
  'recipients',
]

/** Those whose answer is the data themselves, so that what is encrypted here must come in a readable copy. */
export const answeredInFull: readonly RequestType[] = ['access_full', 'chart_copy', 'portability']

/** How an identity is checked, asking no more than what is needed. */
export const identityMethods = ['document_seen', 'portal_session', 'call_back', 'known_in_person'] as const
