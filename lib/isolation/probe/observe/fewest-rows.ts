import { loud, quietly, silent } from '../session/quiet'
import type { Influence } from '../schema/influence'
import { isForeign } from '../schema/scope'
import type { Arena, Attempt } from './arena'
import { crossingsOf, type Story } from './booking'
import { asStatements, scene, type Scene } from './stage'
import { ownValues, play, tellingOf } from './story'

/** A row with no more than those it points to is read at a glance, and needs them. */
const few = 6

/** Tries to leave rows out, for all stories of all principals. */
const mostTries = 600

/** Rows past which a wide scene takes longer than it tells. */
const mostRows = 300

type Tries = { left: number }

/** `telling`: values of the row it is about that no row of the principal's own has. */
type Told = Story & { readonly standing: Scene; readonly telling: readonly string[] }

/**
 * Each story of one principal with a scene of its own: it is played where nothing else stands, once more without some of its
 * rows, and those that it can do without are left out. One that does not cross from its scene alone is tried with all rows of
 * whatever it may hang on; one that does not cross from these either keeps the scene that seemed enough.
 */
export async function withFewestRows(
  arena: Arena,
  influence: Influence,
  stories: readonly Story[],
): Promise<readonly Story[]> {
  const tries = { left: Math.floor(mostTries / arena.scope.setup.principals.length) }
  const told = stories.map((story) => ({
    ...story,
    standing: story.standing ?? scene(arena, story),
    isGiven: story.standing !== undefined,
  }))
  const found = new Map<Story, Scene | null>()
  const own = stories[0] ? ownValues(arena, stories[0]) : new Set<string>()
  const doubtful = told
    .filter((story) => canPlay(story) && !isPlain(story))
    .map((story) => ({ ...story, telling: tellingOf(arena, story, own), of: story }))
  await onEmptyGround(arena, doubtful, async (story) => {
    found.set(story.of, await fewestOf(arena, story, story.standing, tries))
  })
  const wide = doubtful.flatMap((story) =>
    found.get(story.of) || story.isGiven ? [] : [{ ...story, all: wideScene(arena, influence, story) }],
  )
  // What one of them could not do without another may need as well.
  let needed: Scene['rows'] = []
  await onEmptyGround(arena, wide, async (story) => {
    const some = { ...story.standing, rows: together(story.standing.rows, needed) }
    const least =
      (await fewestOf(arena, story, some, tries)) ?? (await fewestOf(arena, story, story.all, tries))
    if (least) needed = together(least.rows, needed).slice(0, 24)
    found.set(story.of, least)
  })
  return told.map((story) => ({ ...story, standing: found.get(story) ?? story.standing }))
}

/** A transaction of its own can play it. */
const canPlay = ({ channel, emptied }: Story) => channel !== 'session' && !emptied

const isPlain = ({ table, relation, standing }: Story) =>
  table === relation && standing !== undefined && standing.rows.length <= few

const together = (some: Scene['rows'], others: Scene['rows']): Scene['rows'] => [
  ...new Map([...some, ...others].map((each) => [each.sql, each])).values(),
]

/** All rows of what the relation is or asks, and of what decides about it. */
function wideScene(arena: Arena, influence: Influence, story: Story): Scene {
  const hangs = [...arena.scope.tables.values()].filter(
    ({ relation: { id } }) => id === story.relation || influence.dependents(id).has(story.relation),
  )
  const rows = hangs.flatMap((table) =>
    [...arena.rowsOf(table.relation.id).values()].map((row) => [table, row] as const),
  )
  return scene(arena, story, rows.length > mostRows ? [] : rows)
}

async function onEmptyGround<S>(
  arena: Arena,
  stories: readonly S[],
  work: (story: S) => Promise<void>,
): Promise<void> {
  const tables = [...arena.scope.tables.keys()]
  const emptying = quietly(tables.map((id) => `delete from only ${id}`))
  if (stories.length === 0 || !(await arranged(arena, emptying, tables))) return
  try {
    for (const story of stories) await work(story)
  } finally {
    await arena.back()
  }
}

/** The fewest rows of a scene from which a story crosses; nothing where it does not cross from all of them. */
async function fewestOf(arena: Arena, story: Told, all: Scene, tries: Tries): Promise<Scene | null> {
  const hasTriggers = all.rows.some(({ table }) => arena.scope.relations.get(table)?.triggers.length)
  const quiet = { ...all, before: [...all.before, silent], after: [loud, ...all.after] }
  for (const each of hasTriggers ? [all, quiet] : [all]) {
    const crosses = await judgeOf(arena, story, each)
    if (crosses) return fewest(each, crosses, tries)
  }
  return null
}

async function fewest(all: Scene, crosses: Judge, tries: Tries): Promise<Scene> {
  let best = all
  // The row that is reached, and those it points to, stand first.
  for (let many = 1; many < all.rows.length && best === all; many *= 2) {
    const some = { ...all, rows: all.rows.slice(0, many) }
    if (tries.left-- <= 0) return best
    if (await crosses(some)) best = some
  }
  for (let size = Math.ceil(best.rows.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let end = best.rows.length; end > 0; end -= size) {
      if (best.rows.length <= 1 || tries.left-- <= 0) return best
      const rows = [...best.rows.slice(0, Math.max(0, end - size)), ...best.rows.slice(end)]
      if (await crosses({ ...best, rows })) best = { ...best, rows }
    }
  return best
}

type Judge = (scene: Scene) => Promise<boolean>

/** What tells that the story crossed as it did with all of its rows; nothing where it does not. */
async function judgeOf(arena: Arena, story: Told, all: Scene): Promise<Judge | null> {
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
  const hangs: Judge = async (each) => {
    const rows = each.rows.filter(({ tenant }) => !isForeign(tenant, principal))
    const [given, without] = [await from(each), await from({ ...each, rows })]
    return given !== null && without !== null && answer(given) !== answer(without)
  }
  return (await hangs(all)) ? hangs : null
}

const answer = ({ refused, rows }: Attempt): string =>
  refused ? `refused ${refused.code} ${refused.text}` : JSON.stringify(rows)

/** Recognizes another attempt that reaches the same row by the same words. */
function sameAs(arena: Arena, story: Told, first: Attempt): ((attempt: Attempt) => boolean) | null {
  if (story.channel === 'covert') return first.refused ? (attempt) => answer(attempt) === answer(first) : null
  if (first.refused) return null
  if (story.command === 'SELECT') {
    const shown = first.rows
      .map((row) => story.telling.filter((value) => JSON.stringify(row).includes(inside(value))))
      .reduce<readonly string[]>((most, each) => (each.length > most.length ? each : most), [])
    const showsAll = (row: unknown) => shown.every((value) => JSON.stringify(row).includes(inside(value)))
    return shown.length === 0 ? null : ({ rows }) => rows.some(showsAll)
  }
  const crossed = rowsOf(arena, story, first)
  if (crossed.length === 0) return null
  return (attempt) =>
    rowsOf(arena, story, attempt).some((row) => story.command === 'INSERT' || crossed.includes(row))
}

const inside = (value: string) => JSON.stringify(value).slice(1, -1)

function rowsOf(arena: Arena, story: Story, { effects }: Attempt): string[] {
  const as = story.moves.at(-1)?.as
  return as
    ? crossingsOf(arena.scope, as, story.relation, story.command, effects)
        .filter((each) => each.relation === story.relation && each.command === story.command)
        .map(({ row }) => JSON.stringify(row))
    : []
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
async function arranged(
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
