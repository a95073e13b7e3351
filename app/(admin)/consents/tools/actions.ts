'use server'

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { getPatient } from '@/lib/consents/choices'
import { compareMark, releaseHold } from '@/lib/consents/restore'
import { ask, importFlags } from '@/lib/consents/work'
import { writeRecords } from '@/lib/db/scope'
import { Invalid, NotFound } from '@/lib/errors'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

const id = z.uuid(words('Choose one.', 'Escolha um.'))

const mark = z.object({
  clinic: z.uuid(),
  seq: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  takenAt: z.string(),
  ended: z.array(z.object({ consent: z.uuid(), reason: z.string(), declaredAt: z.string() })),
})

export const compareMarks = action(
  z.object({ mark: z.string().max(5_000_000) }),
  'consents:write',
  async (input, principal) => {
    const marks = parse(input.mark)
    const told = []
    for (const each of marks) told.push(await writeRecords(principal, (tx) => compareMark(tx, each)))
    const held = told.filter((each) => each.held)
    const sum = (of: 'ended' | 'unknown') => held.reduce((all, each) => all + each[of], 0)
    return held.length === 0
      ? {
          en: 'Each marked event is here: nothing was lost, and nothing was changed.',
          pt: 'Cada evento marcado está aqui: nada se perdeu, e nada foi mudado.',
        }
      : {
          en: `${held.length} of ${told.length} clinics lack the marked event: their gates are closed. ${sum('ended')} consents ended again, ${sum('unknown')} do not exist here.`,
          pt: `${held.length} de ${told.length} clínicas não têm o evento marcado: as porteiras estão fechadas. ${sum('ended')} consentimentos terminaram de novo, ${sum('unknown')} não existem aqui.`,
        }
  },
)

export const openGates = action(
  z.object({ clinic: z.uuid() }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => releaseHold(tx, input.clinic))
    return { en: 'The gates are open again.', pt: 'As porteiras estão abertas de novo.' }
  },
)

function parse(text: string) {
  const read = z.array(mark).min(1).safeParse(json(text))
  if (read.success) return read.data
  const how = {
    en: 'This is not a mark: paste the whole file that was downloaded here. Nothing was changed.',
    pt: 'Isto não é uma marca: cole inteiro o arquivo que se baixou aqui. Nada foi mudado.',
  }
  throw new Invalid(how, { mark: how })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

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
