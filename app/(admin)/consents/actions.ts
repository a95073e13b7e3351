'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { record, withdraw } from '@/lib/consents/commands'
import { channels, collectionMethods, signerKinds } from '@/lib/consents/types'
import { writeRecords } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'

const choose = words('Choose one.', 'Escolha um.')
const id = z.uuid(words('This is not an id.', 'Isto não é um identificador.'))
const optionalId = z
  .union([z.literal(''), z.uuid()])
  .optional()
  .transform((value) => value || null)
const localTime = z
  .union([
    z.literal(''),
    z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, words('This is not a time.', 'Isto não é um horário.')),
  ])
  .optional()
  .transform((value) => value || null)
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: () => choose })
const optionalOneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .union([z.literal(''), z.enum(values)])
    .optional()
    .transform((value) => value || null)

export const recordConsent = action(
  z
    .object({
      patient: id,
      activity: id,
      term: id,
      pending: optionalId,
      capture: id,
      shown: z.literal('yes', {
        error: () =>
          words(
            'The term comes first: read it, then tick here.',
            'O termo vem antes: leia-o e então marque aqui.',
          ),
      }),
      decision: oneOf(['grant', 'refuse']),
      signer: optionalOneOf(signerKinds),
      representative: optionalId,
      method: oneOf(collectionMethods),
      decidedAt: localTime,
      evidenceKey: optionalText(200),
      evidenceSha256: z
        .union([
          z.literal(''),
          z
            .string()
            .trim()
            .toLowerCase()
            .regex(
              /^[0-9a-f]{64}$/,
              words('A SHA-256 has 64 hexadecimal digits.', 'Um SHA-256 tem 64 dígitos hexadecimais.'),
            ),
        ])
        .optional()
        .transform((value) => value || null),
    })
    .superRefine((input, context) => {
      if (input.decision === 'grant' && input.signer === null)
        context.addIssue({ code: 'custom', path: ['signer'], message: choose })
      if (
        input.decision === 'grant' &&
        input.signer !== null &&
        input.signer !== 'patient' &&
        !input.representative
      ) {
        context.addIssue({ code: 'custom', path: ['representative'], message: choose })
      }
    }),
  'consents:write',
  async (input, principal) => {
    const { id: made, outcome } = await writeRecords(principal, (tx) =>
      record(tx, {
        patientId: input.patient,
        activityId: input.activity,
        termId: input.term,
        pendingId: input.pending,
        captureKey: input.capture,
        decision: input.decision,
        signer: input.signer ?? 'patient',
        representativeId: input.representative,
        method: input.method,
        decidedAt: input.decidedAt,
        evidenceSha256: input.evidenceSha256,
        evidenceKey: input.evidenceKey,
      }),
    )
    redirect(`/consents/${made}?noted=${outcome}` as Route)
  },
)

export const withdrawConsent = action(
  z.object({
    id,
    channel: oneOf(channels),
    who: oneOf(['subject_request', 'representative_request']),
    declaredAt: localTime,
  }),
  'consents:write',
  async (input, principal) => {
    const outcome = await writeRecords(principal, (tx) => withdraw(tx, input))
    redirect(`/consents/${input.id}?noted=${outcome}` as Route)
  },
)
