import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { assignedIn, recordOf } from './assigned'
import { compile, condition } from './compile'
import { and, not, or, type Formula } from './formula'
import { anyRow, selectRows, type Result } from './query'
import { afterBranch, type Arm } from './joined'
import { finished } from './routine'
import { flagged } from './sub-link'
import { choose, nullOf, type Value } from './value'
import { NotUnderstood, Variables, type Path } from './variables'

const most = 48

/** Runs the statements of a PL/pgSQL function on every path that conditions may take. */
export class Machine extends Variables {
  run(block: RawNode, before: readonly Path[]): readonly Path[] {
    const after = this.all((block['body'] ?? []) as RawNode[], before)
    const handlers = (
      (block['exceptions'] as RawNode | undefined)?.['PLpgSQL_exception_block'] as RawNode | undefined
    )?.['exc_list'] as RawNode[] | undefined
    if (!handlers) return after
    // Anything in the block may fail, and then what it changed is taken back.
    const failed = before
      .filter((path) => path.end === 'open')
      .map((path) => ({ ...path, when: and(path.when, this.context.problem.flag('fails', true)) }))
    const raised = after
      .filter((path) => path.end === 'raise')
      .map((path) => ({ ...path, end: 'open' as const }))
    const handled = handlers.flatMap((handler) =>
      this.all(((handler['PLpgSQL_exception'] as RawNode)['action'] ?? []) as RawNode[], [
        ...failed,
        ...raised,
      ]),
    )
    return [...after.filter((path) => path.end !== 'raise'), ...handled]
  }

  private all(statements: readonly RawNode[], before: readonly Path[]): readonly Path[] {
    let paths = before
    for (const statement of statements) {
      paths = paths.flatMap((path) => (path.end === 'open' ? this.step(statement, path) : [path]))
      paths = paths.filter((path) => path.when !== false)
      if (paths.length > most) throw new NotUnderstood()
    }
    return paths
  }

  private step(statement: RawNode, path: Path): readonly Path[] {
    const { effects, reads } = this.context
    const [before, readBefore] = [effects?.length ?? 0, reads?.length ?? 0]
    const next = this.perform(statement, path)
    if (reads) onlyWhen(path.when, reads, readBefore)
    if (effects) onlyWhen(path.when, effects, before)
    return next
  }

