import { setTimeout as sleep } from 'node:timers/promises'
import { seal } from '@/lib/ledger/seal'

// A sealer as the server process runs it, until it is killed: URL, interval in milliseconds.
const [url = '', interval = '1000'] = process.argv.slice(2)
for (;;) {
  await seal(url, 'bench')
  await sleep(Number(interval))
}
