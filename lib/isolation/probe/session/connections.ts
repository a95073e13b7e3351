import type { Client } from 'pg'
import { connected } from '@/lib/clone/with-clone'

/** Gives a task a fresh superuser connection to one database. */
export type Connection = <T>(task: (client: Client) => Promise<T>) => Promise<T>

/**
 * Lends fresh connections to each of some databases, each ended after its task; all of them at once when the signal says
 * stop.
 */
export async function onConnections<T>(
  urls: readonly string[],
  signal: AbortSignal | undefined,
  work: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  const open = new Set<Client>()
  const stop = () => {
    for (const client of open) void client.end().catch(() => undefined)
  }
  const to =
    (url: string): Connection =>
    async (task) => {
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
    }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await work(urls.map(to))
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/**
 * Does something for each of a list, in all databases at once and in each one after another: in whichever is free, or
 * `fixed`, the same each time. When one fails the others end what they are at, and then it is told.
 */
export async function spreadOver<P, T>(
  connections: readonly Connection[],
  list: readonly P[],
  task: (each: P, connection: Connection) => Promise<T>,
  fixed = false,
): Promise<T[]> {
  const out = new Map<number, T>()
  const left = [...list.entries()]
  const failures: unknown[] = []
  const takes = (lane: number) => (fixed ? left.find(([at]) => at % connections.length === lane) : left[0])
  await Promise.all(
    connections.map(async (connection, lane) => {
      for (let next = takes(lane); next && failures.length === 0; next = takes(lane)) {
        left.splice(left.indexOf(next), 1)
        try {
          out.set(next[0], await task(next[1], connection))
        } catch (error) {
          failures.push(error)
        }
      }
    }),
  )
  if (failures.length > 0) throw failures[0]
  return list.map((_, at) => out.get(at) as T)
}
