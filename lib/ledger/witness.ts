import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@/lib/config/schema'
import { readCheckpoint } from './checkpoint'
import { makeFolder } from './folder'
import { bucket } from './witness-bucket'
import { mailbox } from './witness-mail'
import { otherTabellion } from './witness-tabellion'

/** A place outside the database that keeps checkpoints and can be asked for them. */
export interface Witness {
  readonly name: string
  /** Takes one; resolves when it is kept. `prove` leads from an earlier size to this one, for who wants to see it. */
  keep(note: string, prove?: Prove): Promise<void>
  /** Whether it wants one now; one that is left out wants each. */
  isDue?(): boolean
  /** What it holds, newest last; at most a few hundred. */
  held(): Promise<readonly string[]>
}

/** The hashes that lead from the tree of one size to that of a larger one (RFC 9162, 2.1.4.1). */
export type Prove = (from: number, to: number) => Promise<readonly Buffer[]>

export type WitnessSettings = NonNullable<NonNullable<Config['ledger']>['witnesses']>[number]

/** Checkpoints that are asked back from each witness: the newest of them. */
export const askedBack = 200

/** The witnesses of the configuration. `${NAME}` in an address or a secret is that environment variable. */
export function witnesses(
  settings: readonly WitnessSettings[],
  fill: (text: string) => string = (text) => text,
): readonly Witness[] {
  return settings.map((one) => {
    if (one.kind === 'file') return folder(one.name, one.path)
    if (one.kind === 'webhook') return webhook(one.name, fill(one.url), one.token ? fill(one.token) : null)
    if (one.kind === 'mail') return mailbox({ ...one, server: fill(one.server), every: one.every ?? 24 })
    if (one.kind === 'tabellion') return otherTabellion(one.name, fill(one.url), fill(one.token))
    return bucket({
      ...one,
      endpoint: fill(one.endpoint),
      accessKey: fill(one.accessKey),
      secretKey: fill(one.secretKey),
    })
  })
}

/** Name of a checkpoint among others: its size, so that names sort as sizes do. */
export function fileNameOf(note: string): string {
  const said = readCheckpoint(note)
  if (!said) throw new Error('This is no checkpoint.')
  return `${said.origin.split('/').at(-1)}-${String(said.size).padStart(16, '0')}.note`
}

/** A folder, best on another machine: written beside, flushed, renamed, never overwritten by a shorter log. */
export function folder(name: string, path: string): Witness {
  return {
    name,
    keep: async (note) => {
      makeFolder(path)
      const file = join(path, fileNameOf(note))
      if (existsSync(file)) return
      const half = `${file}.${process.pid}.tmp`
      const handle = openSync(half, 'w')
      try {
        writeSync(handle, note)
        fsyncSync(handle)
      } finally {
        closeSync(handle)
      }
      renameSync(half, file)
      const directory = openSync(path, 'r')
      try {
        fsyncSync(directory)
      } finally {
        closeSync(directory)
      }
    },
    held: async () =>
      existsSync(path)
        ? readdirSync(path)
            .filter((file) => file.endsWith('.note'))
            .sort()
            .slice(-askedBack)
            .map((file) => readFileSync(join(path, file), 'utf8'))
        : [],
  }
}

/** An address that takes a checkpoint by POST and gives the newest back by GET; both as text/plain. */
export function webhook(name: string, url: string, token: string | null): Witness {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const ask = async (init: RequestInit) => {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
    if (!answer.ok && answer.status !== 404) throw new Error(`${name} answered ${answer.status}`)
    return answer
  }
  return {
    name,
    keep: async (note) => {
      const answer = await ask({
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
        body: note,
      })
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}`)
    },
    held: async () => {
      const answer = await ask({ headers })
      const text = answer.ok ? await answer.text() : ''
      return text === '' ? [] : [text]
    },
  }
}
