import { CatalogError } from '@/lib/catalog/error'
import { inFile, loadConfig } from '@/lib/config/config'
import type { Config } from '@/lib/config/schema'
import { linesOf, truncateLines } from '@/lib/isolation/lines'
import { functionsAsWritten } from '@/lib/isolation/names'
import { runIsolation, type RunResult } from '@/lib/isolation/run/run'
import { relevantHash } from '@/lib/isolation/stored/stale'
import { setupOf, type PreparedSetup } from '@/lib/isolation/setup/setup'
import { isolationAsJson, isolationAsText } from '@/lib/output/isolation'
import type { Language } from '@/lib/output/words'
import { factsOf } from '@/lib/rules/facts'
import { Failure, reason } from '../failure'
import { terminal, Timing, write } from '../output'
import { environment, findTarget } from '../target'
import { readTarget } from './snapshot'

export interface IsolationOptions {
  url?: string
  config?: string
  format: string
  prove?: boolean
  probe?: boolean
  output?: string
  lang: string
  timing?: boolean
}

/** `tabellion isolation`: 0 nothing leaks, 1 something does, 2 it could not be asked. Without --prove and --probe, both. */
export async function isolation(options: IsolationOptions): Promise<number> {
  const timing = new Timing()
  const config = loadConfig(options.config)
  const { home, scratchUrl } = environment()
  const target = findTarget(options.url, config)
  const snapshot = await readTarget(target, timing)
  const prepared = await setupOf(factsOf(snapshot, config)).catch(inFile(options.config))
  needQuestions(prepared)
  timing.step('set up')
  const stop = new AbortController()
  const ended = () => stop.abort(new Failure('It was interrupted.'))
  // Told twice, it ends at once; the next run drops the clone that stays.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, ended)
  const narrowed = options.prove !== options.probe
  let at = ''
  const result: RunResult = await runIsolation(snapshot, prepared.setup, {
    prove: !narrowed || options.prove === true,
    probe: !narrowed || options.probe === true,
    governed: target.url,
    scratch: { url: scratchUrl, home },
    signal: stop.signal,
    progress(step) {
      if (at === step) return
      if (at !== '') timing.step(at)
      at = step
    },
  }).catch((error: unknown) => {
    if (error instanceof Failure) throw error
    if (error instanceof CatalogError) throw new Failure(error.message)
    throw new Failure(`The questions could not be asked: ${reason(error)}.`)
  })
  timing.step(at)
  const lines = linesOf(result.findings)
  const language: Language = options.lang.startsWith('pt') ? 'pt' : 'en'
  const left = result.left.map(({ object, why }) => ({
    en: `The clone lacks ${object}: ${why.en}`,
    pt: `Falta no clone ${object}: ${why.pt}`,
  }))
  await write(
    options.format === 'json'
      ? isolationAsJson(
          [...lines, ...truncateLines(result.findings)],
          prepared.setup,
          relevantHash(snapshot, prepared.setup),
          functionsAsWritten(snapshot, namedIn(config.isolation)),
        )
      : isolationAsText(
          snapshot.database,
          lines,
          [...prepared.notes, ...left],
          language,
          terminal(options.output !== undefined),
        ),
    options.output,
  )
  // A list of answers has no place for what was assumed or left out.
  if (options.format === 'json')
    for (const note of [...prepared.notes, ...left]) process.stderr.write(`${note[language]}\n`)
  if (options.timing) process.stderr.write(timing.line())
  return lines.some(({ verdict }) => verdict === 'leaks') ? 1 : 0
}

/** The tables and functions that a configuration names. */
const namedIn = (block: Config['isolation']): readonly string[] =>
  [...(block?.tenants ?? []), ...(block?.tenantVia ?? [])].map(({ relation }) => relation)

/** Nothing to ask is not "nothing leaks". */
function needQuestions({ setup, notes }: PreparedSetup): void {
  if (setup.principals.length > 0 && setup.tenants.length + setup.tenantVia.length > 0) return
  const [why] = notes
  throw new Failure(`There is nothing to ask${why ? `: ${why.en}` : ' about.'}`)
}
