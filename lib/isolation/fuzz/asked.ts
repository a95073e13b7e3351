import { parentPort, workerData } from 'node:worker_threads'
import { promptly } from '../prove/prompt'
import { prove } from '../prove/prove'
import type { ShareWork } from '../prove/share-work'

/** What a thread runs: it proves, and stands still whenever it asks PostgreSQL. */
const { snapshot, setup, line } = workerData as ShareWork
parentPort!.postMessage(await prove(snapshot, setup, promptly(line), { channels: ['row'] }))
line.port.close()
