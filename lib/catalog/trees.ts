import { step } from './reading'
import type { Session } from './session'
import { plainTreesSql, type Place, type PlainTreeRow } from './sql/trees'

/** Of a digest as statements give it; the expressions of an index have their number behind it. */
const digestLength = 32

/**
 * Which parse trees say the same. Before 17 a tree holds where in its statement each part stood, so that equal expressions
 * are thousands of different trees; one of each is asked for without.
 */
export class Trees {
  /** By a tree's digest: that without places, or the same until it is known. */
  readonly #plain = new Map<string, string>()
  /** What is still to be asked for: by the name of a part of a relation, the digest of its tree. */
  readonly #asked = new Map<string, string>()
  readonly #placed: boolean

  /** `shared` false: none is compared with another. */
  constructor(version: number, shared: boolean) {
    this.#placed = version < 170000 && shared
  }

  /** `part` is how a statement names the part of a relation that has the tree: the place, and what tells it there. */
  want(tree: string, ...part: readonly string[]) {
    const digest = tree.slice(0, digestLength)
    if (!this.#placed || digest === '' || this.#plain.has(digest)) return
    this.#plain.set(digest, digest)
    this.#asked.set(part.join(' '), digest)
  }

  /** Asks for those that are new since it was called last. */
  async read(session: Session): Promise<void> {
    if (this.#asked.size === 0) return
    const digests = new Map<string, string>()
    const among = new Map<Place, string[]>()
    for (const [part, digest] of this.#asked) {
      const [found = '', place = '', oid = ''] = /^(\D+) (\d+)/.exec(part) ?? []
      // One tree holds all expressions of an index; a relation has one for each default.
      digests.set(place === 'default' ? part : found, digest)
      const oids = among.get(place as Place)
      if (oids) oids.push(oid)
      else among.set(place as Place, [oid])
    }
    this.#asked.clear()
    await session.each(
      step<PlainTreeRow>('trees', plainTreesSql(among), ([part, plain]) => {
        const digest = digests.get(part)
        if (digest !== undefined) this.#plain.set(digest, plain)
      }),
    )
  }

  /** Equal for trees that say the same. What follows the digest, which of its expressions is meant, stays. */
  plain(tree: string): string {
    const plain = this.#plain.get(tree.slice(0, digestLength))
    return plain === undefined ? tree : plain + tree.slice(digestLength)
  }
}
