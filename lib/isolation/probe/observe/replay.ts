import { isForeign } from '../schema/scope'
import type { Arena, Attempt } from './arena'
import type { Story } from './booking'
import { asStatements, type Scene } from './stage'
import { play, shows, writtenBy } from './story'

/** `telling`: values of the row it is about that no row of the principal's own has. */
export type Recognized = Story & { readonly telling: readonly string[] }

/** Does the story cross from this scene as it did from all of its rows? */
export type Judge = (scene: Scene) => Promise<boolean>

/** What tells that a story crosses as it does from this scene; nothing where it does not. */
export async function judgeOf(arena: Arena, story: Recognized, all: Scene): Promise<Judge | null> {
  const from = (each: Scene) => playedFrom(arena, story, each)
  const first = await from(all)
  if (!first) return null
  const shows = sameAs(arena, story, first)
  if (shows)
    return async (each) => {
      const attempt = await from(each)
      return attempt !== null && shows(attempt)
    }
  const principal = story.moves.at(-1)?.as.principal
  const again = await from(all)
  if (story.command !== 'SELECT' || !principal || !again || answer(again) !== answer(first)) return null
  // What it answers hangs on rows of others, and shows none of them.
  const hangs = async (each: Scene, given: Attempt | null) => {
    if (!given) return false
    const rows = each.rows.filter(({ tenant }) => !isForeign(tenant, principal))
    const without = await from({ ...each, rows })
    return without !== null && answer(given) !== answer(without)
  }
  return (await hangs(all, again)) ? async (each) => hangs(each, await from(each)) : null
}

const answer = ({ refused, rows }: Attempt): string =>
  refused ? `refused ${refused.code} ${refused.text}` : JSON.stringify(rows)

/** Recognizes another attempt that reaches the same row by the same words. */
function sameAs(arena: Arena, story: Recognized, first: Attempt): ((attempt: Attempt) => boolean) | null {
  if (story.channel === 'covert') return first.refused ? (attempt) => answer(attempt) === answer(first) : null
  if (first.refused) return null
  if (story.command === 'SELECT') {
    const shown = first.rows
      .map((row) => story.telling.filter((value) => shows(row, value)))
      .reduce<readonly string[]>((most, each) => (each.length > most.length ? each : most), [])
    return shown.length === 0
      ? null
      : ({ rows }) => rows.some((row) => shown.every((value) => shows(row, value)))
  }
  const rowsOf = (attempt: Attempt) => writtenBy(arena, story, attempt).map(({ row }) => JSON.stringify(row))
  const crossed = rowsOf(first)
  if (crossed.length === 0) return null
  return (attempt) => rowsOf(attempt).some((row) => story.command === 'INSERT' || crossed.includes(row))
}

/** The last step of the story where only this scene stands, or nothing where it cannot be set. */
async function playedFrom(arena: Arena, story: Story, each: Scene): Promise<Attempt | null> {
  const tables = [...new Set(each.rows.map(({ table }) => table))]
  if (!(await arranged(arena, asStatements(each), tables, []))) return null
  try {
    return await play(arena, story, /^truncate/i.test(story.moves.at(-1)?.sql ?? '') ? tables : [])
  } finally {
    await arena.back()
  }
}

/** True when the statements stand until `back`. */
export async function arranged(
  arena: Arena,
  statements: readonly string[],
  tables: readonly string[],
  refreshed?: readonly string[],
): Promise<boolean> {
  try {
    await arena.arrange(statements, tables, refreshed)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return false
  }
}
