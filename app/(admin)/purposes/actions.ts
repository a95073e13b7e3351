'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { saveDraft, stepTerm } from '@/lib/consents/terms'
import { writeRecords } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'

const id = z.uuid()
const needed = (limit: number) => z.string().trim().min(3, words('Write it.', 'Escreva.')).max(limit)

export const saveTerm = action(
  z
    .object({
      clinic: id,
      purpose: id,
      term: z
        .union([z.literal(''), id])
        .optional()
        .transform((value) => value || null),
      title: needed(200),
      body: needed(40_000),
      summary: needed(4000),
      refusal: needed(4000),
      material: z.string().optional(),
      change: optionalText(1000),
      highlighted: z.string().optional(),
    })
    .superRefine((input, context) => {
      if (input.material === 'yes' && !input.change)
        context.addIssue({
          code: 'custom',
          path: ['change'],
          message: words('Say what changed.', 'Diga o que mudou.'),
        })
    }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) =>
      saveDraft(tx, {
        clinicId: input.clinic,
        purposeId: input.purpose,
        termId: input.term,
        title: input.title,
        body: input.body,
        summary: input.summary,
        refusal: input.refusal,
        material: input.material === 'yes',
        change: input.change,
        highlighted: input.highlighted === 'yes',
      }),
    )
    redirect(`/purposes/${input.purpose}?noted=saved` as Route)
  },
)

export const moveTerm = action(
  z.object({ clinic: id, purpose: id, term: id, step: z.enum(['review', 'publish', 'retire']) }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => stepTerm(tx, input.step, input.clinic, input.term))
    redirect(`/purposes/${input.purpose}?noted=${input.step}` as Route)
  },
)
