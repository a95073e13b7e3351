'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { readStore, writeStore } from '@/lib/db/scope'
import { env, settings } from '@/lib/env'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import { loginsOf } from '@/lib/isolation/detect/login'
import { seenAs } from '@/lib/isolation/setup/seen-as'
import { setupOf } from '@/lib/isolation/setup/setup'
import {
  lockPrincipals,
  markOf,
  storedPrincipals,
  storePrincipals,
} from '@/lib/isolation/stored/stored-principals'
import type { Principal } from '@/lib/isolation/types'
import { currentScan } from '@/lib/rules/current'
import type { Facts } from '@/lib/rules/facts'
import { action } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'
import type { Principal as Person } from '@/lib/session/principal'
import { claimsOf, settingsOf, tenantsOf } from './parse'

const name = z.string().trim().min(1, words('Give it a name.', 'Dê um nome.')).max(200)

/** Stores a principal, new or changed; from then on the stored list stands in the place of what is detected. */
export const savePrincipal = action(
  z.object({
    was: z.string().max(200),
    seen: z.string().max(64),
    name,
    role: z.string().min(1).max(63),
    tenants: z.string().max(10_000).transform(tenantsOf),
    settings: z.string().max(10_000).transform(settingsOf),
    claims: z.string().max(10_000).transform(claimsOf),
    login: optionalText(63),
  }),
  'findings:write',
  async ({ was, seen, ...principal }, person) => {
    await change(person, (list) => {
      const at = list.findIndex((each) => each.name === was)
      const known = list[at]
      if (was !== '' && (!known || markOf(known) !== seen))
        throw new Conflict({
          en: `Somebody has changed or removed ${was} meanwhile. Nothing was saved; load the page again.`,
          pt: `Alguém já alterou ou removeu ${was}. Nada foi salvo; recarregue a página.`,
        })
      if (list.some((each, index) => each.name === principal.name && index !== at))
        throw new Conflict({
          en: `There is a principal called ${principal.name} already.`,
          pt: `Já existe uma identidade chamada ${principal.name}.`,
        })
      return at < 0 ? [...list, principal] : list.with(at, principal)
    })
    return { en: 'Saved.', pt: 'Salva.' }
  },
)

/** Takes a principal off the list. */
export const removePrincipal = action(z.object({ name }), 'findings:write', async (input, person) => {
  await change(person, (list) => {
    const rest = list.filter((each) => each.name !== input.name)
    if (rest.length === 0)
      throw new Conflict({
        en: 'The last one stays: without any there is nothing to ask. “Detect again” forgets the list.',
        pt: 'A última fica: sem nenhuma não há o que perguntar. “Detectar de novo” esquece a lista.',
      })
    return rest
  })
  return { en: 'Removed.', pt: 'Removida.' }
})

/** Names the login of every principal whose role it may become; the others stay as they are. */
export const chooseLogin = action(
  z.object({ login: z.string().min(1).max(63) }),
  'findings:write',
  async ({ login }, person) => {
    await change(person, (list, facts) => {
      const may = (role: string) => loginsOf(facts, role).includes(login)
      if (!list.some(({ role }) => may(role)))
        throw new Invalid({
          en: `No role of the list can be taken by ${login}.`,
          pt: `Nenhum papel da lista pode ser assumido por ${login}.`,
        })
      return list.map((each) => (may(each.role) ? { ...each, login } : each))
    })
    return { en: `They log in as ${login} now.`, pt: `Agora elas entram como ${login}.` }
  },
)

/** Forgets the stored list: what is detected stands again. */
export const detectAgain = action(z.object({}), 'findings:write', async (_, person) => {
  await change(person, () => [])
  return { en: 'What is detected stands again.', pt: 'Vale de novo o que é detectado.' }
})

/** Asks PostgreSQL, as the principal, who it is and what the helpers of policies make of it. */
export const seeAs = action(z.object({ name }), 'findings:write', async (input, person) => {
  const scan = await currentScan(person.database)
  const stored = await readStore(person, (tx) => storedPrincipals(tx, person.database))
  const { setup } = await setupOf(scan.facts, stored)
  const principal = setup.principals.find((each) => each.name === input.name)
  const governed = env().databases.find((each) => each.name === person.database)
  if (!principal || !governed)
    throw new NotFound({ en: 'There is no such principal.', pt: 'Não existe esta identidade.' })
  const { home, scratchUrl } = settings()
  return seenAs(governed.scanUrl, scan.snapshot, principal, { home, url: scratchUrl })
})

/**
 * Stores what `work` makes of the list: of what is stored, else of what is detected now, without what the configuration
 * names. Who changes it at the same time waits, and is given the list as it then is.
 */
async function change(
  person: Person,
  work: (list: readonly Principal[], facts: Facts) => readonly Principal[],
): Promise<void> {
  const { facts } = await currentScan(person.database)
  await writeStore(person, async (tx) => {
    await lockPrincipals(tx, person.database)
    const { setup, origins } = await setupOf(facts, await storedPrincipals(tx, person.database))
    const list = setup.principals.filter((each) => origins.principals[each.name] !== 'configuration')
    await storePrincipals(tx, person, work(list, facts))
  })
  refresh()
}
