'use server'

import { refresh } from 'next/cache'
import { after } from 'next/server'
import { z } from 'zod'
import { writeStore } from '@/lib/db/scope'
import { NotFound } from '@/lib/errors'
import { acceptRisk, approveAcceptance, withdrawAcceptance } from '@/lib/findings/acceptances'
import { rememberScan } from '@/lib/findings/remember'
import { beginProof } from '@/lib/proof/run-stored'
import { decidedScan } from '@/lib/isolation/stored/decided'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

const reason = z
  .string()
  .trim()
  .min(10, words('Say why, in a sentence.', 'Diga por quê, em uma frase.'))
  .max(2000)

/** Accepts the risk of one finding of the database looked at; a critical or high one still needs another person. */
export const acceptFinding = action(
  z.object({
    key: z.string().min(1).max(1000),
    scope: z.enum(['object', 'rule']),
    kind: z.enum(['accepted_risk', 'false_positive', 'by_design']),
    reason,
    until: z
      .string()
      .trim()
      .transform((value) => (value === '' ? null : value)),
  }),
  'findings:write',
  async (input, principal) => {
    const { inForce } = await writeStore(principal, (tx) =>
      acceptRisk(tx, principal, { ...input, database: principal.database }),
    )
    refresh()
    return inForce
      ? { en: 'Accepted.', pt: 'Aceito.' }
      : {
          en: 'Recorded. It counts once another person approves.',
          pt: 'Registrado. Vale quando outra pessoa aprovar.',
        }
  },
)

/** Approves an acceptance that somebody else asked for. */
export const approveFinding = action(
  z.object({ id: z.uuid() }),
  'findings:write',
  async ({ id }, principal) => {
    await writeStore(principal, (tx) => approveAcceptance(tx, principal, id))
    refresh()
    return { en: 'Approved.', pt: 'Aprovado.' }
  },
)

/** Withdraws an acceptance: the finding is open again. */
export const reopenFinding = action(
  z.object({ id: z.uuid(), reason }),
  'findings:write',
  async (input, principal) => {
    await writeStore(principal, (tx) => withdrawAcceptance(tx, principal, input))
    refresh()
    return {
      en: 'The acceptance is withdrawn; the finding is open again.',
      pt: 'O aceite foi retirado; o achado está aberto de novo.',
    }
  },
)

/** Runs the fix of one finding on a clone, after the answer; the finding's page shows how far it is and what came of it. */
export const proveFinding = action(
  z.object({ key: z.string().min(1).max(1000) }),
  'findings:write',
  async ({ key }, principal) => {
    const scan = await decidedScan(principal)
    const finding = scan.result.findings.find((each) => each.key === key)
    if (!finding) {
      throw new NotFound({
        en: 'The latest read of the catalog does not have this finding any more.',
        pt: 'A última leitura do catálogo não tem mais este achado.',
      })
    }
    await rememberScan(principal.database, scan)
    after(await beginProof(principal, { finding, snapshot: scan.snapshot, config: scan.config }))
    refresh()
    return {
      en: 'The proof runs; the result will stand here.',
      pt: 'A prova está rodando; o resultado aparecerá aqui.',
    }
  },
)
