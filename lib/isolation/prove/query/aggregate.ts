import type { RawNode } from '@/lib/sql/leaves'
import { anything, compile, condition } from '../expression/compile'
import { asksFurther } from '../expression/later'
import { afresh, oneAtATime, setOf } from '../expression/sub-link'
import { and, not, or, type Formula } from '../logic/formula'
import { variable } from '../logic/term'
import { choose, isNull, nullOf, ofTerm, ofText, ofTruth, truthOf, type Value } from '../logic/value'
import type { Context, Read } from '../problem'
import { mayDoAnything, readsOf } from '../routine/noted'
import { framesOf, inFrame, type Frame } from './query'

/** Rows to be counted: of any rows, one for all aggregates would have to be what each of them asks for. */
export interface Looks {
  readonly first: readonly Frame[]
  /** What each aggregate that cares which rows they are meets. */
  readonly next: () => readonly Frame[]
  readonly again: (() => readonly Frame[]) | null
}

export function looksAt(select: RawNode, first: readonly Frame[], context: Context): Looks {
  const again = afresh(first, context, (aside) => framesOf(select, aside))
  let isTaken = false
  const next = () => {
    const frames = isTaken && again ? again() : first
    isTaken = true
    return frames
  }
  return { first, next, again }
}

/** Aggregates of which something comes out where something that is not NULL goes in. */
const neverMissing = /^(?:sum|avg|string_agg|bit_(?:and|or|xor)|jsonb?_(?:object_)?agg|xmlagg|range_agg)$/

/** What an aggregate makes of the rows. */
export function aggregate(name: string, call: RawNode, rows: Looks, context: Context, reads: Read[]): Value {
  const [arg, ...more] = (call['args'] ?? []) as RawNode[]
  if ([more, call['agg_order']].some((part) => asksFurther(part, context))) mayDoAnything(context)
  const filter = call['agg_filter'] as RawNode | undefined
  const isAny = arg === undefined && filter === undefined
  const counted = countedOf(arg, filter, isAny ? rows.first : rows.next(), context, reads)
  const again = rows.again && (() => countedOf(arg, filter, rows.again!(), context, []))
  return aggregated(name, call, counted, again, context)
}

/** A row that an aggregate takes in, when it does, and what of it; null for `count(*)`. */
interface Counted {
  readonly when: Formula
  readonly value: Value | null
}

function countedOf(
  arg: RawNode | undefined,
  filter: RawNode | undefined,
  frames: readonly Frame[],
  context: Context,
  reads: Read[],
): readonly Counted[] {
  const { problem } = context
  return frames.map((frame) => {
    const at = inFrame(frame, context, context.reads)
    let there: Formula = filter ? and(frame.when, condition(filter, at).yes) : frame.when
    reads.push(...readsOf(frame, there))
    const value = arg ? compile(arg, at) : null
    if (frame.symbolic && there !== false) {
      const flag = problem.flag('counted')
      problem.constraints.push(or(not(flag), there))
      there = flag
    }
    return { when: there, value }
  })
}

function aggregated(
  name: string,
  call: RawNode,
  counted: readonly Counted[],
  again: (() => readonly Counted[]) | null,
  context: Context,
): Value {
  const { problem } = context
  const present = counted.map(({ when, value }) => (value ? and(when, not(isNull(value))) : when))
  const some = or(...present)
  if (name === 'count') {
    const certain = present.every((when) => typeof when === 'boolean') && !call['agg_distinct']
    if (certain) return ofText(String(present.filter(Boolean).length), 'bigint')
    return choose([
      { when: some, value: ofTerm(variable(problem.name('count'), 'bigint')) },
      { when: not(some), value: ofText('0', 'bigint') },
    ])
  }
  if (name === 'array_agg') {
    const listed = ({ when, value }: Counted) => ({
      when,
      symbolic: false,
      reads: [],
      columns: value ? [{ name: '', value }] : [],
    })
    const set = setOf(counted.map(listed), context, again && (() => again().map(listed)))
    const any = or(...counted.map(({ when }) => when))
    return {
      ...set,
      cases: [
        { when: any, term: set.cases[0]!.term },
        { when: not(any), term: null },
      ],
    }
  }
  if (/^bool_or|^bool_and|^every/.test(name)) {
    const truths = counted.map(({ when, value }) => ({ when, truth: truthOf(value ?? nullOf('boolean')) }))
    const holds = (part: 'yes' | 'no') => or(...truths.map(({ when, truth }) => and(when, truth[part])))
    const [yes, no] = [holds('yes'), holds('no')]
    return ofTruth(name === 'bool_or' ? { yes, no: and(no, not(yes)) } : { yes: and(yes, not(no)), no })
  }
  const absent = { when: not(some), value: nullOf(null) }
  if (/^(min|max|any_value)$/.test(name)) {
    const apart = oneAtATime(present, problem)
    return choose([
      ...counted.map(({ value }, at) => ({ when: apart[at]!, value: value ?? nullOf(null) })),
      absent,
    ])
  }
  if (!neverMissing.test(name)) return anything(context, name)
  return choose([{ when: true, value: ofTerm(problem.free(name, null)) }, absent])
}
