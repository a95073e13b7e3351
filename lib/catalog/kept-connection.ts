import type { Client } from 'pg'
import { catalogError, targetOf } from './error'
import { connected, open, type Connection, type Limits } from './session'

/** A connection that stays open from one use to the next; one that was lost meanwhile is opened anew. */
export class KeptConnection {
  private client: Client | null = null

  constructor(
    private readonly url: string,
    private readonly limits: Limits,
  ) {}

  /** Lends it to one at a time. @throws CatalogError */
  async use<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    return connected((this.client ??= await this.opened()), this.limits, work)
  }

  async close(): Promise<void> {
    await this.client?.end().catch(() => {})
  }

  private async opened(): Promise<Client> {
    try {
      const client = await open(this.url, this.limits)
      const lost = () => (this.client = null)
      client.on('error', lost).on('end', lost)
      return client
    } catch (cause) {
      throw catalogError(cause, targetOf(this.url))
    }
  }
}
