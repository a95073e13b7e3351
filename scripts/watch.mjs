// Loaded into the web process before anything else. Its standard input is a pipe that its starter holds open: when the
// starter is gone, whatever killed it, the pipe ends, and nothing stays behind.
const postmaster = Number(process.env.TABELLION_POSTMASTER)

process.stdin.once('close', () => {
  try {
    if (postmaster > 1) process.kill(postmaster, 'SIGINT')
  } catch {
    // It is gone already.
  }
  process.exit(0)
})
process.stdin.resume()
process.stdin.unref()
