import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { elementsOf } from '../expression/array'
import { assignedIn, nameOf, recordOf } from '../expression/assigned'
import { compile, condition } from '../expression/compile'
import { and, not, or, type Formula } from '../logic/formula'
import { after } from '../moment'
import { onlyWhen } from './noted'
import { anyRow, type Result } from '../query/query'
import { Cursors } from './cursors'
import { afterBranch, type Arm } from './joined'
import { finished } from './completes'
import { conditionLater } from '../expression/later'
import { flagged } from '../expression/sub-link'
import { nullOf } from '../logic/value'
import { mostTurns, turn, turnOf } from './turns'
import { isLoop, isQuiet, leftLater } from './quiet'
import type { Effect } from '../problem'
import { NotUnderstood, type Path } from './variables'

const most = 48
/** Runs the statements of a PL/pgSQL function on every path that conditions may take. */
export class Machine extends Cursors {
  run(block: RawNode, before: readonly Path[]): readonly Path[] {
    const body = (block['body'] ?? []) as RawNode[]
    const label = block['label']
    const ended = this.all(body, before).map((path) =>
      path.end === 'left' && label !== undefined && path.left === label
        ? { ...path, end: 'open' as const }
        : path,
    )
    const handlers = (
      (block['exceptions'] as RawNode | undefined)?.['PLpgSQL_exception_block'] as RawNode | undefined
    )?.['exc_list'] as RawNode[] | undefined
    if (!handlers) return ended
    // Anything in the block may fail: then what it changed is taken back, but not what it assigned.
    const assigned = assignedIn(body, this.datums)
    const failed = before
      .filter((path) => path.end === 'open')
      .map((path) =>
        this.forget(assigned, { ...path, when: and(path.when, this.context.problem.flag('fails', true)) }),
      )
    const raised = ended
      .filter((path) => path.end === 'raise')
      .map((path) => ({ ...path, moment: after(path.moment, () => null), end: 'open' as const }))
    const caught = [...failed, ...raised].map((path) => this.forget(['sqlstate', 'sqlerrm'], path))
    const handled = handlers.flatMap((handler) =>
      this.all(((handler['PLpgSQL_exception'] as RawNode)['action'] ?? []) as RawNode[], caught),
    )
    return [...ended.filter((path) => path.end !== 'raise'), ...handled]
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
    const mayWait = !this.putsText(statement) && isQuiet(statement, this.context)
    const quietly = mayWait && this.later(statement, path)
    if (quietly) return [quietly]
    const { effects, reads } = this.context
    const [before, readBefore] = [effects?.length ?? 0, reads?.length ?? 0]
    const next = this.perform(statement, path)
    if (reads) onlyWhen(path.when, reads, readBefore)
    if (!effects || effects.length === before) return next
    onlyWhen(path.when, effects, before)
    const since = effects.slice(before)
    const moment = after(path.moment, () => since)
    return next.map((each) => ({ ...each, moment, told: effects.length }))
  }

