import type { Client } from 'pg'
import { builder } from '@/lib/clone/plan'
import { ownerStatements } from '@/lib/clone/make-rights'
import { ident } from '@/lib/clone/spelling'
import { connected, type Clone } from '@/lib/clone/with-clone'
import type { Snapshot } from '@/lib/catalog/types'
import { LockWatch, type LockHeld } from './locks'
import { evaluatesNothing, standsAlone } from './statement-kind'

export interface FixRun {
  readonly locks: readonly LockHeld[]
  /** Milliseconds from the first statement to the end of the last. */
  readonly tookMs: number
  /** The statement that failed, and what the server said. */
  readonly failed: { readonly statement: string; readonly message: string; readonly code: string } | null
}

/**
 * Runs a fix on a clone: what may be in a transaction in one, the rest beside it, in the order given. On a server of
 * ours, statements that evaluate expressions are run by a role that owns everything meanwhile and has no other rights.
 */
export async function runFix(
  statements: readonly string[],
  snapshot: Snapshot,
  clone: Clone,
): Promise<FixRun> {
  const superuser = await connected(clone.url)
  try {
    if (clone.major >= 17) await superuser.query('set event_triggers = off')
    if (!clone.own || statements.every(evaluatesNothing)) return await run(statements, superuser, clone)
    await handOver(superuser, snapshot, clone)
    const owner = await connected(clone.builderUrl)
    try {
      return await run(statements, owner, clone)
    } finally {
      await owner.end().catch(() => undefined)
      await takeBack(superuser, snapshot, clone)
    }
  } finally {
    await superuser.end().catch(() => undefined)
  }
}

/**
 * Everything to the builder while the fix runs. Membership in the owners would bring more than ownership: whoever has
 * the rights of a superuser's role may read the server's files.
 */
async function handOver(superuser: Client, snapshot: Snapshot, clone: Clone) {
  for (const { sql } of ownerStatements(snapshot, builder)) await tolerant(superuser, sql)
  const database = ident(clone.database)
  await superuser.query(`alter database ${database} owner to ${builder};
    alter role ${builder} in database ${database} set event_triggers = off`)
}

/** To the owners again; what the fix made belongs to the owner of the database. */
async function takeBack(superuser: Client, snapshot: Snapshot, clone: Clone) {
  const owner = ident(snapshot.server.databaseOwner)
  await superuser.query(`alter database ${ident(clone.database)} owner to ${owner}`)
  for (const { sql } of ownerStatements(snapshot)) await tolerant(superuser, sql)
  await superuser.query(`reassign owned by ${builder} to ${owner}`)
}

/** What the clone lacks, or the fix dropped, has no owner to change. */
async function tolerant(client: Client, sql: string) {
  try {
    await client.query(sql)
  } catch (error) {
    if (!['42P01', '42704', '42883', '3F000'].includes((error as { code?: string }).code ?? '')) throw error
  }
}

async function run(statements: readonly string[], client: Client, clone: Clone): Promise<FixRun> {
  const watch = await LockWatch.begin(client, clone.url)
  const started = performance.now()
  let open = false
  let current = ''
  const end = async (word: 'commit' | 'rollback') => {
    if (!open) return
    open = false
    await client.query(word)
    watch.released()
  }
  await client.query(`set statement_timeout = '60s'; set lock_timeout = '10s'`)
  try {
    for (const statement of statements) {
      current = statement
      if (standsAlone(statement)) {
        await end('commit')
        await watch.during(() => client.query(statement).then(() => undefined))
        continue
      }
      try {
        if (!open) await client.query('begin')
        open = true
        const at = performance.now()
        await client.query(statement)
        await watch.look(at)
      } catch (error) {
        await end('rollback')
        throw error
      }
    }
    await end('commit')
    return { locks: watch.held(), tookMs: Math.round(performance.now() - started), failed: null }
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    if (code === undefined) throw error
    return {
      locks: watch.held(),
      tookMs: Math.round(performance.now() - started),
      failed: { statement: current, message: message ?? code, code },
    }
  } finally {
    await watch.end()
  }
}
