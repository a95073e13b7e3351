'use server'

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { getPatient } from '@/lib/consents/choices'
import { ask, closeTask, importFlags, renew } from '@/lib/consents/work'
import { writeRecords } from '@/lib/db/scope'
import { Invalid, NotFound } from '@/lib/errors'
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

export const mayI = action(
  z.object({ patient: id, activity: id }),
  'consents:write',
  async (input, principal) => {
    const ok = await writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, input.patient)
      if (!patient) throw new NotFound()
      return ask(tx, patient.clinicId, patient.id, input.activity)
    })
    return ok
      ? {
          en: 'Yes: a consent is in force now. The question and its answer are recorded.',
          pt: 'Sim: há consentimento em vigor agora. A pergunta e a resposta ficaram registradas.',
        }
      : {
          en: 'No: no consent is in force now. The question and its answer are recorded.',
          pt: 'Não: não há consentimento em vigor agora. A pergunta e a resposta ficaram registradas.',
        }
  },
)

export const importLegacy = action(
  z.object({
    purpose: z.string().regex(/^[0-9a-f-]{36}:[0-9a-f-]{36}$/, words('Choose one.', 'Escolha um.')),
    numbers: z.string().max(20_000),
  }),
  'consents:write',
  async (input, principal) => {
    const numbers = [...new Set(input.numbers.split(/[\s,;]+/).filter(Boolean))]
    if (numbers.length === 0 || numbers.length > 1000) {
      const how = {
        en: 'Give from 1 to 1000 record numbers.',
        pt: 'Informe de 1 a 1000 números de prontuário.',
      }
      throw new Invalid(how, { numbers: how })
    }
    const [clinic = '', activity = ''] = input.purpose.split(':')
    const done = await writeRecords(principal, (tx) =>
      importFlags(tx, clinic, activity, numbers, `legacy:${randomUUID()}`),
    )
    const of = (outcome: string) => done.filter((each) => each.outcome === outcome)
    const unknown = of('unknown')
      .map((each) => each.record_number)
      .slice(0, 20)
      .join(', ')
    return {
      en: `${of('pending').length} are now questions to be asked, ${of('present').length} had one already, ${of('refused').length} refused less than 90 days ago, ${of('unknown').length} are unknown${unknown ? ` (${unknown})` : ''}. Nothing was granted.`,
      pt: `${of('pending').length} viraram perguntas a fazer, ${of('present').length} já tinham registro, ${of('refused').length} recusaram há menos de 90 dias, ${of('unknown').length} não existem${unknown ? ` (${unknown})` : ''}. Nada foi concedido.`,
    }
  },
)
