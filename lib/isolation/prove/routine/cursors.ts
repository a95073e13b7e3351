import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { castTo } from '../expression/cast'
import { compile } from '../expression/compile'
import { flagged } from '../expression/sub-link'
import { or } from '../logic/formula'
import type { Value } from '../logic/value'
import type { Result } from '../query/query'
import { isOnlyHere } from './own-cursor'
import { Queries } from './queries'
import { NotUnderstood, type Path } from './variables'

/** The query of a cursor and the variables it was opened with. */
interface Opened {
  readonly text: string
  readonly names: ReadonlyMap<string, Value>
}

/** By what its variable holds: another cursor put there, or another way to it, is another value. */
const openedAs = new WeakMap<Value, Opened>()

/** Cursors of a PL/pgSQL function. */
export class Cursors extends Queries {
  /** OPEN: what the cursor's query reads counts as read, whoever fetches it; null for a cursor without a query. */
  protected open(body: RawNode, path: Path): readonly Path[] {
    if (body['dynquery']) return this.dynamic(this.into(body, path))
    const name = String(this.cursorOf(body)?.['refname'] ?? '')
    const opened = this.openedBy(body, path)
    this.query(opened.text, { ...path, names: opened.names })
    const after = this.forget([name], path)
    const value = after.names.get(name)
    if (value && isOnlyHere(name, this.routine, this.context.problem.world.snapshot))
      openedAs.set(value, opened)
    return [after]
  }

  private cursorOf(body: RawNode): RawNode | undefined {
    return this.datums[Number(body['curvar'] ?? 0)]?.['PLpgSQL_var'] as RawNode | undefined
  }

  /** FETCH: one of the rows of the query that the cursor was opened with, as its variables were then, or none any more. */
  protected fetch(body: RawNode, path: Path): Path {
    const value = path.names.get(String(this.cursorOf(body)?.['refname'] ?? ''))
    const opened = value && openedAs.get(value)
    if (!opened || body['is_move']) return this.into(body, path)
    const found = this.query(opened.text, { ...path, names: opened.names })
    const rows = flagged(
      found.map((row) => ({ ...row, symbolic: true })),
      this.context,
    )
    return this.putRow(rows, or(...rows.map(({ when }) => when)), body, path)
  }

  /** The rows of a cursor that is opened here, with what its parameters are given. */
  protected cursorRows(body: RawNode, path: Path): readonly Result[] {
    const { text, names } = this.openedBy(body, path)
    return this.query(text, { ...path, names })
  }

  private openedBy(body: RawNode, path: Path): Opened {
    const cursor = this.cursorOf(body)
    const query = (body['query'] ?? cursor?.['cursor_explicit_expr']) as RawNode | undefined
    const text = (query?.['PLpgSQL_expr'] as RawNode | undefined)?.['query']
    const given = (body['argquery'] as RawNode | undefined)?.['PLpgSQL_expr'] as RawNode | undefined
    if (text === undefined) throw new NotUnderstood()
    if (!given) return { text: String(text), names: path.names }
    const row = this.datums[Number(cursor?.['cursor_explicit_argrow'] ?? -1)]?.['PLpgSQL_row']
    const fields = ((row as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
    const [statement] = parseStatements(`select ${String(given['query'])}`) ?? []
    const select = statement?.['SelectStmt'] as RawNode | undefined
    const targets = (select?.['targetList'] ?? []) as RawNode[]
    if (targets.length !== fields.length) throw new NotUnderstood()
    const at = this.at(path)
    const names = new Map(path.names)
    fields.forEach((field, place) => {
      const parameter = this.datums[Number(field['varno'])]?.['PLpgSQL_var'] as RawNode | undefined
      const type = parameter ? this.typeNamed(parameter) : null
      if (type === null) throw new NotUnderstood()
      const value = compile((targets[place]!['ResTarget'] as RawNode)['val'] as RawNode, at)
      names.set(String(field['name']), castTo(at, value, type))
    })
    return { text: String(text), names }
  }
}
