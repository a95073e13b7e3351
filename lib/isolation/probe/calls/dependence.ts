import type { Relation } from '@/lib/catalog/types-relation'
import { literal } from '@/lib/clone/spelling'
import type { Attempt } from '../observe/arena'
import { named, type Crossing } from '../observe/booking'
import type { Influence } from '../schema/influence'
import { functionLooks, tableLooks, viewLooks, type Look } from './looks'
import { spread } from '../schema/plan-rows'
import { quietly } from '../session/quiet'
import type { Raid } from '../observe/raid'
import { basesOf, isHidden, tenantSql } from '../schema/scope'
import { canaries } from '../schema/values'

/** Calls that were refused alike and are asked again. */
const enough = 3

/** What a look gave, so that two looks compare: rows in any order, or a refusal. */
const answerOf = ({ refused, rows }: Attempt): string =>
  refused ? `refused ${refused.code} ${refused.text}` : JSON.stringify(rows.map(shown).sort())

/** The text that was asked for; of a procedure what it gives back by its arguments. */
const shown = (row: Record<string, unknown>): unknown => {
  const values = Object.values(row)
  return values.length > 1 ? JSON.stringify(values) : (values[0] ?? null)
}

/**
 * What a view or a function answers must not depend on rows of others: each is asked twice, with those rows and without
 * them. A function is watched for what it does as well. `only` leaves out the other functions; one that is not `isOpen` is
 * called less.
 */
export async function dependence(
  raid: Raid,
  influence: Influence,
  views: readonly Relation[],
  budget: number,
  total: number,
  only?: ReadonlySet<string>,
  isOpen?: (routine: string) => boolean,
): Promise<void> {
  const looks = [
    ...(await viewLooks(raid, views)),
    ...(await tableLooks(raid, influence)),
    ...(await functionLooks(raid, budget, total, isOpen)),
  ]
  await compare(
    raid,
    looks.filter(({ target }) => only?.has(target) ?? true),
  )
}

/** Asks with the rows of others and without them, and books what differs. */
export async function compare(raid: Raid, looks: readonly Look[]): Promise<void> {
  if (looks.length === 0) return
  const first = await answers(raid, looks, true)
  const second = new Map<Look, string>()
  await withoutOthers(raid, async () => {
    const open = looks.filter(
      ({ target, ownRows }) =>
        (!ownRows && !raid.booking.has(target, raid.name, 'SELECT')) ||
        !raid.booking.has(target, raid.name, 'SELECT', 'covert'),
    )
    const differing = async (some: readonly Look[]) => {
      const found = [...(await answers(raid, some, false))].filter(
        ([look, answer]) => answer !== first.get(look),
      )
      for (const [look, answer] of found) second.set(look, answer)
      return found.length > 0
    }
    const { asked, alike } = byRefusal(open, first)
    await differing(asked)
    for (const { some, rest } of alike) if (await differing(some)) await differing(rest)
  })
  for (const [look, answer] of second) {
    const before = first.get(look) ?? ''
    const again = await ask(raid, look, false)
    if (again === before || tellsOfOthers(raid, look.sql, [before, again], answer))
      await bookDifference(raid, look, before, answer)
  }
}

/** Calls of one function that were refused in the same words: where some of them still are, the others are not asked again. */
function byRefusal(looks: readonly Look[], first: ReadonlyMap<Look, string>) {
  const groups = new Map<string, Look[]>()
  const asked: Look[] = []
  for (const look of looks) {
    const answer = first.get(look) ?? ''
    const key = `${look.target} ${answer}`
    const known = groups.get(key)
    if (!answer.startsWith('refused')) asked.push(look)
    else if (known) known.push(look)
    else groups.set(key, [look])
  }
  const alike = [...groups.values()].map((all) => {
    const some = spread(all, enough)
    return { some, rest: all.filter((each) => !some.includes(each)) }
  })
  return { asked, alike }
}

/** What gives another answer each time, as a new number, may still show the same value of another tenant's row. */
const tellsOfOthers = (raid: Raid, sql: string, [one = '', two = '']: readonly string[], without: string) =>
  (one.match(canaries) ?? []).some(
    (each) =>
      two.includes(each) && !sql.includes(each) && !without.includes(each) && raid.ownerOf(each) !== null,
  )

/** The answers of all; of those that only read many at once. */
async function answers(raid: Raid, looks: readonly Look[], watch: boolean): Promise<Map<Look, string>> {
  const found = new Map<Look, string>()
  const reading = looks.filter(({ reads }) => reads)
  for (let at = 0; at < reading.length; at += 20) {
    const part = reading.slice(at, at + 20)
    const lists = part.map(({ asked }) => `array(select v from (${asked}) q)`)
    const { refused, rows, touched } = await raid.try([
      `select ${lists.map((list, n) => `${list} as v${n}`).join(', ')}`,
    ])
    // What does more than read is asked, and watched, by itself.
    if (refused || touched.length > 0) continue
    part.forEach((look, n) => {
      const answer = JSON.stringify([...((rows[0]?.[`v${n}`] ?? []) as (string | null)[])].sort())
      if (watch) watched(raid, look, answer, false)
      found.set(look, answer)
    })
  }
  for (const look of looks) if (!found.has(look)) found.set(look, await ask(raid, look, watch))
  return found
}

