import { readCheckpoint } from './checkpoint'
import type { Prove, Witness } from './witness'

/**
 * Another Tabellion, which keeps this log's checkpoints and takes none that does not go on from the last it has. The
 * request is that of C2SP tlog-witness: `old SIZE`, the consistency proof in base64, an empty line, the checkpoint.
 */
export function otherTabellion(name: string, url: string, token: string): Witness {
  const headers = { authorization: `Bearer ${token}` }
  const ask = (init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  const held = async (): Promise<readonly string[]> => {
    const answer = await ask({ headers })
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}`)
    const notes: unknown = await answer.json()
    if (!Array.isArray(notes) || notes.some((note) => typeof note !== 'string'))
      throw new Error(`${name} answered something else than checkpoints`)
    return notes as string[]
  }
  return {
    name,
    keep: async (note: string, prove?: Prove) => {
      const size = readCheckpoint(note)?.size ?? 0
      const old = Math.max(0, ...(await held()).map((one) => readCheckpoint(one)?.size ?? 0))
      if (old > size) throw new Error(`${name} holds a checkpoint of ${old} entries, this is of ${size}`)
      const proof = old > 0 && old < size ? await prove?.(old, size) : []
      if (!proof) throw new Error('there is no proof that this log goes on from what the witness holds')
      const body = [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n')
      const answer = await ask({
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
        body,
      })
      if (!answer.ok)
        throw new Error(`${name} answered ${answer.status}: ${(await answer.text()).trim().slice(0, 200)}`)
    },
    held,
  }
}
