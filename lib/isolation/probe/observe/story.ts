import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal } from '@/lib/clone/spelling'
import type { Counterexample, Step } from '../../types'
import type { Arena, Attempt } from './arena'
import { crossingsOf, type Crossing, type Story } from './booking'
import { connecting, enter, preamble, type Identity } from '../session/identity'
import { isHidden } from '../schema/scope'
import { asStatements, type Scene } from './stage'

/** A role that a call took is the session's from then on. */
const goesOn = ({ taken }: Identity) => taken !== undefined

/** What a statement does by which the session becomes another before it comes to the point. */
const chosen = ({ through }: Identity) => through?.en ?? 'is the session’s own to say'
const left = 'leaves something on the connection'
const before = 'as a request before left it on the connection'

const empty = (name: string) => `select pg_catalog.set_config(${literal(name)}, '', false)`

/** The story as statements to paste: rows that stood there, who comes, what it does. */
export function tell(story: Story, standing: Scene, snapshot: Snapshot): Counterexample {
  const steps: Step[] = asStatements(standing).map((sql) => ({
    as: null,
    sql,
    effect: '',
  }))
  let who: Identity | null = null
  const [first] = story.moves
  if (story.channel === 'session' && first)
    for (const sql of connecting(first.as.principal, snapshot)) steps.push({ as: null, sql, effect: '' })
  if (first && story.emptied)
    for (const name of story.emptied)
      steps.push({ as: first.as.principal.name, sql: empty(name), effect: before })
  for (const move of story.moves) {
    // Requests on one connection are transactions of their own: what is set for one of them ends with it.
    const begins =
      story.channel === 'session'
        ? ['commit', 'begin', ...enter(move.as)]
        : move.as === who || goesOn(move.as)
          ? []
          : preamble(move.as)
    const own = new Set(move.as.own)
    for (const sql of begins)
      steps.push({ as: move.as.principal.name, sql, effect: own.has(sql) ? chosen(move.as) : '' })
    who = move.as
    const effect = move.effect.en || (move === story.moves.at(-1) ? '' : left)
    steps.push({ as: move.as.principal.name, sql: move.sql, effect })
  }
  const said = story.moves.at(-1)?.effect ?? story.effect
  const through = story.moves.find(({ as }) => as.through)?.as.through
  return { steps, row: story.row, tenant: story.tenant, said, ...(through ? { through } : {}) }
}

/** The same story without the moves it does not need, and reading only the row it is about. */
export async function shorten(arena: Arena, story: Story): Promise<Story> {
  let best = story
  for (let at = story.moves.length - 2; at >= 0; at--) {
    // What had to be opened is found closed before it is opened.
    if (best.moves[at]?.as.through) continue
    const fewer = { ...best, moves: best.moves.filter((_, n) => n !== at) }
    if (fewer.moves.length < best.moves.length && (await crosses(arena, fewer))) best = fewer
  }
  return pointed(arena, best)
}

/** `select * from t` becomes a look at the one row, where the session may name it. */
async function pointed(arena: Arena, story: Story): Promise<Story> {
  const last = story.moves.at(-1)
  if (!last || story.command !== 'SELECT' || story.channel !== 'row' || story.table === null) return story
  if (/ where /.test(last.sql)) return story
  const relation = arena.scope.relations.get(story.relation)
  const key = arena.scope.tables.get(story.relation)?.key ?? []
  if (!relation || key.length === 0) return story
  const where = key.map((name) => `${ident(name)} = ${literal(story.row[name] ?? '')}`).join(' and ')
  const sql = `${last.sql} where ${where}`
  const moves = [...story.moves.slice(0, -1), { ...last, sql }]
  const attempt = await play(arena, { ...story, moves })
  return attempt !== null && attempt.count > 0 ? { ...story, moves } : story
}

async function crosses(arena: Arena, story: Story): Promise<boolean> {
  const attempt = await play(arena, story)
  if (!attempt) return false
  return story.command === 'SELECT'
    ? tellingOf(arena, story).some((value) => shows(attempt.rows, value))
    : writtenBy(arena, story, attempt).length > 0
}

/** Does a value stand in what was read? */
export const shows = (read: unknown, value: string): boolean =>
  JSON.stringify(read).includes(JSON.stringify(value).slice(1, -1))

/** What the attempt crossed of that which the story tells. */
export function writtenBy(arena: Arena, story: Story, { effects }: Attempt): Crossing[] {
  const as = story.moves.at(-1)?.as
  return as
    ? crossingsOf(arena.scope, as, story.relation, story.command, effects).filter(
        ({ relation, command }) => relation === story.relation && command === story.command,
      )
    : []
}

/** Values by which the row it is about is known again: those that no row of the principal's own has. */
export function tellingOf(arena: Arena, story: Story, own = ownValues(arena, story)): readonly string[] {
  const long = Object.values(story.row).filter((value) => value !== null && value.length > 3)
  return long.filter((value) => !own.has(value)) as string[]
}

/** All values in rows of whom a story is about. */
export function ownValues(arena: Arena, { moves }: Story): ReadonlySet<string | null> {
  const { scope } = arena
  const principal = moves.at(-1)?.as.principal
  if (!principal) return new Set()
  return new Set(
    [...scope.tables.keys()].flatMap((id) =>
      [...arena.rowsOf(id).values()]
        .filter(({ tenant }) => !isHidden(tenant, principal, scope.setup))
        .flatMap(({ values }) => values),
    ),
  )
}

/** All moves in order; what the last one did. */
export async function play(arena: Arena, { moves }: Story, look: readonly string[] = []) {
  let stayed = 0
  try {
    for (const [at, move] of moves.entries()) {
      const before = moves[at - 1]
      const continued = before !== undefined && (before.as === move.as || goesOn(move.as))
      if (at === moves.length - 1) return await arena.attack(move.as, [move.sql], { continued, look })
      const done = await arena.stay(move.as, [move.sql], { continued })
      stayed++
      if (done.refused) return null
    }
    return null
  } finally {
    for (let n = 0; n < stayed; n++) await arena.back()
  }
}
