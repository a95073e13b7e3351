/** Runs once when the web process starts: what everyone's first page needs is being read before they ask for it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const [{ settings }, { currentScan }] = await Promise.all([
    import('@/lib/env'),
    import('@/lib/rules/current'),
  ])
  // Not awaited, and a failure is not reported here: a database that is down must not keep the pages from saying so.
  for (const { name } of settings().databases) currentScan(name).catch(() => undefined)
  const [{ startSealers }, { log }] = await Promise.all([
    import('@/lib/ledger/server'),
    import('@/lib/session/log'),
  ])
  if (settings().asksFirst) {
    const { askFirst } = await import('@/lib/isolation/run/first-run')
    askFirst().catch((error: unknown) =>
      log().warn({ err: error }, 'the first questions of isolation were not asked'),
    )
  }
  startSealers((database, error) => log().warn({ database, err: error }, 'the audit log could not be sealed'))
}
