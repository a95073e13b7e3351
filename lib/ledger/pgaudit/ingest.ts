import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import { Invalid } from '@/lib/errors'
import { inLedger } from '../session'
import { auditedOf, fromCsv, fromJson, type Audited } from './line'
import { csvPiece, jsonPiece } from './records'

/** What one run found. */
export interface Ingested {
  files: number
  /** Lines read, of whatever kind. */
  lines: number
  /** Entries written; lines taken before are not written again. */
  entries: number
  /** Lines of other databases. */
  elsewhere: number
  /** Lines that could not be understood: something is not as it should be. */
  unreadable: number
  /** Bytes of last lines that were not finished: the next run takes them. */
  unfinished: number
}

const pieceSize = 4 * 1024 * 1024
/** A record longer than this is no record. */
const longest = 256 * 1024 * 1024

/**
 * Takes what pgaudit wrote into the server's log (`csvlog` or `jsonlog`) into the ledger. It goes on where the last run
 * stopped, also after a rotation; killed, it loses and repeats nothing, for entries and position are one transaction.
 * @param paths files, or folders whose `.csv` and `.json` files are meant
 * @throws Invalid when a path cannot be read, MissingSchema without a ledger, Denied without the right to ingest
 */
export async function ingest(url: string, name: string, paths: readonly string[]): Promise<Ingested> {
  const done: Ingested = { files: 0, lines: 0, entries: 0, elsewhere: 0, unreadable: 0, unfinished: 0 }
  for (const path of paths.flatMap(filesAt)) {
    await ingestFile(url, name, path, done)
    done.files++
  }
  return done
}

function filesAt(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .filter((file) => /\.(csv|json)$/.test(file))
      .map((file) => join(path, file))
      .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs || a.localeCompare(b))
  } catch (error) {
    throw new Invalid({
      en: `${path} cannot be read: ${(error as Error).message}.`,
      pt: `Não foi possível ler ${path}: ${(error as Error).message}.`,
    })
  }
}

async function ingestFile(url: string, name: string, path: string, done: Ingested): Promise<void> {
  const handle = openSync(path, 'r')
  try {
    const head = Buffer.alloc(64 * 1024)
    const held = head.subarray(0, readSync(handle, head, 0, head.length, 0))
    const firstLine = held.subarray(0, held.indexOf(0x0a) + 1)
    if (firstLine.length === 0) {
      done.unfinished += held.length
      return
    }
    const identity = createHash('sha256').update(firstLine).digest()
    const isJson = firstLine[0] === 0x7b
    const { offset, database } = await startOf(url, name, identity)
    let at = offset
    for (let size = pieceSize; ;) {
      const piece = Buffer.alloc(size)
      const got = piece.subarray(0, readSync(handle, piece, 0, size, at))
      const { records, consumed } = isJson ? jsonPiece(got) : csvPiece(got)
      if (consumed === 0) {
        if (got.length === size && size < longest) {
          size *= 4
          continue
        }
        done.unfinished += got.length
        return
      }
      const lines: Audited[] = []
      for (const record of records) {
        const line = isJson
          ? fromJson(record as Parameters<typeof fromJson>[0])
          : fromCsv(record as readonly string[])
        done.lines++
        if (!line) {
          done.unreadable++
          continue
        }
        const audited = auditedOf(line)
        if (audited === 'unreadable') done.unreadable++
        else if (audited && line.database !== database) done.elsewhere++
        else if (audited) lines.push(audited)
      }
      at += consumed
      done.entries += await take(url, name, { identity, path, offset: at, lines })
      size = pieceSize
    }
  } finally {
    closeSync(handle)
  }
}

const startOf = (url: string, name: string, identity: Buffer) =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows } = await sql<{ offset: number; database: string }>`
        select ledger_ingest.position_of(${identity})::float8 as offset, current_database()::text as database`.execute(
        tx,
      )
      return rows[0] as { offset: number; database: string }
    },
    { mode: 'own' },
  )

const take = (
  url: string,
  name: string,
  {
    identity,
    path,
    offset,
    lines,
  }: { identity: Buffer; path: string; offset: number; lines: readonly Audited[] },
) =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows } = await sql<{ n: number }>`
        select ledger_ingest.pgaudit(${identity}, ${basename(path)}, ${offset}::bigint, ${JSON.stringify(lines)}::jsonb) as n`.execute(
        tx,
      )
      return rows[0]?.n ?? 0
    },
    { mode: 'own', write: true },
  )
