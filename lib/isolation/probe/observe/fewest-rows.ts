import { loud, quietly, silent } from '../session/quiet'
import type { Influence } from '../schema/influence'
import type { Arena } from './arena'
import type { Story } from './booking'
import { arranged, judgeOf, type Judge, type Recognized } from './replay'
import { scene, type Scene } from './stage'
import { ownValues, tellingOf } from './story'

/** A row with no more than those it points to is read at a glance, and needs them. */
const few = 6

/** Tries to leave rows out, for all stories of all principals. */
const mostTries = 600

/** Rows past which a wide scene takes longer than it tells. */
const mostRows = 300

type Tries = { left: number }

/**
 * The scene of each story of one principal: it is played where nothing else stands, once more without some of its rows, and
 * those that it can do without are left out. One that does not cross from its scene alone is tried with all rows of whatever
 * it may hang on; one that does not cross from these either keeps the scene that seemed enough.
 */
export async function scenesOf(
  arena: Arena,
  influence: Influence,
  stories: readonly Story[],
): Promise<ReadonlyMap<Story, Scene>> {
  const tries = { left: Math.floor(mostTries / arena.scope.setup.principals.length) }
  const scenes = new Map(stories.map((story) => [story, story.standing ?? scene(arena, story)]))
  const own = stories[0] ? ownValues(arena, stories[0]) : new Set<string>()
  const doubtful = [...scenes].flatMap(([of, standing]) =>
    canPlay(of) && !isPlain(of, standing)
      ? [{ ...of, standing, telling: tellingOf(arena, of, own), of }]
      : [],
  )
  const lacking: typeof doubtful = []
  await onEmptyGround(arena, doubtful, async (story) => {
    const least = await fewestOf(arena, story, story.standing, tries)
    if (least) scenes.set(story.of, least)
    else if (!story.of.standing) lacking.push(story)
  })
  const wide = lacking.map((story) => ({ ...story, all: wideScene(arena, influence, story) }))
  // What one of them could not do without another may need as well.
  let needed: Scene['rows'] = []
  await onEmptyGround(arena, wide, async (story) => {
    const some = { ...story.standing, rows: together(story.standing.rows, needed) }
    const least =
      (await fewestOf(arena, story, some, tries)) ?? (await fewestOf(arena, story, story.all, tries))
    if (!least) return
    needed = together(least.rows, needed).slice(0, 24)
    scenes.set(story.of, least)
  })
  return scenes
}

/** A transaction of its own can play it. */
const canPlay = ({ channel, emptied }: Story) => channel !== 'session' && !emptied

const isPlain = ({ table, relation }: Story, { rows }: Scene) => table === relation && rows.length <= few

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
async function fewestOf(arena: Arena, story: Recognized, all: Scene, tries: Tries): Promise<Scene | null> {
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
