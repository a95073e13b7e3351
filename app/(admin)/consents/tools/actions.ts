'use server'

import { z } from 'zod'
import { compareMark, releaseHold } from '@/lib/consents/restore'
import { writeRecords } from '@/lib/db/scope'
import { Invalid } from '@/lib/errors'
import { action } from '@/lib/session/action'

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
