import type { Proof, Sentence } from '../../types'
import type { Problem } from '../problem'
import type { Door } from '../ways'

/** What can be told of rows of other tenants without one of them being shown or changed. */
export interface Whisper {
  readonly outcome: Proof['outcome']
  readonly doors: readonly Door[]
}

export const silent: Whisper = { outcome: 'proved', doors: [] }

const reasons = {
  fails: {
    en: 'A condition may fail for some rows and not for others: the error tells of them.',
    pt: 'Uma condição pode falhar para algumas linhas e não para outras: o erro conta delas.',
  },
  hangs: {
    en: 'Whether a row passes may hang on rows of other tenants.',
    pt: 'Se uma linha passa pode depender de linhas de outros inquilinos.',
  },
  leakproof: {
    en: 'A LEAKPROOF function that the session may call sees rows before row security leaves them out.',
    pt: 'Uma função LEAKPROOF que a sessão pode chamar vê linhas antes que a segurança de linhas as descarte.',
  },
  beside: {
    en: 'What triggers, rules, defaults or checks make of a row may hang on rows of other tenants.',
    pt: 'O que gatilhos, regras, valores padrão ou restrições fazem de uma linha pode depender de linhas de outros inquilinos.',
  },
  view: {
    en: 'What a statement on this view tells is not followed.',
    pt: 'O que um comando sobre esta visão revela não é acompanhado.',
  },
} satisfies Record<string, Sentence>

export type Reason = keyof typeof reasons

/** Left open, and why. */
export function unsure(reason: Reason, { notes }: Problem): Whisper {
  notes.leaveOpen(`whisper ${reason}`, reasons[reason])
  return { outcome: 'unknown', doors: [] }
}
