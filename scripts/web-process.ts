import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Failure } from '@/lib/cli/failure'
import { bindAddress } from './checks'

export interface WebOptions {
  readonly root: string
  /** Next's development server instead of what was built. */
  readonly development: boolean
  readonly serverFile: string
  readonly host: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}

/** Starts the process that serves the pages; it ends by itself when this process is gone. */
export function startWeb({
  root,
  development,
  serverFile,
  host,
  port,
  environment,
}: WebOptions): ChildProcess {
  const program = development
    ? [join(root, 'node_modules/next/dist/bin/next'), 'dev', '-p', String(port), '-H', bindAddress(host)]
    : [serverFile]
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(join(root, 'scripts/watch.mjs')).href, ...program],
    {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...environment,
        TABELLION_STARTER: String(process.pid),
        NODE_ENV: development ? 'development' : 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        PORT: String(port),
        HOSTNAME: bindAddress(host),
      },
    },
  )
  // Next's own greeting would be a second address beside ours.
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const kept = text.replaceAll(
      /^\s*(?:▲|✓ (?:Starting|Ready|Running)|- (?:Local|Network|Environments)).*\n/gm,
      '',
    )
    if (kept.trim() !== '') process.stdout.write(kept)
  })
  return child
}

/**
 * Waits until the pages answer, then asks once for what everyone sees first, so that nobody waits for it.
 * @throws Failure with what the process or its health page said.
 */
export async function pagesAnswer(child: ChildProcess, address: string): Promise<void> {
  let said = 'no answer'
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Failure(`The process that serves the pages ended (${child.exitCode ?? child.signalCode}).`)
    const answer = await fetch(`${address}/health`).catch(() => null)
    if (answer?.ok) {
      await fetch(`${address}/sign-in`).then((page) => page.text())
      return
    }
    if (answer) said = await answer.text()
    await sleep(50)
  }
  throw new Failure(`The pages did not come up in 60 s: ${said}`)
}

/** Asks a child to end, and makes it when it does not. */
export async function endProcess(child: ChildProcess): Promise<void> {
  const gone = () => child.exitCode !== null || child.signalCode !== null
  child.kill('SIGTERM')
  for (let waited = 0; !gone() && waited < 5_000; waited += 20) await sleep(20)
  if (!gone()) child.kill('SIGKILL')
}
