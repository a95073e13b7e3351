import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { assignedIn } from '../expression/assigned'
import { assignedTo, typeOf } from '../expression/cast'
import { anything, compile } from '../expression/compile'
import { hidesAName, mentions, startOfRecord } from './declarations'
import { variablesRun } from './variables-run'
import type { Formula } from '../logic/formula'
import { compileLater, isLate, later } from '../expression/later'
import { rememberText } from '../expression/known-text'
import type { Moment } from '../moment'
import type { Context } from '../problem'
import type { Result } from '../query/query'
import { expressionOf } from '../query/rows'
import { definite, like, nullOf, known, ofTruth, type Value } from '../logic/value'

/** One way through a function: what holds on it, what its variables are, the rows it has returned so far. */
export interface Path {
  readonly when: Formula
  readonly names: ReadonlyMap<string, Value>
  readonly rows: readonly Result[]
  /** What may have changed before, and how many of the statements told it counts. */
  readonly moment: Moment
  readonly told: number
  readonly end: 'open' | 'return' | 'raise' | 'left'
  /** The label of the block or loop that EXIT or CONTINUE leaves; null for the innermost loop. */
  readonly left?: string | null
  readonly value: Value | null
}

/** A statement or expression of a function that is not understood. */
export class NotUnderstood extends Error {}

interface Assigned {
  readonly target: readonly string[]
  readonly node: RawNode
}

const limit = 100_000
const assignments = new Map<string, Assigned | null>()

/** What `a.b := …` assigns to, and what; null when it is read otherwise. */
export function assignmentOf(text: string): Assigned | null {
  let found = assignments.get(text)
  if (found === undefined) {
    if (assignments.size > limit) assignments.clear()
    const [, target, value] = /^\s*([\w".]+)\s*:?=([\s\S]*)$/.exec(text) ?? []
    const node = value === undefined ? null : expressionOf(value)
    const parts = target?.split('.') ?? []
    const names = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()))
    found = target && node ? { target: names, node } : null
    assignments.set(text, found)
  }
  return found
}

/** The variables of a PL/pgSQL function, as a path through it has them. */
export class Variables {
  constructor(
    protected readonly datums: readonly RawNode[],
    protected readonly context: Context,
    protected readonly routine: Routine,
  ) {}

  /** The names of a body and what they start with; `text` is its source. */
  declared(names: ReadonlyMap<string, Value>, action: RawNode, text: string): ReadonlyMap<string, Value> {
    const all = new Map(names)
    if (hidesAName(this.datums, action)) throw new NotUnderstood()
    const assigned = new Set(assignedIn(action, this.datums))
    // A block inside begins with what its variables are given there, not here.
    const isInside = (declared: RawNode, given: string) =>
      Number(declared['lineno']) >= Number(action['lineno'] ?? 0) && mentions(given, assigned)
    for (const datum of this.datums) {
      const record = datum['PLpgSQL_rec'] as RawNode | undefined
      if (record) this.beginRecord(record, text, all, isInside)
      const variable = datum['PLpgSQL_var'] as RawNode | undefined
      const name = String(variable?.['refname'] ?? '')
      if (!variable || variable['lineno'] === undefined || all.has(name)) continue
      const given = variable['default_val'] as RawNode | undefined
      const type = this.typeNamed(variable)
      const start = given && compile(this.expression(given), { ...this.context, names: all })
      const said = String(((given?.['PLpgSQL_expr'] ?? {}) as RawNode)['query'] ?? '')
      const value = isInside(variable, said) ? anything(this.context, name, type) : (start ?? nullOf(type))
      const held = type ? assignedTo(this.context, value, type) : value
      all.set(name, held)
      if (given && type === 'text') this.remember(name, this.expression(given), held, all)
    }
    // FOUND is false until a statement says otherwise.
    if (!all.has('found')) all.set('found', ofTruth(known(false)))
    return all
  }

  private beginRecord(
    record: RawNode,
    text: string,
    all: Map<string, Value>,
    isInside: (declared: RawNode, given: string) => boolean,
  ): void {
    const name = String(record['refname'] ?? '')
    const given = record['lineno'] === undefined ? null : startOfRecord(name, text)
    if (given === null) return
    const node = given === undefined ? null : expressionOf(given)
    if (!node) throw new NotUnderstood()
    const value = compile(node, { ...this.context, names: all })
    if (value.fields && !isInside(record, given!)) all.set(name, value)
  }

  protected typeNamed(variable: RawNode): string | null {
    const name = ((variable['datatype'] as RawNode | undefined)?.['PLpgSQL_type'] as RawNode | undefined)?.[
      'typname'
    ]
    if (typeof name !== 'string') return null
    if (name.includes('%')) return this.typeOfColumn(name)
    const cast = expressionOf(`null::${name.replace(/^pg_catalog\./, '')}`)?.['TypeCast'] as
      RawNode | undefined
    return cast ? typeOf(cast['typeName'] as RawNode, this.context) : null
  }

