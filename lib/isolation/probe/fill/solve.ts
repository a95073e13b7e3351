import type { Client } from 'pg'
import type { Column, Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { sized, type Domains } from '../schema/domain'
import { equalities, rowsOf } from './equalities'
import { mayBeNull } from '../schema/pending'
import { learn, lessonOf } from './lesson'
import { word } from '../schema/mentions'
import { foreignKeys, type Draft, type Plan } from '../schema/plan-rows'

export interface Wish {
  readonly plan: Plan
  readonly draft: Draft
}

type Loose = ReadonlyMap<Column, readonly (string | null | undefined)[]>

interface Condition {
  readonly expression: string
  readonly columns: readonly string[]
}

const validity = (type: string, value: string) => `${type}\n${value}`

/** `pg_input_is_valid` of every version. */
const takesSql = `create function pg_temp.tabellion_takes(type text, value text) returns boolean language plpgsql as $$
  begin
    execute pg_catalog.format('select %L::%s', value, type);
    return true;
  exception when others then
    return false;
  end $$`

/** Made-up rows until they keep every check: tried many at once, by the server's own word, nearest first. */
export class Solver {
  private readonly valid = new Map<string, boolean>()
  private random = 7
  /** Questions of one table that may still fail: an expression that always does would be asked for ever. */
  private patience = 0
  private serial = 200_000
  private canAsk = false

  constructor(
    private readonly client: Client,
    private readonly domains: Domains,
  ) {}

  /** The rows that keep the checks, mended where needed; what could not be mended is left out. */
  async solve(relation: Relation, wishes: readonly Wish[]): Promise<Draft[]> {
    const conditions = await this.conditionsOf(relation)
    this.patience = 60
    if (conditions.length === 0) return wishes.map(({ draft }) => draft)
    const solved: Draft[] = []
    // The first plain row is worked on longest; what it took is where the others begin.
    const [first, ...rest] = wishes
    if (!first) return []
    const [plain] = await this.repair(relation, conditions, [first], 8, 240)
    if (plain) solved.push(plain)
    if (plain) {
      const checked = new Set(conditions.flatMap(({ columns }) => columns))
      learn(lessonOf(relation, this.domains, checked, first.draft, plain), rest)
    }
    return [...solved, ...(await this.repair(relation, conditions, rest, 4, 24))]
  }

  private async repair(
    relation: Relation,
    conditions: readonly Condition[],
    wishes: readonly Wish[],
    rounds: number,
    width: number,
  ): Promise<Draft[]> {
    const done: Draft[] = []
    let open = wishes.map((wish) => ({ ...wish, broken: [] as number[] }))
    const judged = await this.broken(
      relation,
      conditions,
      open.map(({ draft }) => draft),
    )
    open = open.map((each, at) => ({ ...each, broken: judged[at] ?? [] }))
    for (let round = 0; open.length > 0; round++) {
      done.push(...open.filter(({ broken }) => broken.length === 0).map(({ draft }) => draft))
      open = open.filter(({ broken }) => broken.length > 0)
      if (open.length === 0 || round === rounds) break
      const tries: { of: number; draft: Draft }[] = []
      const given = await equalities(
        this.client,
        relation,
        conditions.map(({ expression }) => expression),
        open.map(({ draft }) => draft),
      )
      const loose = open.map((wish) => this.loose(relation, conditions, wish, round))
      await this.askValid(
        loose.flatMap((lists) =>
          [...lists].flatMap(([column, list]) =>
            list.flatMap((value) => (typeof value === 'string' ? [[sized(column), value] as const] : [])),
          ),
        ),
      )
      for (const [of, wish] of open.entries())
        for (const draft of this.variations(
          wish.draft,
          loose[of] ?? new Map(),
          given[of] ?? new Map(),
          width,
        ))
          tries.push({ of, draft })
      const results = await this.broken(
        relation,
        conditions,
        tries.map(({ draft }) => draft),
      )
      const best = open.map(({ broken, draft }) => ({ draft, broken }))
      tries.forEach(({ of, draft }, at) => {
        const broken = results[at]
        if (broken && broken.length < (best[of]?.broken.length ?? 0)) best[of] = { draft, broken }
      })
      open = open.map((each, at) => ({ ...each, ...best[at] }))
    }
    return done
  }

  /**
   * What may be changed and to what, its default being `undefined`: the columns of what is broken, after some rounds those
   * of what shares a column with it too.
   */
  private loose(
    relation: Relation,
    conditions: readonly Condition[],
    { plan, broken }: Wish & { broken: readonly number[] },
    round: number,
  ): Loose {
    const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
    const names = new Set(broken.flatMap((at) => conditions[at]?.columns ?? []))
    if (round > 2)
      for (const each of conditions)
        if (each.columns.some((name) => names.has(name))) for (const name of each.columns) names.add(name)
    const free = relation.columns.filter(
      ({ name, generated, notNull }) =>
        names.has(name) &&
        !generated &&
        !plan.special.has(name) &&
        !this.domains.isTenant(relation, name) &&
        !(bound.has(name) && notNull),
    )
    const whose = plan.tenant === null ? null : word(plan.tenant)
    const says = (value: string | null) => value !== null && (whose?.test(value) ?? false)
    return new Map(
      free.map((column) => {
        const given = column.default === null ? [] : [undefined]
        if (bound.has(column.name)) return [column, [null, ...given]]
        const all = this.domains.candidates(relation, column, this.serial++)
        // Of what holds a tenant that comes first which holds the row's own.
        const own = all.filter(says)
        const more = own.filter((value) => value !== plan.tenant)
        const values = [...new Set([...more, ...own, ...all])]
        return [column, [...given, this.domains.fresh(column, this.serial++), ...values]]
      }),
    )
  }

  /** The row with other values in some of these columns. */
  private variations(draft: Draft, loose: Loose, given: Draft, width: number): Draft[] {
    const free = [...loose.keys()]
    if (free.length === 0) return []
    const lists = new Map(
      [...loose].map(([column, list]) => [column.name, list.filter((value) => this.fits(column, value))]),
    )
    const without = new Map(draft)
    for (const { name, notNull } of free) if (!notNull) without.set(name, null)
    const byDefault = new Map(draft)
    for (const column of free) if (column.default !== null) byDefault.delete(column.name)
    const out: Draft[] = [without, byDefault]
    const told = [...given].filter(([name]) => free.some((column) => column.name === name))
    if (told.length > 0) out.push(new Map([...draft, ...told]), new Map([...without, ...told]))
    for (const { name } of free)
      for (const value of (lists.get(name) ?? []).slice(0, Math.ceil(width / 2 / free.length) + 2))
        out.push(put(new Map(draft), name, value))
    while (out.length < width) {
      const next = new Map(this.next() % 3 === 0 ? without : draft)
      for (const { name } of free) {
        const list = lists.get(name) ?? []
        if (list.length > 0 && this.next() % 3 > 0) put(next, name, list[this.next() % list.length])
      }
      out.push(next)
    }
    const look = (each: Draft) =>
      JSON.stringify(free.map(({ name }) => (each.has(name) ? each.get(name) : 0)))
    return [...new Map(out.map((each) => [look(each), each])).values()]
  }

  private fits(column: Column, value: string | null | undefined): boolean {
    if (typeof value !== 'string') return value === undefined || !column.notNull
    return this.valid.get(validity(sized(column), value)) ?? false
  }

  /** The type takes this text, as far as `askValid` was told. */
  isValid = (value: string, type: string) => this.valid.get(validity(type, value)) ?? false

  /** Asks the server at once which texts types take, by a function of this connection that lives as long as it does. */
  async askValid(pairs: readonly (readonly [type: string, value: string])[]): Promise<void> {
    const open = pairs.filter(([type, value]) => !this.valid.has(validity(type, value)))
    for (const [type, value] of open) if (type === 'text') this.valid.set(validity(type, value), true)
    const asked = [
      ...new Map(open.filter(([type]) => type !== 'text').map((pair) => [validity(...pair), pair])).values(),
    ]
    if (asked.length === 0) return
    if (!this.canAsk) await this.client.query(takesSql)
    this.canAsk = true
    const { rows } = await this.client.query<{ type: string; value: string; takes: boolean }>(
      `select type, value, pg_temp.tabellion_takes(type, value) as takes
         from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) as asked(type, value)`,
      [asked.map(([type]) => type), asked.map(([, value]) => value)],
    )
    for (const { type, value, takes } of rows) this.valid.set(validity(type, value), takes)
  }

  /** For each row the conditions it breaks; where asking fails, all of them. */
  private async broken(
    relation: Relation,
    conditions: readonly Condition[],
    drafts: readonly Draft[],
  ): Promise<number[][]> {
    if (drafts.length === 0) return []
    const columns = relation.columns.filter(({ generated }) => !generated)
    const asked = conditions.map(({ expression }) => `coalesce(not (${expression}), false)`)
    try {
      const { rows: found } = await this.client.query<{ n: number; b: boolean[] }>(
        `select "row of the try" as n, array[${asked.join(', ')}] as b from ${rowsOf(columns, drafts)} order by 1`,
      )
      return found.map(({ b }) => b.flatMap((bad, at) => (bad ? [at] : [])))
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
      this.patience--
      if (drafts.length === 1 || this.patience < 0) return drafts.map(() => conditions.map((_, at) => at))
      const half = Math.ceil(drafts.length / 2)
      return [
        ...(await this.broken(relation, conditions, drafts.slice(0, half))),
        ...(await this.broken(relation, conditions, drafts.slice(half))),
      ]
    }
  }

  /** Checks that name no generated column, and where a partition would take the row. */
  private async conditionsOf(relation: Relation): Promise<Condition[]> {
    const generated = new Set(relation.columns.filter((each) => each.generated).map(({ name }) => name))
    const found = relation.constraints.flatMap(({ kind, expression, columns, enforced, validated }) =>
      kind === 'check' &&
      enforced &&
      validated &&
      expression !== null &&
      !columns.some((name) => generated.has(name))
        ? [{ expression, columns }]
        : [],
    )
    for (const column of relation.columns)
      if (!column.generated && !this.domains.isTenant(relation, column.name))
        for (const expression of this.domains.domainConditions(column))
          found.push({ expression, columns: [column.name] })
    const missing = relation.columns.filter(
      (column) =>
        !mayBeNull(relation, column) &&
        !column.generated &&
        !column.identity &&
        !this.domains.isTenant(relation, column.name),
    )
    for (const { name } of missing) found.push({ expression: `${ident(name)} is not null`, columns: [name] })
    if (relation.kind !== 'partitioned') return found
    const { rows } = await this.client.query<{ bound: string | null }>(
      `select pg_catalog.pg_get_partition_constraintdef(relid) as bound from pg_catalog.pg_partition_tree($1) where isleaf`,
      [relation.id],
    )
    const bounds = rows.flatMap(({ bound }) => bound ?? [])
    if (bounds.length === 0 || bounds.length !== rows.length) return found
    const columns = relation.columns
      .map(({ name }) => name)
      .filter((name) => relation.partitionKey?.includes(name))
    return [...found, { expression: bounds.map((each) => `(${each})`).join(' or '), columns }]
  }

  private next(): number {
    this.random = (Math.imul(this.random, 1_103_515_245) + 12_345) & 0x7fffffff
    return this.random >> 8
  }
}

function put(draft: Draft, name: string, value: string | null | undefined): Draft {
  if (value === undefined) draft.delete(name)
  else draft.set(name, value)
  return draft
}
