import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import type { Attempt } from './arena'
import { named, type Crossing } from './booking'
import { callable, callsOf, type Call } from './calls'
import { computedCalls } from './computed'
import { quietly } from './quiet'
import type { Raid } from './raid'
import { isHidden, tenantSql, type Scope } from './scope'
import { canaries } from './values'

interface Look {
  readonly target: string
  readonly sql: string
  readonly asked: string
  readonly look?: readonly string[]
}

/** What a look gave, so that two looks compare: rows in any order, or a refusal. */
const answerOf = ({ refused, rows }: Attempt): string =>
  refused ? `refused ${refused.code} ${refused.text}` : JSON.stringify(rows.map(({ v }) => v ?? null).sort())

/**
 * What a view or a function answers must not depend on rows of others: each is asked twice, with those rows and without
 * them. A function is watched for what it does as well. `only` leaves out the other functions.
 */
export async function dependence(
  raid: Raid,
  views: readonly Relation[],
  budget: number,
  total: number,
  only?: ReadonlySet<string>,
): Promise<void> {
  const looks = [
    ...(await viewLooks(raid, views)),
    ...(await functionLooks(raid, budget, total)).filter(({ target }) => only?.has(target) ?? true),
  ]
  if (looks.length === 0) return
  const first: string[] = []
  for (const look of looks) first.push(await ask(raid, look, true))
  const differing: number[] = []
  const second = new Map<number, string>()
  await withoutOthers(raid, async () => {
    for (const [at, look] of looks.entries()) {
      if (
        raid.booking.has(look.target, raid.name, 'SELECT') &&
        raid.booking.has(look.target, raid.name, 'SELECT', 'covert')
      )
        continue
      const answer = await ask(raid, look, false)
      if (answer === first[at]) continue
      differing.push(at)
      second.set(at, answer)
    }
  })
  for (const at of differing) {
    const look = looks[at]
    if (!look || (await ask(raid, look, false)) !== first[at]) continue
    bookDifference(raid, look, first[at] ?? '', second.get(at) ?? '')
  }
}

async function viewLooks(raid: Raid, views: readonly Relation[]): Promise<Look[]> {
  const out: Look[] = []
  for (const view of views) {
    const { select } = await raid.rights.of(raid.identity.role, view.id)
    if (select.length === 0) continue
    const list = select.map(ident).join(', ')
    out.push({
      target: view.id,
      sql: `select ${select.length === view.columns.length ? '*' : list} from ${view.id}`,
      asked: `select x::text as v from (select ${list} from ${view.id}) x`,
    })
  }
  return out
}

async function functionLooks(raid: Raid, budget: number, total: number): Promise<Look[]> {
  const routines = await callable(raid)
  const each = Math.max(3, Math.min(budget, Math.floor(total / Math.max(1, routines.length))))
  const calls: Call[] = []
  for (const routine of routines)
    calls.push(...callsOf(raid, routine, each), ...(await computedCalls(raid, routine)))
  return calls.map(({ routine, sql, asked, look }: Call) => ({ target: routine.id, sql, asked, look }))
}

async function ask(raid: Raid, look: Look, watch: boolean): Promise<string> {
  if (!watch) return answerOf(await raid.try([look.asked]))
  raid.booking.count(look.target, raid.name, 'SELECT')
  const attempt = await raid.write(look.target, { sql: look.asked, command: null, look: look.look ?? [] })
  if (!attempt) return ''
  const answer = answerOf(attempt)
  if (!attempt.refused && /[^[\]",null]/.test(answer)) raid.booking.live(look.target, raid.name, 'SELECT')
  return answer
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
    quietly([...remove, ...refreshes(scope)]),
    tables.map(({ relation }) => relation.id),
  )
  try {
    await work()
  } finally {
    await arena.back()
  }
}

/** Materialized views whose content can be computed, those that read others last. */
export const refreshes = (scope: Scope): string[] =>
  scope.snapshot.relations
    .filter(({ kind, extension }) => kind === 'matview' && extension === null)
    .sort((a, b) => Number(readsMatview(a, scope)) - Number(readsMatview(b, scope)))
    .map(({ id }) => `refresh materialized view ${id}`)

const readsMatview = (relation: Relation, scope: Scope) =>
  relation.reads.some(({ relation: id }) => scope.relations.get(id)?.kind === 'matview')

function bookDifference(raid: Raid, look: Look, withThem: string, without: string): void {
  const refused = withThem.startsWith('refused')
  const empty = !refused && !/[^[\]",null]/.test(withThem)
  // A refusal, or nothing where there would be something, tells that a row exists.
  const channel = refused || (empty && without.startsWith('refused')) ? 'covert' : 'row'
  if (raid.booking.has(look.target, raid.name, 'SELECT', channel)) return
  const reached = reachedRow(raid, withThem, look.sql) ?? anyHidden(raid)
  const crossing: Crossing = {
    relation: look.target,
    command: 'SELECT',
    channel,
    row: reached?.row ?? {},
    tenant: reached?.tenant ?? null,
    table: reached?.table ?? null,
    effect:
      channel === 'covert'
        ? {
            en: `is refused only because a row of another tenant is there: ${withThem.slice(8, 200)}`,
            pt: `é recusada só porque há uma linha de outro inquilino: ${withThem.slice(8, 200)}`,
          }
        : {
            en: `answers ${withThem.slice(0, 120)} with the rows of other tenants, ${without.slice(0, 120)} without them`,
            pt: `responde ${withThem.slice(0, 120)} com as linhas de outros inquilinos e ${without.slice(0, 120)} sem elas`,
          },
  }
  raid.book(look.sql, [crossing])
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

const anyHidden = (raid: Raid) => hiddenRow(raid, () => true)

function hiddenRow(raid: Raid, fits: (values: readonly (string | null)[]) => boolean) {
  for (const [id, table] of raid.scope.tables) {
    if (table.tenancy === null) continue
    for (const row of raid.arena.rowsOf(id).values())
      if (isHidden(row.tenant, raid.identity.principal, raid.scope.setup) && fits(row.values))
        return { table: id, row: named(table.relation.columns, row), tenant: row.tenant }
  }
  return null
}
