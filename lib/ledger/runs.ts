import { env } from '@/lib/env'
import { isExpected, NotFound, type Sentence } from '@/lib/errors'
import { trustedKeys } from './keys'
import { askConfigured } from './server'
import { keepVerification } from './verifications'
import { verify } from './verify'

/** A verification under way in this process, or how the last one failed to be one. */
export interface Run {
  readonly startedAt: string
  done: number
  total: number
  over: boolean
  problem: Sentence | null
}

/** Kept on globalThis, because a web build has copies of modules. */
const runs = ((globalThis as { tabellionRuns?: Map<string, Run> }).tabellionRuns ??= new Map())

export const runOf = (database: string): Run | null => runs.get(database) ?? null

/** The address of a governed database's ledger. @throws NotFound */
export function ledgerUrl(database: string): string {
  const found = env().databases.find((each) => each.name === database)
  if (found) return found.recordsUrl
  throw new NotFound()
}

/** Begins a verification of the whole log unless one is under way. It goes on when nobody looks. */
export function startRun(database: string, onFailure: (error: unknown) => void): void {
  if (runOf(database)?.over === false) return
  const url = ledgerUrl(database)
  const run: Run = { startedAt: new Date().toISOString(), done: 0, total: 0, over: false, problem: null }
  runs.set(database, run)
  void work(url, database, run)
    .catch((error: unknown) => {
      run.problem = isExpected(error) ? error.sentence : unexpected
      onFailure(error)
    })
    .finally(() => (run.over = true))
}

async function work(url: string, database: string, run: Run): Promise<void> {
  const report = await verify(url, database, {
    trusted: trustedKeys(env().home),
    ...(await askConfigured()),
    onProgress: (done, total) => Object.assign(run, { done, total }),
  })
  await keepVerification(url, database, report)
}

const unexpected: Sentence = {
  en: 'The verification ended before it was done; the log of this process says why.',
  pt: 'A verificação terminou antes da hora; o log deste processo diz por quê.',
}
