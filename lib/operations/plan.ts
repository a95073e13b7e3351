/** A node of EXPLAIN (FORMAT JSON), as far as it is used here. */
export type RawPlan = { readonly [key: string]: unknown }

/** One node of a plan, without any value of any row. */
export interface PlanNode {
  /** `Index Scan`, `Nested Loop` … */
  readonly kind: string
  /** Relation or index it reads, as the plan names it. */
  readonly on: string | null
  /** Conditions with their constants taken out. */
  readonly condition: string | null
  /** The sub-select of a policy or of the query, run once. */
  readonly once: boolean
  /** Rows in all loops; `actual` is null where it never ran. */
  readonly estimated: number
  readonly actual: number | null
  /** Rows that a filter threw away. */
  readonly removed: number
  readonly loops: number
  /** Milliseconds in this node and below, in all loops; and in the node itself. */
  readonly total: number
  readonly own: number
  /** Blocks read or found in memory. */
  readonly blocks: number
  readonly children: readonly PlanNode[]
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Constants become `?`: a plan is shown, what it was asked with is not. */
export const withoutConstants = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'(::[\w ."[\]]+)?/g, '?').replaceAll(/(?<![\w$.])\d+(\.\d+)?(?![\w.])/g, '?')

/** The tree of a plan measured with ANALYZE, TIMING and BUFFERS. */
export function planTree(raw: RawPlan): PlanNode {
  const children = ((raw['Plans'] ?? []) as RawPlan[]).map(planTree)
  const loops = number(raw['Actual Loops'])
  const total = number(raw['Actual Total Time']) * loops
  // What ran once before the rest is listed as a child, and its time is in the parent's as well.
  const below = children.reduce((sum, child) => sum + child.total, 0)
  const conditions = [
    'Index Cond',
    'Recheck Cond',
    'Hash Cond',
    'Merge Cond',
    'Join Filter',
    'Filter',
    'One-Time Filter',
  ]
  const said = conditions.map((name) => text(raw[name])).filter((one) => one !== null)
  return {
    kind: [text(raw['Join Type']) === 'Inner' ? null : text(raw['Join Type']), text(raw['Node Type'])]
      .filter(Boolean)
      .join(' '),
    on: text(raw['Index Name']) ?? text(raw['Relation Name']) ?? text(raw['Function Name']),
    condition: said.length === 0 ? null : withoutConstants(said.join(' and ')),
    once: text(raw['Parent Relationship']) === 'InitPlan',
    estimated: number(raw['Plan Rows']) * Math.max(1, loops),
    actual: loops === 0 ? null : number(raw['Actual Rows']) * loops,
    removed:
      (number(raw['Rows Removed by Filter']) +
        number(raw['Rows Removed by Index Recheck']) +
        number(raw['Rows Removed by Join Filter'])) *
      Math.max(1, loops),
    loops,
    total,
    own: Math.max(0, total - below),
    blocks: number(raw['Shared Hit Blocks']) + number(raw['Shared Read Blocks']),
    children,
  }
}

/** How the rows are reached, without the sub-selects that run once: equal for equal plans. */
export function shapeOf(raw: RawPlan): string {
  const children = ((raw['Plans'] ?? []) as RawPlan[]).filter(
    (child) => !['InitPlan', 'SubPlan'].includes(String(child['Parent Relationship'])),
  )
  const kind = String(raw['Node Type'])
  const inner = children.map(shapeOf).join(' ')
  // A view's barrier and a memoised inner side are wrappings of the same way.
  if (['Subquery Scan', 'Memoize', 'Result', 'Materialize'].includes(kind) && children.length === 1)
    return inner
  return `(${kind}${raw['Index Name'] ? ` ${String(raw['Index Name'])}` : ''}${inner ? ` ${inner}` : ''})`
}

/** Milliseconds spent in sub-selects that run once: with row security these are the policies' questions. */
export const askedOnce = (node: PlanNode): number =>
  node.once ? node.total : node.children.reduce((sum, child) => sum + askedOnce(child), 0)
