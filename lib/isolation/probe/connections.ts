import type { Client } from 'pg'
import { connected } from '@/lib/clone/with-clone'

/** Gives a task a fresh superuser connection to the clone. */
export type Connection = <T>(task: (client: Client) => Promise<T>) => Promise<T>

/** Lends fresh connections, each ended after its task; all of them at once when the signal says stop. */
export async function onConnections<T>(
  url: string,
  signal: AbortSignal | undefined,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const open = new Set<Client>()
  const stop = () => {
    for (const client of open) void client.end().catch(() => undefined)
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await work(async (task) => {
      signal?.throwIfAborted()
      const client = await connected(url)
      open.add(client)
      try {
        return await task(client)
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      } finally {
        open.delete(client)
        await client.end().catch(() => undefined)
      }
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