  /** What a statement that does nothing but assign leaves behind; null where it has to be run to know which names. */
  private later(statement: RawNode, path: Path): Path | null {
    const names = assignedIn(statement, this.datums).map((name) => name.split('.')[0]!)
    if (isLoop(statement)) return this.forget([...names, 'found'], path)
    if (names.some((name) => !path.names.has(name))) return null
    const all = path.names.has('found') ? [...new Set([...names, 'found'])] : names
    return leftLater(path, all, this.context, () => {
      const alone = new Machine(this.datums, { ...this.context, reads: null, effects: null }, this.routine)
      try {
        return alone.perform(statement, path)[0]?.names ?? path.names
      } catch (error) {
        if (error instanceof NotUnderstood) return this.forget(all, path).names
        throw error
      }
    })
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
        const rows = text ? this.query(String(text['query']), path) : this.returnText(body, path)
        if (!rows) return this.dynamic({ ...path, rows: [...path.rows, anyRow(this.context, 1)] })
        return [
          {
            ...path,
            rows: [...path.rows, ...rows.map((row) => ({ ...row, when: and(path.when, row.when) }))],
          },
        ]
      }
      case 'PLpgSQL_stmt_raise':
        for (const each of (body['params'] ?? []) as RawNode[]) compile(this.expression(each), this.at(path))
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
      case 'PLpgSQL_stmt_open':
        return this.open(body, path)
      case 'PLpgSQL_stmt_fetch':
        return [this.fetch(body, path)]
      case 'PLpgSQL_stmt_close':
        return [path]
      case 'PLpgSQL_stmt_dynexecute':
        return this.executeText(body, path)
      case 'PLpgSQL_stmt_fors': {
        const text = String(((body['query'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
        return this.loop(statement, path, flagged(this.query(text, path), this.context))
      }
      case 'PLpgSQL_stmt_forc':
        return this.loop(statement, path, flagged(this.cursorRows(body, path), this.context))
      case 'PLpgSQL_stmt_fori':
      case 'PLpgSQL_stmt_while':
      case 'PLpgSQL_stmt_loop':
      case 'PLpgSQL_stmt_foreach_a':
        if (what === 'PLpgSQL_stmt_foreach_a' && !body['slice']) {
          const list = elementsOf(
            this.at(path),
            compile(this.expression(body['expr'] as RawNode), this.at(path)),
          )
          if (list && list.length <= mostTurns) return this.loop(statement, path, list.map(turnOf))
        }
        for (const key of ['lower', 'upper', 'step', 'expr'])
          if (body[key]) compile(this.expression(body[key] as RawNode), this.at(path))
        // It is asked again after each turn.
        if (body['cond']) {
          const turned = this.forget([...assignedIn(statement, this.datums), 'found'], path)
          compile(this.expression(body['cond'] as RawNode), this.at(turned))
        }
        return this.loop(statement, path, [{ ...anyRow(this.context, 1), when: problem.flag('again', true) }])
      case 'PLpgSQL_stmt_exit':
        return this.leave(body, path)
      case 'PLpgSQL_stmt_assert':
        compile(this.expression(body['cond'] as RawNode), this.at(path))
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
      const yes = conditionLater(this.expression(arm.cond as RawNode), this.at(rest))
      taken.push(this.arm((arm.body ?? []) as RawNode[], and(otherwise, yes), path, rest))
      otherwise = and(otherwise, not(yes))
      rest = { ...rest, when: and(path.when, otherwise) }
    }
    taken.push(this.arm((body['else_body'] ?? []) as RawNode[], otherwise, path, rest))
    return afterBranch(
      taken.filter(({ start }) => start.when !== false),
      path,
      this.context.problem,
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
      const value = compile(this.expression(body['t_expr'] as RawNode), this.at(path))
      // It is declared a number, and gets the type of what is compared.
      rest = { ...path, names: new Map([...path.names, [String(datum?.['refname'] ?? ''), value]]) }
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
      this.context.problem,
    )
  }

  /** EXIT and CONTINUE: on to the end of what they name. A loop goes on after any turn. */
  private leave(body: RawNode, path: Path): readonly Path[] {
    const left = body['label'] === undefined ? null : String(body['label'])
    if (!body['cond']) return [{ ...path, end: 'left', left }]
    const { yes } = condition(this.expression(body['cond'] as RawNode), this.at(path))
    return [
      { ...path, when: and(path.when, yes), end: 'left', left },
      { ...path, when: and(path.when, not(yes)) },
    ]
  }

  /** One turn stands for any: what the loop assigns may have any value before and after it. */
  private loop(statement: RawNode, path: Path, rows: readonly Result[]): readonly Path[] {
    const body = Object.values(statement)[0] as RawNode
    const assigned = [...assignedIn(statement, this.datums), 'found']
    const { effects } = this.context
    const from = effects?.length ?? 0
    let turned: readonly Effect[] | null = null
    // What one turn changes another finds changed.
    const moment = after(path.moment, () => turned)
    const start = { ...this.forget(assigned, path), moment }
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
      else if (body['varno'] !== undefined && row.columns[0]?.name === turn)
        names.set(nameOf(this.datums[Number(body['varno'])]), row.columns[0].value)
      ;((variable['fields'] ?? []) as RawNode[]).forEach((field, at) => {
        names.set(String(field['name']), row.columns[at]?.value ?? nullOf(null))
      })
      const after = this.all((body['body'] ?? []) as RawNode[], [
        { ...start, names, rows: [], when: and(start.when, row.when) },
      ])
      for (const each of after) {
        returned = [...returned, ...each.rows.map((one) => ({ ...one, symbolic: true }))]
        const leavesMore = each.end === 'left' && each.left !== null && each.left !== body['label']
        if (each.end === 'return' || leavesMore) ended.push({ ...each, rows: [...start.rows, ...each.rows] })
      }
    }
    turned = effects?.slice(from) ?? []
    // Which turn ended it, if one did, is left open: ways that exclude each other may stand under a NOT.
    let rest = start.when
    const apart = ended.map((each) => {
      const here = this.context.problem.flag('ends the loop', true)
      const when = and(rest, here, each.when)
      rest = and(rest, not(here))
      return { ...each, when }
    })
    return [...apart, { ...start, when: rest, rows: returned }]
  }
}
