import { Client } from 'pg'
import type { Principal } from '../types'
import type { Case } from './read-case'

/** Statements of one principal, the last of which says with a boolean whether they crossed. */
export interface Check {
  readonly relation: string
  readonly command: string
  readonly channel: string
  readonly as: string
  readonly steps: readonly { readonly kind: string; readonly sql: string }[]
}

/** The `check:` lines of a case: what shows, on a real server, that its labels are true. */
export function checksOf(sql: string): readonly Check[] {
  return [...sql.matchAll(/^-- check: (.*)$/gm)].map(([, line = '']) => {
    const [, relation, command, channel = 'row', as, steps = ''] =
      /^(\S+) (\w+)(?: channel=(\w+))? as=(\w+) :: (.*)$/.exec(line) ?? []
    if (!relation || !command || !as) throw new Error(`check: ${line}`)
    return { relation, command, channel, as, steps: steps.split(' ;; ').map(stepOf) }
  })
}

function stepOf(text: string) {
  const [, kind, sql] = /^(owner|try|claims|commit|differs|err\[[^\]]*\])> ?(.*)$/.exec(text) ?? []
  return kind === undefined ? { kind: 'do', sql: text } : { kind, sql: sql ?? '' }
}

/** Codes of refusals; any other error means that the check itself is wrong. */
const refusals = /^(42501|42P17|23\d\d\d|44000|P0001|22P02|42704|55000|0A000|21000|428C9)$/

/**
 * Runs a check in a database of the case, as its principal, and rolls it back. Steps: plain SQL and `try>` as the
 * principal (a refused plain one ends the check), `owner>` as the superuser, `claims>` changes the token, `commit>`
 * goes on in a transaction of its own, `differs> a ||| b` and `err[text]> sql` tell outcomes apart.
 * @returns whether it crossed
 */
export async function runCheck(url: string, each: Case, check: Check): Promise<boolean> {
  const principal = each.isolation.principals?.find(({ name }) => name === check.as)
  if (!principal) throw new Error(`${each.name}: no principal ${check.as}`)
  const to = new URL(url)
  const client = new Client({ connectionString: to.href })
  await client.connect()
  try {
    if (principal.login) await client.query(`set session authorization ${quoted(principal.login)}`)
    await client.query('begin')
    return await run(client, principal as Principal, check)
  } finally {
    await client.query('rollback').catch(() => undefined)
    await client.end()
  }
}

async function run(client: Client, principal: Principal, check: Check): Promise<boolean> {
  let mine = false
  let claims = principal.claims ?? null
  let last: unknown
  const own = async () => {
    await client.query(principal.login ? 'reset session authorization' : 'reset role')
    mine = false
  }
  const become = async () => {
    if (mine) return
    if (principal.login) await client.query(`set session authorization ${quoted(principal.login)}`)
    for (const [name, value] of Object.entries(principal.settings ?? {})) {
      await client.query('select set_config($1, $2, true)', [name, value])
    }
    if (claims)
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)])
    await client.query(`set local role ${quoted(principal.role)}`)
    mine = true
  }
  for (const { kind, sql } of check.steps) {
    if (kind === 'claims') {
      claims = { ...claims, ...(JSON.parse(sql) as Record<string, unknown>) }
      await own()
      continue
    }
    if (kind === 'commit') {
      await own()
      await client.query('commit')
      await client.query('begin')
      continue
    }
    if (kind === 'owner') {
      await own()
      last = first(await client.query(sql))
      continue
    }
    await become()
    if (kind === 'differs') {
      const outcomes = []
      for (const one of sql.split(' ||| ')) outcomes.push(await attempt(client, one))
      last = outcomes[0]?.code !== outcomes[1]?.code
      continue
    }
    const done = await attempt(client, sql)
    const wanted = /^err\[(.*)\]$/.exec(kind)?.[1]
    if (wanted !== undefined) {
      last = done.text.includes(wanted)
      continue
    }
    if (done.code !== null && !refusals.test(done.code)) throw new Error(`${done.code} ${done.text}: ${sql}`)
    if (done.code !== null && kind === 'do') return false
    if (done.code === null) last = done.value
  }
  if (typeof last !== 'boolean') throw new Error(`does not end in a boolean: ${JSON.stringify(check.steps)}`)
  return last
}

interface Attempt {
  readonly code: string | null
  readonly text: string
  readonly value: unknown
}

async function attempt(client: Client, sql: string): Promise<Attempt> {
  await client.query('savepoint attempt')
  try {
    const value = first(await client.query(sql))
    await client.query('release savepoint attempt')
    return { code: null, text: '', value }
  } catch (error) {
    const { code = '?', message, detail = '' } = error as { code?: string; message: string; detail?: string }
    await client.query('rollback to savepoint attempt')
    return { code, text: `${message} ${detail}`, value: undefined }
  }
}

const first = (result: { readonly rows?: readonly unknown[] }): unknown =>
  Object.values((result.rows?.[0] ?? {}) as object)[0]

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
