'use server'

import { z } from 'zod'
import { closeTask, renew } from '@/lib/consents/work'
import { writeRecords } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { many, optionalText, words } from '@/lib/session/form'

const id = z.uuid(words('Choose one.', 'Escolha um.'))

export const endTask = action(
  z
    .object({
      clinic: id,
      id,
      outcome: z.enum(['done', 'impossible']).default('done'),
      note: optionalText(300),
    })
    .superRefine((input, context) => {
      if (input.outcome === 'impossible' && !input.note)
        context.addIssue({
          code: 'custom',
          path: ['note'],
          message: words('Say why it is impossible.', 'Diga por que é impossível.'),
        })
    }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => closeTask(tx, input.clinic, input.id, input.outcome, input.note))
    return { en: 'The task is closed.', pt: 'A tarefa foi encerrada.' }
  },
)

export const askAgain = action(
  z.object({
    consent: many(id).refine(
      (all) => all.length > 0 && all.length <= 200,
      words('Choose from 1 to 200.', 'Escolha de 1 a 200.'),
    ),
  }),
  'consents:write',
  async (input, principal) => {
    const done = await writeRecords(principal, (tx) => renew(tx, input.consent))
    const count = (outcome: string) => done.filter((each) => each.outcome === outcome).length
    return {
      en: `${count('asked')} asked again, ${count('waiting')} were asked already, ${count('refused')} refused less than 90 days ago, ${count('gone')} are no longer in force. Nothing was granted.`,
      pt: `${count('asked')} solicitados de novo, ${count('waiting')} já estavam solicitados, ${count('refused')} recusaram há menos de 90 dias, ${count('gone')} não estão mais em vigor. Nada foi concedido.`,
    }
  },
)
