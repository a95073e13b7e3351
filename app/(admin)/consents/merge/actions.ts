'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { getPatient } from '@/lib/consents/choices'
import { mergePatients } from '@/lib/consents/merge'
import { writeRecords } from '@/lib/db/scope'
import { NotFound } from '@/lib/errors'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

export const mergeRecords = action(
  z.object({
    from: z.uuid(),
    into: z.uuid(),
    reason: z
      .string()
      .trim()
      .min(3, words('Say why they are one person.', 'Diga por que são a mesma pessoa.'))
      .max(300),
    sure: z.literal('yes', {
      error: () => words('Tick this first: a merge is not undone.', 'Marque antes: a união não se desfaz.'),
    }),
  }),
  'consents:write',
  async (input, principal) => {
    const ended = await writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, input.into)
      if (!patient) throw new NotFound()
      return mergePatients(tx, patient.clinicId, input.from, input.into, input.reason)
    })
    redirect(`/consents/merge?done=${input.into}&ended=${ended}` as Route)
  },
)
