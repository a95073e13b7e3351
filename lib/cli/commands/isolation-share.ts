import { parentPort, workerData } from 'node:worker_threads'
import { workShares, type Shared, type ShareWork } from '@/lib/isolation/prove/share-work'
import { Failure, reason } from '../failure'

/** `tabellion isolation-share`: a thread that answers a part of an isolation run; started by that alone. */
export async function isolationShare(): Promise<number> {
  if (!parentPort)
    throw new Failure('isolation-share is what isolation starts for its threads: run isolation.')
  try {
    await workShares(parentPort, workerData as ShareWork)
    return 0
  } catch (error) {
    parentPort.postMessage({ failed: reason(error) } satisfies Shared)
    return 2
  } finally {
    // An open port would keep the thread.
    parentPort.close()
  }
}
