import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { sha256 } from './merkle'

/** What a checkpoint says (C2SP tlog-checkpoint): whose log, how many entries, which root, and what else was true. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** Extension lines, as `config <hex>`. */
  readonly extensions: readonly string[]
}

/** A signed note (C2SP signed-note): the text, and who signed it. */
export interface Note {
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Buffer }[]
}

const ed25519 = 1
/** DER of an Ed25519 public key before its 32 bytes (RFC 8410). */
const spki = Buffer.from('302a300506032b6570032100', 'hex')

/** The 32 bytes of an Ed25519 public key. */
export const rawPublicKey = (key: KeyObject): Buffer =>
  createPublicKey(
    key.type === 'private'
      ? key.export({ type: 'pkcs8', format: 'pem' })
      : key.export({ type: 'spki', format: 'pem' }),
  )
    .export({ type: 'spki', format: 'der' })
    .subarray(spki.length)

/** Id of a key under a name: the first four bytes of SHA-256(name, newline, type, key), hexadecimal. */
export const keyId = (name: string, raw: Uint8Array): string =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519]), raw]))
    .subarray(0, 4)
    .toString('hex')

/** A verifier key as others take it: `name+id+base64(type, key)`. */
export const verifierKey = (name: string, raw: Uint8Array): string =>
  `${name}+${keyId(name, raw)}+${Buffer.concat([Buffer.from([ed25519]), raw]).toString('base64')}`

export const checkpointText = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, String(size), root.toString('base64'), ...extensions, ''].join('\n')

/** Signs a text with each key, under one name. @param text ends with a newline */
export function signNote(text: string, name: string, keys: readonly KeyObject[]): string {
  const lines = keys.map((key) => {
    const id = Buffer.from(keyId(name, rawPublicKey(key)), 'hex')
    return `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })))]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Takes a note apart; null when it is none. */
export function parseNote(note: string): Note | null {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) return null
  const lines = note.slice(cut + 2, -1).split('\n')
  const signatures = lines.map((line) => /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line))
  if (signatures.some((found) => found === null)) return null
  return {
    text: note.slice(0, cut + 1),
    signatures: signatures.map((found) => {
      const bytes = Buffer.from(found?.[2] ?? '', 'base64')
      return { name: found?.[1] ?? '', id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) }
    }),
  }
}

/** What a note's text says; null when it is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root, ...rest] = text.split('\n')
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || rest.pop() !== '') return null
  const hash = Buffer.from(root ?? '', 'base64')
  if (hash.length !== 32 || hash.toString('base64') !== root) return null
  return { origin, size: Number(size), root: hash, extensions: rest }
}

/** Opening a key takes as long as checking a signature, and a log has as many checkpoints as minutes. */
const opened = new WeakMap<Uint8Array, KeyObject>()

/** Whether one of these public keys (32 bytes each) signed the note under its own origin. */
export function signedByOne(note: Note, name: string, keys: readonly Uint8Array[]): boolean {
  return keys.some((raw) => {
    const id = keyId(name, raw)
    const key =
      opened.get(raw) ?? createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' })
    opened.set(raw, key)
    return note.signatures.some(
      (one) => one.name === name && one.id === id && verify(null, Buffer.from(note.text), key, one.bytes),
    )
  })
}
