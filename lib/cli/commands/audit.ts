import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { loadConfig } from '@/lib/config/config'
import type { Config } from '@/lib/config/schema'
import { closeConnections } from '@/lib/db/client'
import { fromEnvironment, InvalidSettings } from '@/lib/env'
import { Expected } from '@/lib/errors'
import { makeCheckpoint, readCheckpoint } from '@/lib/ledger/checkpoint'
import { exportSegment } from '@/lib/ledger/export'
import { ledgerKeys, rotateKey, trustedKeys } from '@/lib/ledger/keys'
import { rawPublicKey, verifierKey } from '@/lib/ledger/note'
import { sendToWitnesses } from '@/lib/ledger/outside'
import { prove as proveEntry } from '@/lib/ledger/prove'
import { provingIn } from '@/lib/ledger/range'
import { keepReceipts } from '@/lib/ledger/receipts'
import { seal as sealOnce } from '@/lib/ledger/seal'
import { witnesses } from '@/lib/ledger/witness'
import { Failure } from '../failure'
import { write } from '../output'
import { environment, findTarget, type Target } from '../target'

export interface AuditOptions {
  readonly url?: string
  readonly config?: string
  readonly output?: string
  readonly format?: string
}

/** Runs one command on a ledger; what is expected to go wrong becomes one sentence and code 2. */
export async function onLedger<T>(
  options: AuditOptions,
  work: (target: Target, config: Config) => Promise<T>,
  login: 'scanUrl' | 'recordsUrl' = 'recordsUrl',
): Promise<T> {
  const config = loadConfig(options.config)
  const target = findTarget(options.url, config, login)
  try {
    return await work(target, config)
  } catch (error) {
    if (error instanceof Expected) throw new Failure(error.sentence.en)
    if (error instanceof InvalidSettings) throw new Failure(error.problems.join(' '))
    throw error
  } finally {
    await closeConnections()
  }
}

/** The witnesses that a configuration names. */
export const witnessesOf = (config: Config) => witnesses(config.ledger?.witnesses ?? [], fromEnvironment)

/** `audit seal`: seals once, until nothing new is visible. */
export const seal = (options: AuditOptions): Promise<number> =>
  onLedger(options, async ({ name, url }) => {
    const sealed = await sealOnce(url, name)
    const text = {
      sealed: `Sealed ${sealed.entries} entries; the tree has ${sealed.size}.`,
      idle: `Nothing new to seal; the tree has ${sealed.size}.`,
      busy: 'Another sealer is at work; nothing was done.',
    }[sealed.state]
    await write(options.format === 'json' ? `${JSON.stringify(sealed)}\n` : `${text}\n`, options.output)
    return 0
  })

/** `audit checkpoint`: seals, signs, sends to the witnesses, and prints the note. */
export const checkpoint = (options: AuditOptions & { rotate?: boolean }): Promise<number> =>
  onLedger(options, async ({ name, url }, config) => {
    await sealOnce(url, name)
    const { home } = environment()
    const rotated = options.rotate ? rotateKey(home) : null
    const made = await makeCheckpoint(
      url,
      name,
      rotated ? [rotated.before, rotated.after] : [ledgerKeys(home).current],
    )
    if (!made) throw new Failure('Nothing is sealed yet: there is nothing to sign.')
    const receipts = await sendToWitnesses(witnessesOf(config), made.note, provingIn(url, name))
    await keepReceipts(url, name, made.size, receipts)
    await write(made.note, options.output)
    const failed = receipts.filter((receipt) => receipt.problem)
    for (const { witness, problem } of failed)
      process.stderr.write(`The witness ${witness} did not take it: ${problem}.\n`)
    return failed.length > 0 ? 1 : 0
  })

/** `audit key`: the verifier keys that somebody else needs to check what this home folder signed. */
export const key = (options: AuditOptions): Promise<number> =>
  onLedger(options, async ({ name, url }) => {
    const { home } = environment()
    const { current } = ledgerKeys(home)
    const made = await makeCheckpoint(url, name, [current])
    const said = made && readCheckpoint(made.note)
    if (!said) throw new Failure('Nothing is sealed yet: the log has no checkpoint to name a key for.')
    const others = trustedKeys(home).filter((raw) => !raw.equals(rawPublicKey(current)))
    const lines = [rawPublicKey(current), ...others].map((raw) => `${verifierKey(said.origin, raw)}\n`)
    await write(lines.join(''), options.output)
    return 0
  })

/** `audit prove ID`: the inclusion proof of one entry. */
export const prove = (id: string, options: AuditOptions): Promise<number> =>
  onLedger(options, async ({ name, url }) => {
    if (!/^\d{1,18}$/.test(id)) throw new Failure(`"${id}" is no number of an entry.`)
    await write(`${JSON.stringify(await proveEntry(url, name, id), null, 2)}\n`, options.output)
    return 0
  })

/** `audit export`: entries that anybody can check with docs/ledger/verify.mjs. */
export const exportEntries = (
  options: AuditOptions & { from?: number; to?: number; size?: number },
): Promise<number> =>
  onLedger(options, async ({ name, url }) => {
    const { output } = options
    const draft = output && output !== '-' ? `${output}.${process.pid}.tmp` : null
    const stream = draft ? createWriteStream(draft) : process.stdout
    const opened = draft ? once(stream, 'open') : Promise.resolve()
    try {
      await opened
      let failed: NodeJS.ErrnoException | undefined
      stream.on('error', (error: NodeJS.ErrnoException) => (failed ??= error))
      const count = await exportSegment(url, name, options, async (line) => {
        if (!failed && !stream.write(`${line}\n`)) await once(stream, 'drain').catch(() => undefined)
        // A reader that has seen enough (`| head`) is not a failure.
        if (failed?.code === 'EPIPE') return false
        if (failed) throw unwritable(output, failed)
        return undefined
      })
      if (draft && output) {
        await new Promise<void>((resolve, reject) =>
          stream.end((error?: Error | null) => (error ? reject(error) : resolve())),
        )
        renameSync(draft, output)
        process.stderr.write(`${count} entries in ${output}.\n`)
      }
      return 0
    } catch (error) {
      if (draft) rmSync(draft, { force: true })
      if (draft && (error as NodeJS.ErrnoException).syscall) throw unwritable(output, error)
      throw error
    }
  })

const unwritable = (output: string | undefined, error: unknown) =>
  new Failure(
    `${output ? `The file ${output}` : 'Standard output'} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
  )
