'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { getPatient } from '@/lib/consents/choices'
import { writeRecords } from '@/lib/db/scope'
import { NotFound } from '@/lib/errors'
import { close, propagate, receive, verify } from '@/lib/requests/commands'
import {
  closings,
  identityMethods,
  refusalOf,
  refusalReasons,
  requestChannels,
  requestTypes,
} from '@/lib/requests/types'
import { action } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'

const id = z.uuid(words('This is not an id.', 'Isto não é um identificador.'))
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: () => words('Choose one.', 'Escolha um.') })
const localTime = z
  .union([
    z.literal(''),
    z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, words('This is not a time.', 'Isto não é um horário.')),
  ])
  .optional()
  .transform((value) => value || null)

export const receiveRequest = action(
  z.object({
    patient: id,
    type: oneOf(requestTypes),
    channel: oneOf(requestChannels),
    receivedAt: localTime,
  }),
  'consents:write',
  async (input, principal) => {
    const made = await writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, input.patient)
      if (!patient) throw new NotFound()
      return receive(tx, {
        clinicId: patient.clinicId,
        patientId: patient.id,
        timeZone: patient.timeZone,
        type: input.type,
        channel: input.channel,
        receivedAt: input.receivedAt,
      })
    })
    redirect(`/requests/${made}` as Route)
  },
)

export const verifyIdentity = action(
  z.object({ id, method: oneOf(identityMethods), confirmed: oneOf(['yes', 'no']) }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => verify(tx, input.id, input.confirmed === 'yes', input.method))
    redirect(`/requests/${input.id}?noted=verified` as Route)
  },
)

export const tellRecipient = action(
  z.object({
    id,
    recipient: z.string().min(1).max(200),
    status: oneOf(['told', 'acknowledged', 'impossible']),
    note: optionalText(300),
  }),
  'consents:write',
  async (input, principal) => {
    await writeRecords(principal, (tx) => propagate(tx, input.id, input.recipient, input.status, input.note))
    redirect(`/requests/${input.id}?noted=propagated` as Route)
  },
)

export const answerRequest = action(
  z.object({
    id,
    outcome: oneOf(closings),
    reason: z
      .union([z.literal(''), z.enum(refusalReasons.map(({ code }) => code) as [string, ...string[]])])
      .optional()
      .transform((value) => value || null),
    copyFile: z
      .union([z.literal(''), z.uuid()])
      .optional()
      .transform((value) => value || null),
    letter: z.string().trim().min(3, words('Write to the person.', 'Escreva à pessoa.')).max(8000),
  }),
  'consents:write',
  async (input, principal) => {
    const reason = input.reason ? refusalOf(input.reason) : undefined
    const because = principal.locale === 'en' ? reason?.words.en : reason?.words.pt
    await writeRecords(principal, (tx) =>
      close(tx, {
        id: input.id,
        status: input.outcome,
        reason: input.reason,
        article: reason ? `${reason.article}: ${because}` : null,
        letter: input.letter,
        copyFile: input.copyFile,
        locale: principal.locale,
      }),
    )
    redirect(`/requests/${input.id}?noted=closed` as Route)
  },
)