  private perform(statement: RawNode, path: Path): readonly Path[] {
    const [what = ''] = Object.keys(statement)
    const body = statement[what] as RawNode
    const { problem } = this.context
    switch (what) {
      case 'PLpgSQL_stmt_block':
        return this.run(body, [path])
      case 'PLpgSQL_stmt_assign':
        return [this.assign(String(((body['expr'] as RawNode)['PLpgSQL_expr'] as RawNode)['query']), path)]
      case 'PLpgSQL_stmt_if':
        return this.branch(body, path)
      case 'PLpgSQL_stmt_case':
        return this.caseOf(body, path)
      case 'PLpgSQL_stmt_return':
        return [{ ...path, end: 'return', value: this.returned(body, path) }]
      case 'PLpgSQL_stmt_return_next': {
        const value = this.returned(body, path) ?? nullOf(null)
        const row: Result = { when: path.when, symbolic: false, reads: [], columns: [{ name: '', value }] }
        return [{ ...path, rows: [...path.rows, row] }]
      }
      case 'PLpgSQL_stmt_return_query': {
        const text = (body['query'] as RawNode | undefined)?.['PLpgSQL_expr'] as RawNode | undefined
        if (!text) return this.dynamic({ ...path, rows: [...path.rows, anyRow(this.context, 1)] })
        const rows = this.query(String(text['query']), path)
        return [
          {
            ...path,
            rows: [...path.rows, ...rows.map((row) => ({ ...row, when: and(path.when, row.when) }))],
          },
        ]
      }
      case 'PLpgSQL_stmt_raise':
        return Number(body['elog_level'] ?? 21) >= 20 ? [{ ...path, end: 'raise' }] : [path]
      case 'PLpgSQL_stmt_execsql':
        return this.execute(body, path)
      case 'PLpgSQL_stmt_perform': {
        const text = String(((body['expr'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
        const [select] = parseStatements(text) ?? []
        if (!select) throw new NotUnderstood()
        const rows = flagged(this.query(text, path), this.context)
        const done = finished(select, this.at(path))
        return [this.found({ ...path, when: and(path.when, done) }, or(...rows.map((row) => row.when)))]
      }
      case 'PLpgSQL_stmt_dynexecute':
        return this.dynamic(this.into(body, path))
      case 'PLpgSQL_stmt_fors': {
        const text = String(((body['query'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
        return this.loop(body, path, flagged(this.query(text, path), this.context))
      }
      case 'PLpgSQL_stmt_fori':
      case 'PLpgSQL_stmt_while':
      case 'PLpgSQL_stmt_loop':
      case 'PLpgSQL_stmt_foreach_a':
        return this.loop(body, path, [{ ...anyRow(this.context, 1), when: problem.flag('again', true) }])
      case 'PLpgSQL_stmt_exit':
      case 'PLpgSQL_stmt_assert':
        return [path]
      case 'PLpgSQL_stmt_getdiag':
        return [this.forget(assignedIn(statement, this.datums), path)]
      default:
        throw new NotUnderstood()
    }
  }

  private branch(body: RawNode, path: Path): readonly Path[] {
    const arms = [
      { cond: body['cond'], body: body['then_body'] },
      ...((body['elsif_list'] ?? []) as RawNode[]).map((each) => {
        const arm = each['PLpgSQL_if_elsif'] as RawNode
        return { cond: arm['cond'], body: arm['stmts'] }
      }),
    ]
    const taken: Arm[] = []
    let rest = path
    let otherwise: Formula = true
    for (const arm of arms) {
      const { yes } = condition(this.expression(arm.cond as RawNode), this.at(rest))
      taken.push(this.arm((arm.body ?? []) as RawNode[], and(otherwise, yes), path, rest))
      otherwise = and(otherwise, not(yes))
      rest = { ...rest, when: and(path.when, otherwise) }
    }
    taken.push(this.arm((body['else_body'] ?? []) as RawNode[], otherwise, path, rest))
    return afterBranch(
      taken.filter(({ start }) => start.when !== false),
      path,
    )
  }

  /** What one arm of a branch does; `when` is told without what led to the branch. */
  private arm(statements: readonly RawNode[], when: Formula, before: Path, rest: Path): Arm {
    const start = { ...rest, when: and(before.when, when) }
    return { when, start, paths: start.when === false ? [] : this.all(statements, [start]) }
  }

  private caseOf(body: RawNode, path: Path): readonly Path[] {
    let rest = path
    if (body['t_expr']) {
      const datum = this.datums[Number(body['t_varno'] ?? 0)]?.['PLpgSQL_var'] as RawNode | undefined
      rest = this.put(
        String(datum?.['refname'] ?? ''),
        undefined,
        compile(this.expression(body['t_expr'] as RawNode), this.at(path)),
        path,
      )
    }
    const taken: Arm[] = []
    let otherwise: Formula = true
    for (const each of (body['case_when_list'] ?? []) as RawNode[]) {
      const arm = each['PLpgSQL_case_when'] as RawNode
      const { yes } = condition(this.expression(arm['expr'] as RawNode), this.at(rest))
      taken.push(this.arm((arm['stmts'] ?? []) as RawNode[], and(otherwise, yes), path, rest))
      otherwise = and(otherwise, not(yes))
      rest = { ...rest, when: and(path.when, otherwise) }
    }
    taken.push(this.arm((body['else_stmts'] ?? []) as RawNode[], otherwise, path, rest))
    return afterBranch(
      taken.filter(({ start }) => start.when !== false),
      path,
    )
  }

  private query(text: string, path: Path): readonly Result[] {
    const [statement] = parseStatements(text) ?? []
    const select = statement?.['SelectStmt'] as RawNode | undefined
    const at = this.at(path)
    if (!select) {
      this.context.effects?.push({ statement: statement ?? null, context: at, when: true })
      return [anyRow(this.context, 1)]
    }
    const rows = selectRows(select, at)
    if (this.context.reads) {
      for (const row of rows) {
        this.context.reads.push(
          ...row.reads.map((read) => ({ row: read.row, when: and(path.when, row.when, read.when) })),
        )
      }
    }
    return rows
  }

  private execute(body: RawNode, path: Path): readonly Path[] {
    const text = String(((body['sqlstmt'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
    const [statement] = parseStatements(text) ?? []
    if (!statement) throw new NotUnderstood()
    const select = 'SelectStmt' in statement
    if (!select) this.context.effects?.push({ statement, context: this.at(path), when: true })
    if (!body['into']) return [select ? path : this.forget(['found'], path)]
    if (!select) return [this.into(body, path)]
    const rows = flagged(this.query(text, path), this.context)
    const some = or(...rows.map((row) => row.when))
    const target = (body['target'] as RawNode) ?? {}
    const fields = ((target['PLpgSQL_row'] as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
    const record = (target['PLpgSQL_rec'] as RawNode | undefined)?.['refname']
    let after = this.found(path, some)
    const pick = (at: number): Value =>
      choose([
        ...rows.map((row) => ({ when: row.when, value: row.columns[at]?.value ?? nullOf(null) })),
        { when: not(some), value: nullOf(null) },
      ])
    fields.forEach((field, at) => {
      after = this.put(String(field['name']), undefined, pick(at), after)
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
    if (!body['strict']) return [after]
    return [
      { ...after, when: and(path.when, some) },
      { ...path, when: and(path.when, not(some)), end: 'raise' },
    ]
  }

  private dynamic(path: Path): readonly Path[] {
    this.context.effects?.push({ statement: null, context: this.context, when: true })
    return [path]
  }

  /** One turn stands for any: what the body assigns may have any value before and after it. */
  private loop(body: RawNode, path: Path, rows: readonly Result[]): readonly Path[] {
    const assigned = [...assignedIn(body['body'], this.datums), 'found']
    const start = this.forget(assigned, path)
    const holder = (body['var'] ?? {}) as RawNode
    const variable = (holder['PLpgSQL_rec'] ??
      holder['PLpgSQL_var'] ??
      holder['PLpgSQL_row'] ??
      {}) as RawNode
    const ended: Path[] = []
    let returned = start.rows
    for (const row of rows) {
      const fields = new Map(row.columns.map((column) => [column.name, column.value]))
      const names = new Map(start.names)
      if (holder['PLpgSQL_rec']) names.set(String(variable['refname']), recordOf(fields, this.context))
      else if (holder['PLpgSQL_var'])
        names.set(String(variable['refname']), row.columns[0]?.value ?? nullOf(null))
      ;((variable['fields'] ?? []) as RawNode[]).forEach((field, at) => {
        names.set(String(field['name']), row.columns[at]?.value ?? nullOf(null))
      })
      const turn = this.all((body['body'] ?? []) as RawNode[], [
        { ...start, names, rows: [], when: and(start.when, row.when) },
      ])
      for (const each of turn) {
        returned = [...returned, ...each.rows.map((one) => ({ ...one, symbolic: true }))]
        if (each.end === 'return') ended.push({ ...each, rows: [...start.rows, ...each.rows] })
      }
    }
    return [...ended, { ...start, rows: returned }]
  }
}

/** What was noted from this place on counts only when the path is taken. */
function onlyWhen(when: Formula, noted: { readonly when: Formula }[], from: number): void {
  for (let at = from; at < noted.length; at++) noted[at] = { ...noted[at]!, when: and(when, noted[at]!.when) }
}
