'use server'

import { z } from 'zod'
import { noteDispute } from '@/lib/consents/guardians'
import { writeRecords } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

const ids = { clinic: z.uuid(), id: z.uuid() }

export const recordDispute = action(
  z.object({
    ...ids,
    since: z.iso.date(words('Give the day.', 'Informe o dia.')),
    document: z
      .string()
      .trim()
      .min(
        3,
        words(
          'Name the document: the decision, the order, the letter.',
          'Indique o documento: a decisão, a ordem, a carta.',
        ),
      )
      .max(200),
  }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) =>
      noteDispute(tx, input.clinic, input.id, input.since, input.document),
    )
    return {
      en: 'The dispute is recorded: until it is settled only the officer’s decision counts for this patient.',
      pt: 'A divergência está registrada: até se resolver, só vale a decisão do encarregado para este paciente.',
    }
  },
)

export const settleDispute = action(z.object(ids), 'consents:write', async (input, principal) => {
  await writeRecords(principal, (tx) => noteDispute(tx, input.clinic, input.id, null, null))
  return { en: 'The dispute is settled.', pt: 'A divergência está resolvida.' }
})
