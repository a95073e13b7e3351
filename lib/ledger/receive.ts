import { createHash, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { readCheckpoint } from './checkpoint'
import { isConsistent } from './merkle'
import { signedByOne } from './note'
import { folder } from './witness'

/** A log of somebody else whose checkpoints are kept here. */
export interface Received {
  /** Its verifier key, `origin+id+base64`: the origin is the log's name. */
  readonly key: string
  /** What the sender shows. */
  readonly token: string
}

/** An answer by HTTP. */
export interface Answered {
  readonly status: number
  readonly text: string
}

const turns = new Map<string, Promise<unknown>>()

/**
 * Keeps a checkpoint of another log when its key signed it and its tree goes on from the last one kept (C2SP tlog-witness).
 * One that is signed and does not go on is the proof of a log that was rewritten: it is refused, and kept apart.
 * @param home folder of this Tabellion; the checkpoints lie in `witnessed` beneath it
 */
export function receiveCheckpoint(home: string, log: Received, body: string): Promise<Answered> {
  // One at a time for each log: two at once could each go on from the last and not from one another.
  const before = turns.get(log.key) ?? Promise.resolve()
  const turn = before.then(() => judge(home, log, body))
  turns.set(
    log.key,
    turn.catch(() => undefined),
  )
  return turn
}

async function judge(home: string, log: Received, body: string): Promise<Answered> {
  const cut = body.indexOf('\n\n')
  const [first, ...hashes] = body.slice(0, cut).split('\n')
  const note = body.slice(cut + 2)
  const said = readCheckpoint(note)
  const old = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '')?.[1]
  if (cut < 0 || old === undefined || !said || hashes.length > 63)
    return { status: 400, text: 'not a checkpoint with its proof' }
  const { origin, raw } = keyOf(log.key)
  if (said.origin !== origin) return { status: 404, text: 'another log' }
  if (!signedByOne(said.note, origin, [raw]))
    return { status: 403, text: 'the key that is known here did not sign it' }
  const kept = folder('witnessed', placeOf(home, origin))
  const last = (await kept.held()).map(readCheckpoint).at(-1)
  if ((last?.size ?? 0) !== Number(old)) return { status: 409, text: String(last?.size ?? 0) }
  const proof = hashes.map((hash) => Buffer.from(hash, 'base64'))
  if (last && !isConsistent(last.size, last.root, said.size, said.root, proof)) {
    await folder('refused', join(placeOf(home, origin), 'refused', sha(note))).keep(note)
    return {
      status: 422,
      text: `it does not go on from the checkpoint of ${last.size} entries that is kept here`,
    }
  }
  await kept.keep(note)
  return { status: 200, text: '' }
}

/** The checkpoints of a log that are kept here, newest last. */
export const keptCheckpoints = (home: string, log: Received): Promise<readonly string[]> =>
  folder('witnessed', placeOf(home, keyOf(log.key).origin)).held()

/** The log whose token a request shows. */
export function logOf(logs: readonly Received[], authorization: string | null): Received | null {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const shown = digest(authorization ?? '')
  return logs.find((log) => timingSafeEqual(digest(`Bearer ${log.token}`), shown)) ?? null
}

function keyOf(key: string): { origin: string; raw: Buffer } {
  const [, origin = '', base64 = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(key) ?? []
  return { origin, raw: Buffer.from(base64, 'base64').subarray(1) }
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
const placeOf = (home: string, origin: string) => join(home, 'witnessed', sha(origin))
