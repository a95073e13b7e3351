import { names, type RawNode } from '@/lib/sql/leaves'
import { and, not, or } from '../logic/formula'
import { anything, compile, equal } from '../expression/compile'
import { typeOf } from '../expression/cast'
import type { Binding, Context, Read } from '../problem'
import { bindingOf } from './open'
import { isPaired } from './paired'
import { aliasesOf, filtered, inFrame, selectRows, type Frame, type Result } from './query'
import { readsOf } from '../routine/noted'
import { scan } from './scan'
import { rowsOfCall } from '../expression/set-returning'
import { nullOf, type Value } from '../logic/value'

/** The frames that one item of FROM makes of a frame, every row it may have beside it. */
export function fromItem(item: RawNode, frame: Frame, context: Context): readonly Frame[] {
  const [what = ''] = Object.keys(item)
  const body = item[what] as RawNode
  const alias = body['alias'] as RawNode | undefined
  const renamed = names(alias?.['colnames'])
  switch (what) {
    case 'RangeVar': {
      const name = String(body['relname'] ?? '')
      const schema = body['schemaname'] === undefined ? null : String(body['schemaname'])
      const rows = scan(schema, name, context)
      // Of rows that lie in heirs ONLY sees none; which do is not known.
      const seen = body['inh'] === true ? rows : rows.map((row) => only(row, context))
      return seen.map((row) =>
        joined(frame, String(alias?.['aliasname'] ?? name), rename(row.binding, renamed), row, context),
      )
    }
    case 'RangeSubselect': {
      const inner = body['lateral'] ? inFrame(frame, context, context.reads) : context
      const rows = selectRows((body['subquery'] as RawNode)['SelectStmt'] as RawNode, inner)
      return rows.map((row) =>
        joined(frame, String(alias?.['aliasname'] ?? ''), bindingOf(row, renamed), row, context),
      )
    }
    case 'RangeFunction': {
      const [first] = (body['functions'] ?? []) as RawNode[]
      const list = ((first?.['List'] ?? {}) as RawNode)['items'] as RawNode[]
      const call = list?.[0]?.['FuncCall'] as RawNode | undefined
      const at = inFrame(frame, context, context.reads)
      const definitions = ((body['coldeflist'] ?? []) as RawNode[]).map(
        (each) => each['ColumnDef'] as RawNode,
      )
      if (!list || (body['functions'] as RawNode[]).length > 1 || body['ordinality'])
        return [notUnderstood(what)]
      const given = call ? rowsOfCall(call, at) : [oneRow(compile(list[0]!, at))]
      const rows = given.map((row) => (row.open ? defined(row, definitions, at) : row))
      const name = String(alias?.['aliasname'] ?? (call ? (names(call['funcname']).at(-1) ?? '') : ''))
      const columns = renamed.length > 0 ? renamed : definitions.map((each) => String(each['colname']))
      // A function of one unnamed column is named by its alias, or by itself.
      const single = columns.length === 0 ? [name] : columns
      return rows.map((row) =>
        joined(
          frame,
          name,
          bindingOf(row, row.columns.length === 1 && row.columns[0]!.name === '' ? single : columns),
          row,
          context,
        ),
      )
    }
    case 'JoinExpr':
      return join(body, frame, context)
    default:
      return [notUnderstood(what)]
  }

  /** It may give any rows, of any table. */
  function notUnderstood(kind: string): Frame {
    const any = { when: context.problem.flag(kind, true), symbolic: true, reads: [{ row: null, when: true }] }
    const binding = { columns: new Map<string, Value>(), relation: null, open: true }
    return joined(frame, String(alias?.['aliasname'] ?? ''), binding, any, context)
  }
}

/** A row whose columns the query says itself. */
function defined(row: Result, definitions: readonly RawNode[], context: Context): Result {
  if (definitions.length === 0) return row
  const columns = definitions.map((each) => ({
    name: String(each['colname']),
    value: anything(context, String(each['colname']), typeOf(each['typeName'] as RawNode, context)),
  }))
  return { ...row, columns, open: false }
}

const only = <R extends Pick<Frame, 'when' | 'symbolic'>>(row: R, { problem }: Context): R => ({
  ...row,
  when: and(row.when, problem.flag('lies in the table itself', true)),
})

const oneRow = (value: Value): Result => ({
  when: true,
  symbolic: false,
  reads: [],
  columns: [{ name: '', value }],
})

