import { startSealer } from '@/lib/ledger/sealer'

// A sealer as the server process runs it, until it is killed: URL, interval in milliseconds. It signs nothing.
const [url = '', interval = '1000'] = process.argv.slice(2)
startSealer({
  name: 'bench',
  url,
  home: '',
  interval: Number(interval),
  signEvery: Number.POSITIVE_INFINITY,
  witnesses: [],
  onProblem: (error) => process.stderr.write(`${String(error)}\n`),
})
// Its own timers keep no process alive.
setInterval(() => undefined, 1e9)
