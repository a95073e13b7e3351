import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Sentence } from '@/lib/errors'
import { program } from '../program'
import type { RunMessage, RunRequest } from './run-message'
import type { Finding } from '../types'

export type ChildResult = { readonly findings: readonly Finding[] } | { readonly problem: Sentence }

/** Milliseconds that an aborted child has to drop its clone before it is killed; the next clone drops it then. */
const farewell = 10_000

export interface ChildOptions {
  readonly signal?: AbortSignal
  readonly progress?: (at: Extract<RunMessage, { step: unknown }>) => void
  /** It has time: whatever else the machine does goes first. */
  readonly behind?: boolean
}

/** How far behind, in the kernel's niceness of -20 to 19; the scratch server that it starts inherits it. */
const niceness = 15

/**
 * Asks the questions in a process of its own, the command line of this installation: proving takes a whole core and
 * memory that the pages should not share. Resolves to what it found or why not; an abort resolves at once to the reason,
 * while the child still cleans up.
 */
export function runInChild(request: RunRequest, options: ChildOptions = {}): Promise<ChildResult> {
  const child = spawn(process.execPath, [program(), 'isolation-run'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  if (options.behind && child.pid !== undefined) setPriority(child.pid, niceness)
  return new Promise((resolve) => {
    let result: ChildResult | null = null
    let said = ''
    let rest = ''
    const stop = () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), farewell).unref()
      resolve({ problem: interrupted })
    }
    options.signal?.addEventListener('abort', stop, { once: true })
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const message = JSON.parse(line) as RunMessage
        if ('step' in message) options.progress?.(message)
        else result = 'failed' in message ? { problem: message.failed } : message
      }
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-2_000)))
    child.on('error', (error) => resolve({ problem: ended(error.message) }))
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', stop)
      resolve(result ?? { problem: ended(said.trim().split('\n').at(-1) || String(code ?? signal)) })
    })
    // A child that ended early is told by its `close`.
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${JSON.stringify(request)}\n`)
    if (options.signal?.aborted) stop()
  })
}

const interrupted: Sentence = { en: 'It was cancelled.', pt: 'Foi cancelado.' }
const ended = (why: string): Sentence => ({
  en: `The process that asks ended: ${why}`,
  pt: `O processo que pergunta terminou: ${why}`,
})
