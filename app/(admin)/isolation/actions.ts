'use server'

import { refresh } from 'next/cache'
import { after } from 'next/server'
import { z } from 'zod'
import { readStore, writeStore } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { Invalid, NotFound } from '@/lib/errors'
import { askAgain } from '@/lib/isolation/run/ask-again'
import { beginRun, seenEnding } from '@/lib/isolation/run/run-stored'
import { setupOf } from '@/lib/isolation/setup/setup'
import { cancelRun } from '@/lib/isolation/stored/stored'
import { storedPrincipals } from '@/lib/isolation/stored/stored-principals'
import { currentScan } from '@/lib/rules/current'
import { action } from '@/lib/session/action'

/** Asks every question about the database looked at, after the answer; the page shows how far it is. */
export const startIsolation = action(z.object({}), 'findings:write', async (_, principal) => {
  const scan = await currentScan(principal.database, { fresh: true })
  const stored = await readStore(principal, (tx) => storedPrincipals(tx, principal.database))
  const prepared = await setupOf(scan.facts, stored)
  const { setup, notes } = prepared
  if (setup.principals.length === 0 || setup.tenants.length + setup.tenantVia.length === 0)
    throw new Invalid(notes[0] ?? { en: 'There is nothing to ask about.', pt: 'Não há o que perguntar.' })
  const begun = beginRun({ ...principal, write: (work) => writeStore(principal, work) }, prepared, {
    snapshot: scan.snapshot,
    governed: governedUrl(principal.database),
  })
  // Where somebody was faster the page shows how far theirs is.
  after(await begun.finally(refresh))
  return { en: 'The questions are being asked.', pt: 'As perguntas estão sendo feitas.' }
})

/** Ends the run of the database looked at, whoever started it. */
export const cancelIsolation = action(z.object({}), 'findings:write', async (_, principal) => {
  const found = await writeStore(principal, (tx) => cancelRun(tx, principal))
  const ended = !found || (await seenEnding(principal.database, (work) => readStore(principal, work)))
  refresh()
  if (!found) return { en: 'Nothing runs any more.', pt: 'Nada mais está rodando.' }
  return ended
    ? { en: 'It was cancelled.', pt: 'Foi cancelado.' }
    : { en: 'It is being cancelled.', pt: 'Está sendo cancelado.' }
})

/** Runs the fix of a finding on a clone and asks the leaking question again. */
export const askWithFix = action(
  z.object({
    key: z.string().min(1).max(1000),
    relation: z.string().min(1).max(1000),
    role: z.string().min(1).max(200),
    command: z.enum(['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    channel: z.enum(['row', 'covert', 'session']),
  }),
  'findings:write',
  async ({ key, ...question }, principal) => {
    const scan = await currentScan(principal.database)
    const finding = scan.result.findings.find((each) => each.key === key)
    if (!finding)
      throw new NotFound({
        en: 'The latest read of the catalog does not have this finding any more.',
        pt: 'A última leitura do catálogo não tem mais este achado.',
      })
    const stored = await readStore(principal, (tx) => storedPrincipals(tx, principal.database))
    const { setup } = await setupOf(scan.facts, stored)
    const { mends, sentence } = await askAgain(question, {
      snapshot: scan.snapshot,
      setup,
      governed: governedUrl(principal.database),
      fix: finding.fix.sql,
    })
    if (!mends) throw new Invalid(sentence)
    return sentence
  },
)

function governedUrl(database: string): string {
  const found = env().databases.find((each) => each.name === database)
  if (!found)
    throw new NotFound({
      en: `There is no database called ${database} here.`,
      pt: `Não há banco de dados chamado ${database} aqui.`,
    })
  return found.scanUrl
}