  /** The type of `schema.table.column%type`; one that is not found would leave a value what it is not. */
  private typeOfColumn(name: string): string | null {
    if (!/%type$/i.test(name)) return null
    const parts = name
      .replace(/%type$/i, '')
      .split('.')
      .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    const [column = '', table = '', schema = null] = parts.toReversed()
    const relation = this.context.problem.world.relation(schema, table, this.context.path)
    const found = relation?.columns.find((each) => each.name === column)
    if (!found) throw new NotUnderstood()
    return found.baseType
  }

  protected expression(holder: RawNode): RawNode {
    const text = String(((holder['PLpgSQL_expr'] ?? {}) as RawNode)['query'] ?? '')
    const node = expressionOf(text)
    if (!node) throw new NotUnderstood()
    return node
  }

  protected at(path: Path): Context {
    const { names, moment, told } = path
    return { ...this.context, names, moment, told, depth: this.context.depth + 1 }
  }

  protected assign(text: string, path: Path): Path {
    const read = assignmentOf(text)
    if (!read) throw new NotUnderstood()
    const [name = '', field] = read.target
    const after = this.put(name, field, compileLater(read.node, this.at(path)), path)
    const held = after.names.get(name)
    if (held && field === undefined && this.runs.has(name) && path.names.get(name)?.type === 'text')
      this.remember(name, read.node, held, path.names)
    return after
  }

  /** Texts that are put together to be run are known by what they are put together of. */
  private remember(name: string, node: RawNode, held: Value, names: ReadonlyMap<string, Value>): void {
    if (this.runs.has(name))
      rememberText(held, node, { ...this.context, names, depth: this.context.depth + 1 })
  }

  /** Does a statement assign what statements put together at run time are made of? */
  protected putsText(statement: RawNode): boolean {
    return this.runs.size > 0 && assignedIn(statement, this.datums).some((name) => this.runs.has(name))
  }

  private get runs(): ReadonlySet<string> {
    return variablesRun(this.routine)
  }

  protected put(name: string, field: string | undefined, value: Value, path: Path): Path {
    const names = new Map(path.names)
    const before = names.get(name)
    const isRecord = this.datums.some(
      (each) => (each['PLpgSQL_rec'] as RawNode | undefined)?.['refname'] === name,
    )
    // The parser takes a type that it does not know for a record: which type it is decides what is kept.
    if (!before && isRecord && !value.fields) {
      names.set(name, anything(this.context, name))
      return { ...path, names }
    }
    if (field !== undefined) {
      const fields = before?.fields
      if (!fields) throw new NotUnderstood()
      const old = fields.get(field)
      const cast = () => (old?.type ? assignedTo(this.context, value, old.type) : value)
      const all = new Map([...fields, [field, later(this.context.problem, cast)]])
      names.set(name, like(before!, { fields: all }))
    } else {
      const cast = () => {
        const type = before && !before.fields ? before.type : null
        return type && !value.fields ? assignedTo(this.context, value, type) : value
      }
      names.set(name, later(this.context.problem, cast))
    }
    return { ...path, names }
  }

  protected returned(body: RawNode, path: Path): Value | null {
    if (body['expr']) return compile(this.expression(body['expr'] as RawNode), this.at(path))
    if (body['retvarno'] === undefined) return null
    const datum = this.datums[Number(body['retvarno'])] ?? {}
    const holder = (datum['PLpgSQL_var'] ?? datum['PLpgSQL_rec'] ?? {}) as RawNode
    return path.names.get(String(holder['refname'])) ?? anything(this.context, String(holder['refname']))
  }

  protected found(path: Path, some: Formula): Path {
    return { ...path, names: new Map([...path.names, ['found', ofTruth(definite(some))]]) }
  }

  protected into(body: RawNode, path: Path): Path {
    return this.forget([...assignedIn(body, this.datums), 'found'], path)
  }

  /** Names that may have any value from here on; a record whose field has is forgotten as a whole. */
  protected forget(names: readonly string[], path: Path): Path {
    const all = new Map(path.names)
    for (const name of new Set(names.map((each) => each.split('.')[0]!))) {
      const before = all.get(name)
      const after = () => this.afterwards(name, before)
      all.set(name, before && isLate(before) ? later(this.context.problem, after) : after())
    }
    return { ...path, names: all }
  }

  /** Any value of the variable's type; of a record the same fields. */
  private afterwards(name: string, before: Value | undefined): Value {
    const fields = before?.fields
    if (!before || !fields) return anything(this.context, name, before?.type ?? null)
    return like(before, {
      fields: new Map([...fields.keys()].map((key) => [key, anything(this.context, key)])),
    })
  }
}
