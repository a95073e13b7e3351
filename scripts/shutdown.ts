/** What has to end with this process, in reverse order of its beginning. */
export interface Shutdown {
  readonly begun: boolean
  /** Adds something to end. */
  add(end: () => Promise<void> | undefined): void
  /** Ends everything that was added, once. */
  end(): Promise<void>
  /** Ends everything and this process; `why` goes to standard error. */
  exit(code: number, why?: string): Promise<void>
}

/** Ends everything on Ctrl-C, on SIGTERM, on a closed terminal, and when npm, which started us, is gone. */
export function shutdownOnSignals(): Shutdown {
  const steps: (() => Promise<void> | undefined)[] = []
  let ending: Promise<void> | undefined
  const shutdown: Shutdown = {
    get begun() {
      return ending !== undefined
    },
    add: (step) => void steps.push(step),
    end: () => (ending ??= endAll(steps)),
    exit: async (code, why) => {
      if (ending) return
      if (why) process.stderr.write(`${why}\n`)
      await shutdown.end()
      process.exit(code)
    },
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void shutdown.exit(0))
  // npm does not pass SIGTERM on: its child only sees that it has another parent now.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid
    setInterval(() => process.ppid === parent || void shutdown.exit(0), 1_000).unref()
  }
  return shutdown
}

async function endAll(steps: (() => Promise<void> | undefined)[]) {
  for (const step of steps.reverse()) {
    try {
      await step()
    } catch (error) {
      process.stderr.write(`While stopping: ${String(error)}\n`)
    }
  }
}
