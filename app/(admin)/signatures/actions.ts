'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { Invalid } from '@/lib/errors'
import { action } from '@/lib/session/action'
import { configuredTrust, verifyNext } from '@/lib/signatures/current'

/** Verifies the signatures that waited longest and keeps the results. */
export const verifySignatures = action(z.object({}), 'findings:write', async (_, principal) => {
  const trust = configuredTrust()
  if (trust === null)
    throw new Invalid({
      en: 'Nothing was verified: no trust store is configured.',
      pt: 'Nada foi verificado: nenhum repositório de confiança está configurado.',
    })
  const { checked, invalid } = await verifyNext(principal, trust)
  refresh()
  return {
    en: `${checked} signatures were verified; ${invalid} of them do not hold.`,
    pt: `${checked} assinaturas foram verificadas; ${invalid} delas não valem.`,
  }
})
