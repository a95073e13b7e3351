import { CatalogError, inPortuguese } from '@/lib/catalog/error'
import { ScratchBusy } from '@/lib/clone/with-clone'
import { readFixed } from '@/lib/isolation/run/fixed'
import { runIsolation } from '@/lib/isolation/run/run'
import type { RunMessage, RunRequest } from '@/lib/isolation/run/run-message'
import { setupAfter } from '@/lib/isolation/setup/setup-after'
import { busy } from '@/lib/proof/words'
import { reason } from '../failure'
import { environment } from '../target'

/** Milliseconds that somebody who asks about a fix, with the page before them, waits for another clone; a run waits its turn. */
const whileReading = 15_000

/**
 * `tabellion isolation-run`: what the pages start for a run, so that its work and memory are a process of their own. Takes
 * one line of JSON on standard input, says how far it is as lines of JSON, and ends when standard input does.
 */
export async function isolationRun(): Promise<number> {
  const stop = new AbortController()
  const ended = () => stop.abort(new Error('It was interrupted.'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, ended)
  const say = (message: RunMessage) => void process.stdout.write(`${JSON.stringify(message)}\n`)
  const request = JSON.parse(await firstLine(ended)) as RunRequest
  const { home, scratchUrl } = environment()
  const scratch = { url: scratchUrl, home: request.scratchHome ?? home }
  try {
    const patience = request.fix.length > 0 ? whileReading : Infinity
    const { snapshot, problem } = await readFixed(request, scratch, { signal: stop.signal, patience })
    if (problem) say({ failed: problem })
    else {
      const { fix } = request
      const setup = fix.length > 0 ? await setupAfter(request.setup, snapshot) : request.setup
      const { findings } = await runIsolation(snapshot, setup, {
        prove: true,
        probe: true,
        ...(request.about ? { about: request.about } : {}),
        governed: request.governed,
        scratch,
        patience,
        signal: stop.signal,
        progress: (step, done, all) => say({ step, done, all }),
      })
      say({ findings })
    }
    return 0
  } catch (error) {
    if (stop.signal.aborted) return 2
    if (error instanceof ScratchBusy) {
      say({ failed: busy })
      return 2
    }
    const why = error instanceof CatalogError ? error.message.replace(/\.$/, '') : reason(error)
    say({
      failed: {
        en: `The questions could not be asked: ${why}.`,
        pt: `As perguntas não puderam ser feitas: ${error instanceof CatalogError ? inPortuguese[error.code] : why}.`,
      },
    })
    return 2
  } finally {
    // An open standard input would keep the process.
    process.stdin.destroy()
  }
}

function firstLine(ended: () => void): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    let given = false
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (part: string) => {
      if (given) return
      text += part
      const at = text.indexOf('\n')
      if (at < 0) return
      given = true
      resolve(text.slice(0, at))
    })
    // Whoever asked is gone.
    process.stdin.on('end', ended)
  })
}
