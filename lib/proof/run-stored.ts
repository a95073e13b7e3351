import type { Snapshot } from '@/lib/catalog/types'
import { withScratchServer } from '@/lib/clone/scratch-server'
import type { Config } from '@/lib/config/schema'
import { writeStore, type Principal } from '@/lib/db/scope'
import { settings } from '@/lib/env'
import type { Sentence } from '@/lib/errors'
import type { Finding } from '@/lib/rules/rule'
import { log } from '@/lib/session/log'
import { proveFix, unprovable, type Proof, type ProofOptions } from './prove-fix'
import { endProof, noteStep, startProof } from './stored'

/** Milliseconds that a proof waits for another one on the scratch server before it says that one is running. */
const patience = 20_000

export interface ProofRequest {
  readonly finding: Finding
  readonly snapshot: Snapshot
  readonly config: Config
}

/**
 * Notes in the store that a proof begins and answers what runs it: give that to whatever runs after the response. It
 * never throws; what it could not do stands in the store.
 * @throws Conflict while the same finding is being proved
 */
export async function beginProof(who: Principal, request: ProofRequest): Promise<() => Promise<void>> {
  const { finding, snapshot } = request
  const id = await writeStore(who, (tx) => startProof(tx, who, { key: finding.key, snapshot }))
  return async () => {
    const said = (error: unknown) =>
      log().error({ requestId: who.requestId, err: error }, 'a proof could not be noted')
    const onStep: ProofOptions['onStep'] = (step) =>
      void writeStore(who, (tx) => noteStep(tx, id, step)).catch(said)
    const outcome = await prove(request, { patience, onStep }).then(
      (proof) => ({ proof }),
      (error: unknown) => ({ problem: noServer(error) }),
    )
    // A store that is down keeps it running without a beat: the page then says it was cut off.
    await writeStore(who, (tx) => endProof(tx, id, outcome)).catch(said)
  }
}

async function prove(request: ProofRequest, options: ProofOptions): Promise<Proof> {
  const { finding, snapshot, config } = request
  const { home, scratchUrl } = settings()
  const none = { url: '', own: scratchUrl === undefined }
  return unprovable(finding, none)
    ? proveFix(snapshot, finding, config, none, options)
    : withScratchServer({ url: scratchUrl, home }, (server) =>
        proveFix(snapshot, finding, config, server, options),
      )
}

function noServer(error: unknown): Sentence {
  const said = (error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/, '')
  return {
    en: `The scratch server could not be used: ${said}.`,
    pt: `O servidor de rascunho não pôde ser usado: ${said}.`,
  }
}
