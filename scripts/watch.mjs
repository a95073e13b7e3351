// Loaded into the web process before anything else: when its starter is gone, whatever killed it, nothing stays behind.
if (process.send) {
  process.once('disconnect', () => {
    const postmaster = Number(process.env.TABELLION_POSTMASTER)
    try {
      if (postmaster > 1) process.kill(postmaster, 'SIGINT')
    } catch {
      // It is gone already.
    }
    process.exit(0)
  })
  process.channel?.unref()
}
