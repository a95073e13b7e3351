/** A node of EXPLAIN (FORMAT JSON), as far as it is used here. */
export type RawPlan = { readonly [key: string]: unknown }

/** One node of a plan, without any value of any row. */
export interface PlanNode {
  /** `Index Scan`, `Nested Loop` … */
  readonly kind: string
  /** Relation or index it reads, as the plan names it; what it asks, where it runs once. */
  readonly on: string | null
  /** Conditions with their constants taken out, and what is asked once in its words. */
  readonly condition: string | null
  /** The sub-select of a policy or of the query, run once. */
  readonly once: boolean
  /** Rows in all loops; `actual` is null where it never ran. */
  readonly estimated: number
  readonly actual: number | null
  /** The estimate is ten times off. */
  readonly isFarOff: boolean
  /** Rows that a filter threw away. */
  readonly removed: number
  readonly loops: number
  /** Milliseconds in this node and below, in all loops; and in the node itself. */
  readonly total: number
  readonly own: number
  /** Blocks read or found in memory. */
  readonly blocks: number
  /** Sub-selects below it that nobody needed. */
  readonly unasked: number
  readonly children: readonly PlanNode[]
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Constants become `?`: a plan is shown, what it was asked with is not. */
export const withoutConstants = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'(::[\w ."[\]]+)?/g, '?').replaceAll(/(?<![\w$.])\d+(\.\d+)?(?![\w.])/g, '?')

/** A sub-select that runs once: how conditions call it, what it computes, and what it took. */
interface Question {
  readonly called: RegExp
  readonly text: string
  readonly total: number
  readonly raw: RawPlan
}

const isOnce = (raw: RawPlan) => raw['Parent Relationship'] === 'InitPlan'
const below = (raw: RawPlan) => (raw['Plans'] ?? []) as RawPlan[]

/** `(InitPlan 2).col1`, before 17 `$1` of `InitPlan 2 (returns $1)`. */
function questionsOf(raw: RawPlan): Question[] {
  const [, number, parameter] =
    /^InitPlan (\d+)(?: \(returns \$(\d+)\))?/.exec(text(raw['Subplan Name']) ?? '') ?? []
  const [output] = (raw['Output'] ?? []) as string[]
  const own =
    isOnce(raw) && number !== undefined && raw['Node Type'] === 'Result' && output !== undefined
      ? [
          {
            called: parameter
              ? new RegExp(`\\$${parameter}(?!\\d)`, 'g')
              : new RegExp(`\\(InitPlan ${number}\\)\\.col1`, 'g'),
            text: withoutConstants(output),
            total: timeOf(raw),
            raw,
          },
        ]
      : []
  return [...own, ...below(raw).flatMap(questionsOf)]
}

const timeOf = (raw: RawPlan) => number(raw['Actual Total Time']) * number(raw['Actual Loops'])

/** The tree of a plan measured with ANALYZE, VERBOSE, TIMING and BUFFERS. */
export const planTree = (raw: RawPlan): PlanNode => step(raw, questionsOf(raw))

function step(raw: RawPlan, questions: readonly Question[]): PlanNode {
  const needed = below(raw).filter((child) => !isOnce(child) || number(child['Actual Loops']) > 0)
  const children = needed.map((child) => step(child, questions))
  const loops = number(raw['Actual Loops'])
  const total = timeOf(raw)
  const estimated = number(raw['Plan Rows']) * Math.max(1, loops)
  // From 18 on a mean with two decimals, before a whole number.
  const actual = Math.round(number(raw['Actual Rows']) * loops)
  const conditions = [
    'Index Cond',
    'Recheck Cond',
    'Hash Cond',
    'Merge Cond',
    'Join Filter',
    'Filter',
    'One-Time Filter',
  ]
  const said = conditions
    .map((name) => text(raw[name]))
    .filter((one) => one !== null)
    .join(' and ')
  // A question is listed below the step that declares it, and takes its time where a condition first asks it.
  const asked = questions.filter((one) => said.search(one.called) >= 0)
  const elsewhere = asked.filter((one) => !needed.includes(one.raw)).reduce((sum, one) => sum + one.total, 0)
  const inside = children.reduce((sum, child) => sum + child.total, elsewhere)
  const worded = asked.reduce((words, one) => words.replaceAll(one.called, () => one.text), said)
  return {
    kind: [text(raw['Join Type']) === 'Inner' ? null : text(raw['Join Type']), text(raw['Node Type'])]
      .filter(Boolean)
      .join(' '),
    on:
      text(raw['Index Name']) ??
      text(raw['Relation Name']) ??
      text(raw['Function Name']) ??
      questions.find((one) => one.raw === raw)?.text ??
      null,
    condition: worded === '' ? null : withoutConstants(worded),
    once: isOnce(raw),
    estimated,
    actual: loops === 0 ? null : actual,
    isFarOff: isFarOff(estimated, actual, loops),
    removed:
      (number(raw['Rows Removed by Filter']) +
        number(raw['Rows Removed by Index Recheck']) +
        number(raw['Rows Removed by Join Filter'])) *
      Math.max(1, loops),
    loops,
    total,
    own: Math.max(0, total - inside),
    blocks: number(raw['Shared Hit Blocks']) + number(raw['Shared Read Blocks']),
    unasked: below(raw).length - needed.length,
    children,
  }
}

/**
 * Whether ten times as many or as few rows came as were expected. Fewer than one each time it runs are never expected, so
 * that a step that finds nothing where at most one is looked for is no mistake.
 */
function isFarOff(estimated: number, actual: number, loops: number): boolean {
  const off = Math.max(estimated, 1) / Math.max(actual, 1)
  return loops > 0 && (off <= 1 / 10 || (off >= 10 && estimated > loops))
}

/**
 * How the rows are reached, without the sub-selects that run once: equal for equal plans. Where one row is expected its table
 * is named, not which of its keys finds it: the primary key and the same with the clinic cost the same.
 */
export function shapeOf(raw: RawPlan): string {
  const children = ((raw['Plans'] ?? []) as RawPlan[]).filter(
    (child) => !['InitPlan', 'SubPlan'].includes(String(child['Parent Relationship'])),
  )
  const kind = String(raw['Node Type'])
  const inner = children.map(shapeOf).join(' ')
  // A view's barrier and a memoised inner side are wrappings of the same way.
  if (['Subquery Scan', 'Memoize', 'Result', 'Materialize'].includes(kind) && children.length === 1)
    return inner
  const [index, relation] = [text(raw['Index Name']), text(raw['Relation Name'])]
  const isOneRow = index !== null && number(raw['Plan Rows']) <= 1 && relation !== null
  const reached = isOneRow ? relation : index
  return `(${isOneRow ? 'Index Scan' : kind}${reached ? ` ${reached}` : ''}${inner ? ` ${inner}` : ''})`
}

/** Milliseconds spent in sub-selects that run once: with row security these are the policies' questions. */
export const askedOnce = (node: PlanNode): number =>
  node.once ? node.total : node.children.reduce((sum, child) => sum + askedOnce(child), 0)
