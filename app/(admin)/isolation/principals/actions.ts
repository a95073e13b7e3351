'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { readStore, writeStore } from '@/lib/db/scope'
import { env, settings } from '@/lib/env'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import { loginsOf } from '@/lib/isolation/detect/login'
import { seenAs } from '@/lib/isolation/seen-as'
import { setupOf } from '@/lib/isolation/setup'
import { storedPrincipals, storePrincipals } from '@/lib/isolation/stored-principals'
import type { Principal } from '@/lib/isolation/types'
import { currentScan } from '@/lib/rules/current'
import { action } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'
import type { Principal as Person } from '@/lib/session/principal'
import { claimsOf, settingsOf, tenantsOf } from './parse'

const name = z.string().trim().min(1, words('Give it a name.', 'Dê um nome.')).max(200)

/** Stores a principal, new or changed; from then on the stored list stands in the place of what is detected. */
export const savePrincipal = action(
  z.object({
    was: z.string().max(200),
    name,
    role: z.string().min(1).max(63),
    tenants: z.string().max(10_000).transform(tenantsOf),
    settings: z.string().max(10_000).transform(settingsOf),
    claims: z.string().max(10_000).transform(claimsOf),
    login: optionalText(63),
  }),
  'findings:write',
  async ({ was, ...principal }, person) => {
    const list = await editable(person)
    const at = list.findIndex((each) => each.name === was)
    if (list.some((each, index) => each.name === principal.name && index !== at))
      throw new Conflict({
        en: `There is a principal called ${principal.name} already.`,
        pt: `Já existe uma identidade chamada ${principal.name}.`,
      })
    await store(person, at < 0 ? [...list, principal] : list.with(at, principal))
    return { en: 'Saved.', pt: 'Salva.' }
  },
)

/** Takes a principal off the list. */
export const removePrincipal = action(z.object({ name }), 'findings:write', async (input, person) => {
  const list = await editable(person)
  const rest = list.filter((each) => each.name !== input.name)
  if (rest.length === 0)
    throw new Conflict({
      en: 'The last one stays: without any there is nothing to ask. “Detect again” forgets the list.',
      pt: 'A última fica: sem nenhuma não há o que perguntar. “Detectar de novo” esquece a lista.',
    })
  await store(person, rest)
  return { en: 'Removed.', pt: 'Removida.' }
})

/** Names the login of every principal whose role it may become; the others stay as they are. */
export const chooseLogin = action(
  z.object({ login: z.string().min(1).max(63) }),
  'findings:write',
  async ({ login }, person) => {
    const { facts } = await currentScan(person.database)
    const list = await editable(person)
    const may = (role: string) => loginsOf(facts, role).includes(login)
    if (!list.some(({ role }) => may(role)))
      throw new Invalid({
        en: `No role of the list can be taken by ${login}.`,
        pt: `Nenhum papel da lista pode ser assumido por ${login}.`,
      })
    await store(
      person,
      list.map((each) => (may(each.role) ? { ...each, login } : each)),
    )
    return { en: `They log in as ${login} now.`, pt: `Agora elas entram como ${login}.` }
  },
)

/** Forgets the stored list: what is detected stands again. */
export const detectAgain = action(z.object({}), 'findings:write', async (_, person) => {
  await store(person, [])
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

/** The list to change: what is stored, else what is detected now, without what the configuration names. */
async function editable(person: Person): Promise<readonly Principal[]> {
  const stored = await readStore(person, (tx) => storedPrincipals(tx, person.database))
  const { setup, origins } = await setupOf((await currentScan(person.database)).facts, stored)
  return setup.principals.filter((each) => origins.principals[each.name] !== 'configuration')
}

async function store(person: Person, principals: readonly Principal[]) {
  await writeStore(person, (tx) => storePrincipals(tx, person, principals))
  refresh()
}
