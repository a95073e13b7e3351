'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { rememberScan } from '@/lib/findings/remember'
import { decidedScan } from '@/lib/isolation/stored/decided'
import { action } from '@/lib/session/action'

/** Reads the catalog now, whatever its age, and records what the rules say of it. */
export const readCatalogAgain = action(z.object({}), 'catalog:read', async (_, principal) => {
  const scan = await decidedScan(principal, { fresh: true })
  if (scan.current.problem) throw scan.current.problem
  await rememberScan(principal.database, scan, { now: true })
  refresh()
  return { en: 'The catalog was read again.', pt: 'O catálogo foi lido de novo.' }
})
