'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { writeRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { criteria, incidentKinds, report, severities, step, steps } from '@/lib/incidents/incidents'
import { seal } from '@/lib/incidents/seal'
import { action } from '@/lib/session/action'
import { many, optionalText, words } from '@/lib/session/form'

const id = z.uuid(words('Choose one.', 'Escolha um.'))
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: () => words('Choose one.', 'Escolha um.') })
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, words('This is not a time.', 'Isto não é um horário.'))

export const reportIncident = action(
  z
    .object({
      clinic: id,
      kind: oneOf(incidentKinds),
      severity: oneOf(severities),
      title: z.string().trim().min(3, words('Give it a title.', 'Dê um título.')).max(160),
      description: z.string().trim().min(3, words('Say what happened.', 'Diga o que aconteceu.')).max(8000),
      occurredAt: z
        .union([z.literal(''), time])
        .optional()
        .transform((value) => value || null),
      knownAt: time,
      notifiable: oneOf(['yes', 'no']),
      criteria: many(z.enum(criteria)),
      reason: optionalText(500),
      subjects: z
        .union([z.literal(''), z.coerce.number().int().min(0).max(10_000_000)])
        .optional()
        .transform((value) => (typeof value === 'number' ? value : null)),
    })
    .superRefine((input, context) => {
      if (input.notifiable === 'no' && !input.reason)
        context.addIssue({
          code: 'custom',
          path: ['reason'],
          message: words('Say why it is not told.', 'Diga por que não se comunica.'),
        })
      if (input.notifiable === 'yes' && input.kind === 'personal_data' && input.criteria.length === 0)
        context.addIssue({
          code: 'custom',
          path: ['criteria'],
          message: words('Choose at least one.', 'Escolha ao menos um.'),
        })
    }),
  'consents:write',
  async (input, principal) => {
    const made = await writeRecords(principal, (tx) =>
      report(tx, {
        clinicId: input.clinic,
        kind: input.kind,
        title: input.title,
        description: seal(input.description, env().secret),
        occurredAt: input.occurredAt,
        knownAt: input.knownAt,
        severity: input.severity,
        criteria: input.criteria,
        notifiable: input.notifiable === 'yes',
        reason: input.reason,
        subjects: input.subjects,
      }),
    )
    redirect(`/incidents/${made}?noted=reported` as Route)
  },
)

export const stepIncident = action(
  z.object({ id, step: oneOf(steps), text: optionalText(2000) }).superRefine((input, context) => {
    if ((input.step === 'authority_sent' || input.step === 'closed') && !input.text)
      context.addIssue({
        code: 'custom',
        path: ['text'],
        message: words('This step needs it.', 'Este passo precisa disto.'),
      })
  }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => step(tx, input.id, input.step, input.text))
    redirect(`/incidents/${input.id}?noted=stepped` as Route)
  },
)
