'use server'

import type { Route } from 'next'
import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { toString } from 'qrcode'
import { z } from 'zod'
import { record, withdraw } from '@/lib/consents/commands'
import { sayProof } from '@/lib/consents/evidence'
import { devices, openSitting, revokeSitting } from '@/lib/consents/sittings'
import { channels, deskMethods, readings, signerKinds } from '@/lib/consents/types'
import { writeRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { action } from '@/lib/session/action'
import { many, optionalText, words } from '@/lib/session/form'

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
      method: oneOf(deskMethods),
      decidedAt: localTime,
      reading: optionalOneOf(readings),
      witnesses: z.coerce.number().int().min(0).max(9).default(0),
      ownWish: z
        .literal('yes')
        .optional()
        .transform((value) => value === 'yes'),
      evidenceKey: optionalText(200),
      evidenceFile: optionalId,
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
        readTo: input.reading && { how: input.reading, witnesses: input.witnesses },
        ownWish: input.ownWish,
        evidenceKey: input.evidenceFile ? `kept_files/${input.evidenceFile}` : input.evidenceKey,
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

export const askForConsent = action(
  z.object({
    patient: id,
    capture: id,
    activity: many(id).refine(
      (all) => all.length > 0,
      words('Choose at least one.', 'Escolha ao menos uma.'),
    ),
    representative: optionalId,
    device: oneOf(devices),
  }),
  'consents:write',
  async (input, principal) => {
    const { token } = await writeRecords(principal, (tx) =>
      openSitting(tx, {
        patientId: input.patient,
        activityIds: input.activity,
        representativeId: input.representative,
        device: input.device,
        captureKey: input.capture,
      }),
    )
    if (input.device === 'clinic') redirect(`/c/${token}` as Route)
    const address = `${env().origin}/c/${token}`
    return {
      message: {
        en: 'The link is made. It is shown here once: hand it over now.',
        pt: 'O link está pronto. Ele aparece aqui uma única vez: entregue-o agora.',
      },
      data: { address, qr: await toString(address, { type: 'svg', margin: 1 }) },
    }
  },
)

export const revokeLink = action(z.object({ clinic: id, id }), 'consents:write', async (input, principal) => {
  await writeRecords(principal, (tx) => revokeSitting(tx, input.clinic, input.id))
  return { en: 'The link is closed.', pt: 'O link foi fechado.' }
})

/** Where evidence is kept outside, its hash alone is here: somebody who looked says whether it is there. */
export const sayWhetherProved = action(
  z.object({ clinic: id, id, lost: z.enum(['yes', 'no']) }),
  'consents:write',
  async (input, principal) => {
    const lost = input.lost === 'yes'
    await writeRecords(principal, (tx) => sayProof(tx, { clinicId: input.clinic, id: input.id, lost }))
    refresh()
    return lost
      ? {
          en: 'Noted: nothing is published or advertised on this consent until its evidence is found.',
          pt: 'Anotado: nada se publica nem se divulga com este consentimento até que a prova seja encontrada.',
        }
      : { en: 'Noted: the evidence is there again.', pt: 'Anotado: a prova está de volta.' }
  },
)