async function ask(raid: Raid, look: Look, watch: boolean): Promise<string> {
  if (!watch) return answerOf(await raid.try([look.asked]))
  const attempt = await raid.write(look.target, { sql: look.asked, command: null, look: look.look ?? [] })
  if (!attempt) return ''
  const answer = answerOf(attempt)
  watched(raid, look, answer, attempt.refused !== null)
  return answer
}

function watched(raid: Raid, { target }: Look, answer: string, refused: boolean): void {
  raid.booking.count(target, raid.name, 'SELECT')
  if (!refused && /[^[\]",null]/.test(answer)) raid.booking.live(target, raid.name, 'SELECT')
}

/** Runs `work` in a world where only own rows, and those that all may read, are there. */
async function withoutOthers(raid: Raid, work: () => Promise<void>): Promise<void> {
  const { arena, scope, identity } = raid
  const tables = [...scope.tables.values()]
    .filter(({ tenancy }) => tenancy !== null)
    .sort((a, b) => Number(b.tenancy?.kind === 'via') - Number(a.tenancy?.kind === 'via'))
  const own = identity.principal.tenants.map(literal).join(', ')
  const nobody = scope.setup.nullTenant === 'foreign' ? 'true' : 'false'
  const remove = tables.map(({ relation, tenancy }) => {
    const tenant = tenantSql(tenancy, scope.setup, 't')
    const theirs = own === '' ? `${tenant} is not null` : `${tenant} not in (${own})`
    return `delete from only ${relation.id} t where coalesce(${theirs}, ${nobody})`
  })
  await arena.arrange(
    quietly(remove),
    tables.map(({ relation }) => relation.id),
  )
  try {
    await work()
  } finally {
    await arena.back()
  }
}

async function bookDifference(raid: Raid, look: Look, withThem: string, without: string): Promise<void> {
  const refused = withThem.startsWith('refused')
  const empty = !refused && !/[^[\]",null]/.test(withThem)
  // A refusal, or nothing where there would be something, tells that a row exists.
  const isCovert = refused || look.ownRows || (empty && without.startsWith('refused'))
  const channel = isCovert ? 'covert' : 'row'
  if (raid.booking.has(look.target, raid.name, 'SELECT', channel)) return
  const reached = reachedRow(raid, withThem, look.sql) ?? anyHidden(raid, look.target)
  const crossing: Crossing = {
    relation: look.target,
    command: 'SELECT',
    channel,
    row: reached?.row ?? {},
    tenant: reached?.tenant ?? null,
    table: reached?.table ?? null,
    effect: refused
      ? {
          en: `is refused only because a row of another tenant is there: ${withThem.slice(8, 200)}`,
          pt: `é recusada só porque há uma linha de outro inquilino: ${withThem.slice(8, 200)}`,
        }
      : empty && without.startsWith('refused')
        ? {
            en: `is refused where no row of another tenant is there: ${without.slice(8, 200)}`,
            pt: `é recusada onde não há linha de outro inquilino: ${without.slice(8, 200)}`,
          }
        : {
            en: `answers ${withThem.slice(0, 120)} with the rows of other tenants, ${without.slice(0, 120)} without them`,
            pt: `responde ${withThem.slice(0, 120)} com as linhas de outros inquilinos e ${without.slice(0, 120)} sem elas`,
          },
  }
  raid.book(look.sql, [refused ? { ...crossing, emptied: await emptied(raid) } : crossing])
}

/** Settings that a condition asks for and that are empty only because they were set on this connection before. */
async function emptied({ arena, domains, identity }: Raid): Promise<readonly string[]> {
  const names = [...domains.mined.settings].filter(
    (name) => name.includes('.') && identity.settings[name] === undefined,
  )
  const found = await arena.ask<{ name: string }>(
    `select name from pg_catalog.unnest($1::text[]) as name where pg_catalog.current_setting(name, true) = ''`,
    [names],
  )
  return found.map(({ name }) => name)
}

/** The hidden row that an answer shows a value of: one that the question did not give, if there is any. */
function reachedRow(raid: Raid, answer: string, asked: string) {
  const all: readonly string[] = answer.match(canaries) ?? []
  const told = all.filter((each) => !asked.includes(each))
  const shown = told.length > 0 ? told : all
  return shown.length === 0
    ? null
    : hiddenRow(raid, (values) => values.some((value) => value !== null && shown.includes(value)))
}

/** A hidden row of what was asked about, else of any table. */
const anyHidden = (raid: Raid, target: string) =>
  hiddenRow(raid, () => true, basesOf(raid.scope, target)) ?? hiddenRow(raid, () => true)

function hiddenRow(
  raid: Raid,
  fits: (values: readonly (string | null)[]) => boolean,
  among?: ReadonlySet<string>,
) {
  for (const [id, table] of raid.scope.tables) {
    if (table.tenancy === null || among?.has(id) === false) continue
    for (const row of raid.arena.rowsOf(id).values())
      if (isHidden(row.tenant, raid.identity.principal, raid.scope.setup) && fits(row.values))
        return { table: id, row: named(table.relation.columns, row), tenant: row.tenant }
  }
  return null
}
