import type { Snapshot } from '@/lib/catalog/types'
import { withScratchServer, type ScratchOptions } from '@/lib/clone/scratch-server'
import { withClone } from '@/lib/clone/with-clone'
import type { Sentence } from '@/lib/errors'
import type { Principal } from '../types'
import { whatPostgresSees, type Answer, type Seen } from './what-it-sees'

export interface SeenInWords {
  readonly message: Sentence
  /** What was asked to its answer: `=value`, '' for NULL, `✕ why` where there is none. */
  readonly data: Readonly<Record<string, string>>
}

/**
 * What PostgreSQL sees of a principal, in the governed database where the scanning login may take the role, else on a
 * clone without rows.
 * @throws CatalogError when the governed database does not answer
 */
export async function seenAs(
  url: string,
  snapshot: Snapshot,
  principal: Principal,
  scratch: ScratchOptions,
): Promise<SeenInWords> {
  const there = await whatPostgresSees(url, snapshot, principal)
  if (there.refused === null)
    return {
      message: {
        en: 'Asked in the database itself, read only.',
        pt: 'Perguntado no próprio banco, só leitura.',
      },
      data: inWords(there),
    }
  const onClone = await withScratchServer(scratch, (server) =>
    withClone(snapshot, server, (clone) => whatPostgresSees(clone.url, snapshot, principal)),
  )
  return {
    message: {
      en: `Asked on a clone without rows, since the scanning login may not become ${principal.role} (grant ${principal.role} to it to ask the database itself). What depends on rows is empty here.`,
      pt: `Perguntado em um clone sem linhas, pois o login de leitura não pode se tornar ${principal.role} (conceda ${principal.role} a ele para perguntar ao próprio banco). O que depende de linhas fica vazio aqui.`,
    },
    data: inWords(onClone),
  }
}

const inWords = ({ identity, settings, functions }: Seen): Record<string, string> =>
  Object.fromEntries([...identity, ...settings, ...functions].map((each) => [each.asked, worded(each)]))

const worded = ({ value, error }: Answer): string =>
  error !== null ? `✕ ${error}` : value === null ? '' : `=${value}`
