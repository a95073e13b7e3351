import { withScratchServer } from '@/lib/clone/scratch-server'
import { loadConfig } from '@/lib/config/config'
import { proofAsJson, proofAsText } from '@/lib/output/proof'
import type { Language } from '@/lib/output/words'
import { proveFix, unprovable } from '@/lib/proof/prove-fix'
import { runRules } from '@/lib/rules/run'
import { Failure, reason } from '../failure'
import { write } from '../output'
import { environment, findTarget } from '../target'
import { readTarget } from './snapshot'

export interface ProveOptions {
  url?: string
  config?: string
  format: string
  output?: string
  lang: string
}

const codes = { proved: 0, notProved: 1, cannot: 2 }

/** `tabellion prove`: 0 the fix is proved, 1 it is not, 2 it could not be tried. */
export async function prove(key: string, options: ProveOptions): Promise<number> {
  const config = loadConfig(options.config)
  const { home, scratchUrl } = environment()
  const snapshot = await readTarget(findTarget(options.url, config))
  const { findings } = await runRules(snapshot, config)
  const finding = findings.find((each) => each.key === key)
  if (!finding) throw new Failure(`A scan of "${snapshot.database}" has no finding "${key}".`)
  const none = { url: '', own: scratchUrl === undefined }
  const proof = await (
    unprovable(finding, none)
      ? proveFix(snapshot, finding, config, none)
      : withScratchServer({ url: scratchUrl, home }, (server) => proveFix(snapshot, finding, config, server))
  ).catch((error: unknown) => {
    throw new Failure(`The fix could not be tried on a scratch server: ${reason(error)}.`)
  })
  const language: Language = options.lang.startsWith('pt') ? 'pt' : 'en'
  await write(options.format === 'json' ? proofAsJson(proof) : proofAsText(proof, language), options.output)
  return codes[proof.verdict]
}
