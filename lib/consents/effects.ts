import type { Sentence } from '../errors'

/** What a withdrawal does, for one purpose. Past acts stand (LGPD art. 8 §5); withdrawal is not erasure. */
export interface Effects {
  /** In the same transaction as the withdrawal. */
  readonly atOnce: readonly Sentence[]
  /** Work that follows; the clinic's own target is five business days, the law names no figure. */
  readonly tasks: readonly Sentence[]
  /** What is kept, and why. */
  readonly stays: readonly Sentence[]
}

const gate: Sentence = {
  en: 'The gate closes: no new processing for this purpose is allowed.',
  pt: 'O controle se fecha: nenhum novo tratamento de dados para esta finalidade é permitido.',
}
const chart: Sentence = {
  en: 'The medical record stays: keeping it is a legal duty.',
  pt: 'O prontuário permanece guardado por obrigação legal.',
}
const proof: Sentence = {
  en: 'The proof of this consent stays, for as long as a claim is possible.',
  pt: 'A prova deste consentimento permanece enquanto houver direito a defender.',
}

const byPrefix: readonly (readonly [prefix: string, effects: Effects])[] = [
  [
    'marketing.',
    {
      atOnce: [{ en: 'Queued messages are suppressed.', pt: 'As mensagens na fila são suprimidas.' }],
      tasks: [
        {
          en: 'Tell the processors that send messages, and file their answer (art. 18 §6).',
          pt: 'Avisar os operadores que enviam mensagens e guardar a resposta (art. 18, §6º).',
        },
      ],
      stays: [
        {
          en: 'A minimal suppression entry, so that nobody writes again.',
          pt: 'Um registro mínimo de supressão, para que ninguém volte a escrever.',
        },
      ],
    },
  ],
  [
    'media.publication',
    {
      atOnce: [
        {
          en: 'The photographs fall back to chart use only.',
          pt: 'As fotografias voltam ao uso só em prontuário.',
        },
      ],
      tasks: [
        {
          en: 'Unpublish each known place; copies made by third parties are recorded as impossible.',
          pt: 'Despublicar cada local conhecido; cópias de terceiros são registradas como impossíveis.',
        },
      ],
      stays: [{ en: 'The copy in the chart.', pt: 'A cópia no prontuário.' }],
    },
  ],
  [
    'media.teaching',
    {
      atOnce: [{ en: 'No new use in teaching.', pt: 'Nenhum novo uso em ensino.' }],
      tasks: [
        { en: 'Remove the images from slides and decks.', pt: 'Remover as imagens das apresentações.' },
      ],
      stays: [{ en: 'Printed material is noted.', pt: 'O material impresso é anotado.' }],
    },
  ],
  [
    'sharing.',
    {
      atOnce: [{ en: 'Nothing new is sent.', pt: 'Nada novo é enviado.' }],
      tasks: [{ en: 'Tell the recipients.', pt: 'Avisar os destinatários.' }],
      stays: [
        {
          en: 'What was sent for care may belong to the recipient’s own chart.',
          pt: 'O que foi enviado para assistência pode integrar o prontuário do destinatário.',
        },
      ],
    },
  ],
  [
    'ai.training',
    {
      atOnce: [
        {
          en: 'The data leave the next training set.',
          pt: 'Os dados saem do próximo conjunto de treinamento.',
        },
      ],
      tasks: [
        {
          en: 'Delete derived copies and embeddings; a model already trained is recorded honestly.',
          pt: 'Eliminar cópias derivadas e vetores; um modelo já treinado é registrado com franqueza.',
        },
      ],
      stays: [],
    },
  ],
  [
    'care.telemedicine',
    {
      atOnce: [
        {
          en: 'Future remote appointments are flagged.',
          pt: 'As consultas remotas futuras são sinalizadas.',
        },
      ],
      tasks: [{ en: 'Rebook them in person.', pt: 'Remarcá-las como presenciais.' }],
      stays: [{ en: 'The chart of past ones.', pt: 'O prontuário das consultas passadas.' }],
    },
  ],
  [
    'procedure.',
    {
      atOnce: [{ en: 'The procedure cannot start.', pt: 'O procedimento não pode começar.' }],
      tasks: [{ en: 'Tell the professional now.', pt: 'Avisar o profissional agora.' }],
      stays: [{ en: 'The signed term.', pt: 'O termo assinado.' }],
    },
  ],
  [
    'research.',
    {
      atOnce: [{ en: 'Collection stops.', pt: 'A coleta cessa.' }],
      tasks: [
        {
          en: 'The protocol decides about data already collected.',
          pt: 'O protocolo decide sobre os dados já coletados.',
        },
      ],
      stays: [{ en: 'The file of the ethics board.', pt: 'O dossiê do comitê de ética.' }],
    },
  ],
]

/** The effects of withdrawing consent to `purposeCode`; an unknown purpose still closes its gate and keeps its proof. */
export function effectsOf(purposeCode: string): Effects {
  const own = byPrefix.find(([prefix]) => purposeCode.startsWith(prefix))?.[1]
  return {
    atOnce: [gate, ...(own?.atOnce ?? [])],
    tasks: own?.tasks ?? [],
    stays: [...(own?.stays ?? []), chart, proof],
  }
}
