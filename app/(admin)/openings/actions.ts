'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { writeRecords } from '@/lib/db/scope'
import { reviewOpening } from '@/lib/openings/queries'
import { action } from '@/lib/session/action'

/** Keeps what somebody else thinks of an emergency opening; once. */
export const reviewEmergency = action(
  z.object({ clinic: z.uuid(), opening: z.uuid(), justified: z.enum(['yes', 'no']) }),
  'consents:write',
  async ({ clinic, opening, justified }, principal) => {
    await writeRecords(principal, (tx) => reviewOpening(tx, clinic, opening, justified === 'yes'))
    refresh()
    return { en: 'The review was kept.', pt: 'A revisão foi registrada.' }
  },
)
