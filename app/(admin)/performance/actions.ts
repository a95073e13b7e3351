'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { CatalogError } from '@/lib/catalog/error'
import { NotFound, Unavailable } from '@/lib/errors'
import { currentMeasurement } from '@/lib/operations/current'
import { action } from '@/lib/session/action'

/** Times the standard operations now, whatever the age of the last result. */
export const measureAgain = action(z.object({}), 'catalog:read', async (_, principal) => {
  const measured = await currentMeasurement(principal.database, { fresh: true }).catch((error: unknown) => {
    if (error instanceof CatalogError)
      throw new Unavailable({ en: error.message, pt: error.message }, { cause: error })
    throw error
  })
  if (measured === null)
    throw new NotFound({
      en: 'No operations are configured for this database.',
      pt: 'Nenhuma operação está configurada para este banco de dados.',
    })
  refresh()
  return { en: 'The operations were timed again.', pt: 'As operações foram medidas de novo.' }
})
