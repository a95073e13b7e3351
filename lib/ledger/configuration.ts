import { sql } from 'kysely'
import { checkOf, type Check, type Note, type Problem } from './report'
import type { LedgerTx } from './session'

/**
 * Whether capture and guard are as they must be, now and in every configuration that a checkpoint since `from` names;
 * and what was changed in between, which only a person can call right.
 */
export async function checkConfiguration(tx: LedgerTx, from: number): Promise<Check> {
  const { rows: now } = await sql<{ lines: string[] }>`select ledger.configuration_lines() as lines`.execute(
    tx,
  )
  const { rows: altered } = await sql<{
    name: string
  }>`select name from ledger.altered_captures() as name`.execute(tx)
  const { rows: seen } = await sql<{ lines: string[]; at: string }>`
    select f.lines, to_char(f.seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
      from ledger.configuration f
     where exists (select from ledger.checkpoint c where c.configuration = f.hash and c.tree_size >= ${from})
     order by f.seen_at`.execute(tx)
  const current = now[0]?.lines ?? []
  const problems = [
    ...weaknesses(current).map((about) => problem(about)),
    ...altered.map(({ name }) => problem(`capture of ${name} was rewritten`)),
    ...seen.flatMap(({ lines, at }) => weaknesses(lines).map((about) => problem(`${about}, seen ${at}`))),
  ]
  const notes: Note[] = [...seen, { lines: current, at: 'now' }].flatMap(({ lines, at }, index, all) => {
    const before = all[index - 1]?.lines
    return before
      ? changes(before, lines).map((line): Note => ({
          kind: 'configuration-changed',
          about: `${at} ${line}`,
        }))
      : []
  })
  return checkOf('configuration', current.length, distinct(problems), notes.slice(0, 50))
}

/** Lines that must not be, or are missing: what the log rests on is no longer so. */
export function weaknesses(lines: readonly string[]): string[] {
  const all = new Set(lines)
  const found: string[] = []
  if (!all.has('login of ledger_owner f')) found.push('ledger_owner may sign in')
  const logs = lines.flatMap(
    (line) =>
      (/^owner (\S+) of (ledger\.\w+) /.exec(line)?.slice(1, 3) as [string, string][] | undefined) ?? [],
  ) as unknown as string[]
  for (let at = 0; at < logs.length; at += 2) {
    const [owner, table] = [logs[at] as string, logs[at + 1] as string]
    if (owner !== 'ledger_owner') found.push(`${table} belongs to ${owner}`)
    if (table === 'ledger.token_key') continue
    for (const kind of ['row', 'statement', 'truncate']) {
      const name = `${table === 'ledger.audit_logs' ? 'audit_logs_' : ''}refuse_${kind}`
      const does = kind === 'row' ? 'ledger.refuse_change' : 'ledger.refuse_statement'
      if (!all.has(`trigger ${name} on ${table} enabled A does ${does}()`))
        found.push(`${table} no longer refuses (${name})`)
    }
  }
  for (const line of lines) {
    const right = /^right (UPDATE|DELETE|TRUNCATE|TRIGGER|REFERENCES) on (ledger\.\w+) for (.+)$/.exec(line)
    if (right && right[2] !== 'ledger.token_key') found.push(`${right[3]} has ${right[1]} on ${right[2]}`)
    const writer = /^right INSERT on ledger\.audit_logs for (.+)$/.exec(line)
    if (writer && writer[1] !== 'ledger_owner') found.push(`${writer[1]} has INSERT on ledger.audit_logs`)
    const open = /^partition (.+) not closed$/.exec(line)
    if (open) found.push(`${open[1]} is not closed`)
    const rule = /^rule (.+)$/.exec(line)
    if (rule) found.push(`rule ${rule[1]}`)
    const owner = /^function (\S+) of (\S+) /.exec(line)
    // Event triggers run with the rights of the superuser who made their functions.
    if (
      owner &&
      owner[2] !== 'ledger_owner' &&
      !/^ledger\.(guard_\w+|close_new_tables)\(\)$/.test(owner[1] ?? '')
    )
      found.push(`${owner[1]} belongs to ${owner[2]}`)
    const trigger = /^trigger (ledger_capture\w*|ledger_truncate) on (.+) enabled ([ORD]) /.exec(line)
    if (trigger) found.push(`${trigger[1]} on ${trigger[2]} is not always on`)
    const capture =
      /^trigger (ledger_capture\w*|ledger_truncate) on (.+) enabled \S does (?!ledger\.)(\S+)\(/.exec(line)
    if (capture) found.push(`${capture[1]} on ${capture[2]} runs ${capture[3]}`)
    const narrow =
      /^trigger (ledger_capture\w*) on (.+?) (?:enabled .+ sometimes|misses changes|is for other events)$/.exec(
        line,
      )
    if (narrow) found.push(`${narrow[1]} on ${narrow[2]} does not see every change`)
    const watched = /^watched (.+)$/.exec(line)?.[1]
    if (watched)
      for (const [name, what] of capturing)
        if (!lines.some((other) => other.startsWith(`trigger ${name} on ${watched} enabled A `)))
          found.push(`${what} of ${watched} is not captured`)
  }
  return found
}

/** The triggers of a table under audit, and what each sees. */
const capturing = [
  ['ledger_capture', 'UPDATE'],
  ['ledger_capture_insert', 'INSERT'],
  ['ledger_capture_delete', 'DELETE'],
  ['ledger_truncate', 'TRUNCATE'],
] as const

/** What one configuration has and the other has not, said in a few words each. */
function changes(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)]
  const short = (line: string) => line.replace(/ [0-9a-f]{56}([0-9a-f]{8})$/, ' …$1')
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `− ${short(line)}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${short(line)}`),
  ]
}

const problem = (about: string): Problem => ({ kind: 'guard', at: null, entry: null, about })
const distinct = (problems: readonly Problem[]) => [
  ...new Map(problems.map((one) => [one.about, one])).values(),
]
