// Loaded into the web process before anything else. Its standard input is a pipe that its starter holds open: when the
// starter is gone, whatever killed it, the pipe ends, and nothing stays behind. Children of the web process inherit this
// file with their options but not the pipe, so only the starter's own child watches.
if (process.ppid === Number(process.env.TABELLION_STARTER)) {
  const postmaster = Number(process.env.TABELLION_POSTMASTER)
  process.stdin.once('close', () => {
    try {
      if (postmaster > 1) process.kill(postmaster, 'SIGINT')
    } catch {
      // It is gone already.
    }
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(0), 3_000).unref()
  })
  process.stdin.resume()
  process.stdin.unref()
}
