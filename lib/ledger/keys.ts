import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  linkSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { rawPublicKey } from './note'

/** The key that signs, and every public key (32 bytes) whose signature counts: this one and those before it. */
export interface Keys {
  readonly current: KeyObject
  readonly trusted: readonly Buffer[]
}

const privateName = 'ledger-key.pem'

/**
 * The keys of one home folder; the first is made at the first call. They stay outside every database: who can rewrite a
 * database then still cannot sign, and who can sign is still found out by what witnesses hold.
 */
export function ledgerKeys(home: string): Keys {
  const folder = join(home, 'ledger')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, privateName)
  if (!existsSync(file)) makeKey(file)
  const current = createPrivateKey(readFileSync(file))
  trust(folder, current)
  return { current, trusted: trustedIn(folder) }
}

/** Public keys of a folder without making anything: what a verifier needs. */
export function trustedKeys(home: string): readonly Buffer[] {
  const folder = join(home, 'ledger')
  return existsSync(folder) ? trustedIn(folder) : []
}

/** Puts a new key in the old one's place; the old one stays trusted for what it signed. Both sign the next checkpoint. */
export function rotateKey(home: string): { readonly before: KeyObject; readonly after: KeyObject } {
  const { current: before } = ledgerKeys(home)
  const folder = join(home, 'ledger')
  const file = join(folder, privateName)
  const next = `${file}.next`
  makeKey(next)
  const after = createPrivateKey(readFileSync(next))
  trust(folder, after)
  renameSync(next, file)
  return { before, after }
}

function makeKey(file: string) {
  const half = `${file}.${process.pid}`
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(half, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  try {
    // A link fails where another process was first; its key then is the key.
    linkSync(half, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(half, { force: true })
  }
}

function trust(folder: string, key: KeyObject) {
  const raw = rawPublicKey(key)
  const file = join(folder, `${raw.toString('hex')}.pub`)
  if (!existsSync(file)) writeFileSync(file, `${raw.toString('base64')}\n`)
}

const trustedIn = (folder: string): Buffer[] =>
  readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}\.pub$/.test(name))
    .sort()
    .map((name) => Buffer.from(name.slice(0, 64), 'hex'))
