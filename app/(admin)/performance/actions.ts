'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { NotFound } from '@/lib/errors'
import { currentMeasurement } from '@/lib/operations/current'
import { action } from '@/lib/session/action'

/** Times the standard operations now, whatever the age of the last result. */
export const measureAgain = action(z.object({}), 'catalog:read', async (_, principal) => {
  const measured = await currentMeasurement(principal.database, { fresh: true })
  if (measured === null)
    throw new NotFound({
      en: 'No operations are configured for this database.',
      pt: 'Nenhuma operação está configurada para este banco de dados.',
    })
  refresh()
  return { en: 'The operations were timed again.', pt: 'As operações foram medidas de novo.' }
})
