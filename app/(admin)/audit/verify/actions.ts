'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { startRun } from '@/lib/ledger/runs'
import { action } from '@/lib/session/action'
import { log } from '@/lib/session/log'

/** Begins a verification of the whole log of the database looked at. */
export const verifyLog = action(z.object({}), 'audit:read', async (_, principal) => {
  startRun(principal.database, (error) =>
    log().error({ database: principal.database, err: error }, 'a verification of the audit log failed'),
  )
  refresh()
  return { en: 'The verification runs.', pt: 'A verificação está em andamento.' }
})