function joined(
  frame: Frame,
  alias: string,
  binding: Binding,
  row: Pick<Frame, 'when' | 'symbolic' | 'reads'>,
  context: Context,
): Frame {
  // Two tables of one name in two schemas, or two queries without one: which is meant is not followed.
  const before = frame.aliases.get(alias)
  const both = before && {
    columns: new Map(
      [...before.columns, ...binding.columns].map(([name]) => [name, anything(context, name)]),
    ),
    relation: null,
    open: true,
  }
  return {
    aliases: new Map([...frame.aliases, [alias, both ?? binding]]),
    when: and(frame.when, row.when),
    symbolic: frame.symbolic || row.symbolic,
    reads: [...frame.reads, ...row.reads],
  }
}

function rename(binding: Binding, renamed: readonly string[]): Binding {
  if (renamed.length === 0) return binding
  const columns = new Map([...binding.columns].map(([name, value], at) => [renamed[at] ?? name, value]))
  return { ...binding, columns }
}

function join(body: RawNode, frame: Frame, context: Context): readonly Frame[] {
  const type = isPaired(body, context) ? 'JOIN_INNER' : String(body['jointype'] ?? 'JOIN_INNER')
  if (type === 'JOIN_RIGHT' || type === 'JOIN_FULL') {
    const swapped = { ...body, jointype: 'JOIN_LEFT', larg: body['rarg'], rarg: body['larg'] }
    const right = join(swapped, frame, context)
    if (type === 'JOIN_RIGHT') return right
    const left = join({ ...body, jointype: 'JOIN_LEFT' }, frame, context)
    return [...left, ...right].map((each) => ({ ...each, symbolic: true }))
  }
  return fromItem(body['larg'] as RawNode, frame, context).flatMap((left) => {
    const rights = fromItem(body['rarg'] as RawNode, left, context)
    const before = new Set(left.aliases.keys())
    // Of a table without rows nothing but its name is known: its columns are NULL, or whatever they may be.
    const nothing = () =>
      aliasesOf(body['rarg'] as RawNode).map(
        (alias) => [alias, { columns: new Map(), relation: null, open: true }] as const,
      )
    const added = [...(rights[0]?.aliases ?? nothing())].filter(([alias]) => !before.has(alias))
    let matched: readonly Frame[] = rights
    if (body['quals']) matched = filtered(matched, body['quals'] as RawNode, context)
    const using = usedColumns(body, left, added)
    if (using.length > 0) {
      matched = matched.map((each) => ({
        ...each,
        when: and(each.when, ...using.map((name) => sameColumn(name, left, each, context))),
      }))
    }
    if (type !== 'JOIN_LEFT') return matched
    const loose = matched.some((each) => each.symbolic)
    const none = loose ? left.when : and(left.when, not(or(...matched.map((each) => each.when))))
    const absent: Frame = {
      aliases: new Map([...left.aliases, ...added.map(([alias, each]) => [alias, empty(each)] as const)]),
      when: none,
      symbolic: left.symbolic || loose,
      // That there is none beside it hangs on all that would be.
      reads: [...left.reads, ...matched.flatMap((each) => beside(left, each))],
    }
    return [...matched, absent]
  })
}

function beside(left: Frame, matched: Frame): readonly Read[] {
  const before = new Set(left.reads)
  return readsOf({ reads: matched.reads.filter((read) => !before.has(read)) }, matched.when)
}

const empty = (binding: Binding): Binding => ({
  ...binding,
  columns: new Map([...binding.columns].map(([name, value]) => [name, nullOf(value.type)])),
})

/** Columns of USING, or those both sides have under NATURAL. */
function usedColumns(
  body: RawNode,
  left: Frame,
  added: readonly (readonly [string, Binding])[],
): readonly string[] {
  if (body['usingClause']) return names(body['usingClause'])
  if (!body['isNatural']) return []
  const right = new Set(added.flatMap(([, binding]) => [...binding.columns.keys()]))
  return [...left.aliases.values()]
    .flatMap((binding) => [...binding.columns.keys()])
    .filter((name) => right.has(name))
}

function sameColumn(name: string, left: Frame, both: Frame, context: Context) {
  const first = valueOf(name, left.aliases)
  const added = new Map([...both.aliases].filter(([alias]) => !left.aliases.has(alias)))
  const second = valueOf(name, added)
  return first && second ? equal(first, second, context) : context.problem.flag(name, true)
}

function valueOf(name: string, aliases: ReadonlyMap<string, Binding>): Value | undefined {
  for (const binding of aliases.values()) {
    const value = binding.columns.get(name)
    if (value) return value
  }
  return undefined
}
