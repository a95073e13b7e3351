import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { and, not, or, type Formula } from '../logic/formula'
import { compile } from '../expression/compile'
import { knownTexts } from '../expression/known-text'
import { later } from '../expression/later'
import { anyRow, selectRows, type Result } from '../query/query'
import { returnedBy } from '../query/returned'
import { flagged, oneAtATime } from '../expression/sub-link'
import { noteReads, onlyWhen } from './noted'
import { choose, nullOf, type Value } from '../logic/value'
import type { Context } from '../problem'
import { NotUnderstood, Variables, type Path } from './variables'

/** Statements that read no row but what is noted elsewhere. */
const followed = new Set(
  `InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt NotifyStmt ListenStmt VariableSetStmt LockStmt CreateStmt DropStmt
   ConstraintsSetStmt DiscardStmt`.split(/\s+/),
)

/** The statements of SQL in a PL/pgSQL function: what they read and change, and what they leave in variables. */
export class Queries extends Variables {
  protected query(text: string, path: Path, at = this.at(path)): readonly Result[] {
    const [statement] = parseStatements(text) ?? []
    const select = statement?.['SelectStmt'] as RawNode | undefined
    if (!select) {
      this.tells(statement, path)
      this.context.effects?.push({ statement: statement ?? null, context: at, when: true })
      return statement ? returnedBy(statement, at, 1) : [anyRow(this.context, 1)]
    }
    const rows = selectRows(select, at)
    noteReads(rows, this.context, path.when)
    return rows
  }

  protected execute(body: RawNode, path: Path): readonly Path[] {
    const text = String(((body['sqlstmt'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
    return this.executed(text, body, path, this.at(path))
  }

  /** EXECUTE: a known text runs as it stands; it sees nothing of the function but what it is given, and leaves FOUND. */
  protected executeText(body: RawNode, path: Path): readonly Path[] {
    const made = this.madeTexts(body['query'] as RawNode, body, path)
    if (!made) return this.dynamic(this.into(body, path))
    const before = path.names.get('found')
    const { effects, reads } = this.context
    const after = made.flatMap(({ when, text, context }) => {
      const [from, readFrom] = [effects?.length ?? 0, reads?.length ?? 0]
      const next = this.executed(text, body, { ...path, when: and(path.when, when) }, context)
      if (effects) onlyWhen(when, effects, from)
      if (reads) onlyWhen(when, reads, readFrom)
      return next
    })
    const failed = not(or(...made.map(({ when }) => when)))
    return [
      ...after.map((each) =>
        before ? { ...each, names: new Map([...each.names, ['found', before]]) } : each,
      ),
      { ...path, when: and(path.when, failed), end: 'raise' as const },
    ].filter(({ when }) => when !== false)
  }

  /** RETURN QUERY EXECUTE of a known text; null for any other. */
  protected returnText(body: RawNode, path: Path): readonly Result[] | null {
    const made = body['dynquery'] ? this.madeTexts(body['dynquery'] as RawNode, body, path) : null
    if (!made) return null
    return made.flatMap(({ when, text, context }) =>
      this.query(text, { ...path, when: and(path.when, when) }, context).map((row) => ({
        ...row,
        when: and(when, row.when),
      })),
    )
  }

  /** The statements that a text put together at run time may hold, one each, and where they run; null where it is not known. */
  private madeTexts(node: RawNode, body: RawNode, path: Path) {
    const at = this.at(path)
    const made = knownTexts(this.expression(node), at)
    if (!made) return null
    const given = ((body['params'] ?? []) as RawNode[]).map((each) => compile(this.expression(each), at))
    const all = made.map(({ when, text, values }) => ({
      when,
      text: text(given.length),
      context: { ...at, names: new Map<string, Value>(), parameters: [...given, ...values] },
    }))
    return all.some(({ text }) => parseStatements(text)?.length !== 1) ? null : all
  }

  private executed(text: string, body: RawNode, path: Path, context: Context): readonly Path[] {
    const [statement] = parseStatements(text) ?? []
    if (!statement) throw new NotUnderstood()
    const select = 'SelectStmt' in statement
    if (!select) {
      this.tells(statement, path)
      this.context.effects?.push({ statement, context, when: true })
    }
    if (!body['into']) {
      if (select) this.query(text, path, context)
      return [select ? path : this.forget(['found'], path)]
    }
    if (!select) return [this.into(body, path)]
    const rows = flagged(this.query(text, path, context), this.context)
    const some = or(...rows.map((row) => row.when))
    const after = this.putRow(rows, some, body, path)
    if (!body['strict']) return [after]
    return [
      { ...after, when: and(path.when, some) },
      { ...path, when: and(path.when, not(some)), end: 'raise' },
    ]
  }

  /** EXPLAIN, EXECUTE, CREATE TABLE AS and the like run a query that is not followed, and tell of its rows. */
  private tells(statement: RawNode | undefined, { when }: Path): void {
    const [kind = ''] = Object.keys(statement ?? {})
    if (!followed.has(kind)) this.context.reads?.push({ row: null, when })
  }

  /** One of the rows, or NULL where there is none, in the variables that a statement names. */
  protected putRow(rows: readonly Result[], some: Formula, body: RawNode, path: Path): Path {
    const target = (body['target'] as RawNode) ?? {}
    const fields = ((target['PLpgSQL_row'] as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
    const record = (target['PLpgSQL_rec'] as RawNode | undefined)?.['refname']
    let after = this.found(path, some)
    const apart = oneAtATime(
      rows.map(({ when }) => when),
      this.context.problem,
    )
    const pick = (at: number): Value =>
      later(this.context.problem, () =>
        choose([
          ...rows.map((row, place) => ({
            when: apart[place]!,
            value: row.columns[at]?.value ?? nullOf(null),
          })),
          { when: not(some), value: nullOf(null) },
        ]),
      )
    fields.forEach((field, at) => {
      const [name = '', part] = String(field['name']).split('.')
      after = this.put(name, part, pick(at), after)
    })
    if (record !== undefined) {
      const columns = rows[0]?.columns ?? []
      after = this.put(
        String(record),
        undefined,
        {
          type: 'record',
          cases: [{ when: true, term: this.context.problem.free('record', null) }],
          fields: new Map(columns.map((column, at) => [column.name, pick(at)])),
        },
        after,
      )
    }
    return after
  }

  protected dynamic(path: Path): readonly Path[] {
    this.context.effects?.push({ statement: null, context: this.context, when: true })
    return [path]
  }
}
