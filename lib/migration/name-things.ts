import type { Snapshot } from '@/lib/catalog/types'
import { quote } from '@/lib/rules/identity'
import { parseStatement } from '@/lib/sql/parse'
import { names, nodeOf, nodesOf, textOf, type Node } from './tree'

/** Gives what PostgreSQL would name by itself a name that the way back can use. Each name is given once. */
export class Namer {
  readonly #taken = new Map<string, Set<string>>()

  constructor(snapshot: Snapshot) {
    for (const relation of snapshot.relations) {
      const taken = this.#of(relation.schema)
      taken.add(relation.name)
      for (const index of relation.indexes) taken.add(index.name)
      for (const constraint of relation.constraints) taken.add(constraint.name)
    }
    for (const sequence of snapshot.sequences) this.#of(sequence.schema).add(sequence.name)
  }

  /** The statement, with a name where it had none. */
  named(sql: string): string {
    const parsed = parseStatement(sql)
    if (!parsed) return sql
    if (parsed.kind === 'IndexStmt' && !parsed.node['idxname']) {
      const columns = nodesOf(parsed.node['indexParams']).map(
        (each) => textOf(nodeOf(each['IndexElem'])['name']) || 'expr',
      )
      return sql.replace(
        /^(\s*create\s+(?:unique\s+)?index\s+(?:concurrently\s+)?)on\b/i,
        (_, head: string) => `${head}${quote(this.#fresh(parsed.node, columns, 'idx'))} on`,
      )
    }
    if (parsed.kind !== 'AlterTableStmt') return sql
    const commands = nodesOf(parsed.node['cmds']).map((each) => nodeOf(each['AlterTableCmd']))
    const made = nodeOf(nodeOf(commands[0]?.['def'])['Constraint'])
    if (commands.length !== 1 || commands[0]?.['subtype'] !== 'AT_AddConstraint' || made['conname'])
      return sql
    const primary = made['contype'] === 'CONSTR_PRIMARY'
    const kind = primary ? 'pkey' : 'key'
    return sql.replace(
      /\badd\s+(?=(primary\s+key|unique)\b)/i,
      () => `add constraint ${quote(this.#fresh(parsed.node, primary ? [] : names(made['keys']), kind))} `,
    )
  }

  #fresh(statement: Node, columns: readonly string[], kind: string): string {
    const relation = nodeOf(statement['relation'])
    const taken = this.#of(textOf(relation['schemaname']) || 'public')
    const stem = [textOf(relation['relname']), ...columns].join('_')
    for (let at = 0; ; at++) {
      const tail = `_${kind}${at === 0 ? '' : at}`
      const name = shortened(stem, 63 - Buffer.byteLength(tail)) + tail
      if (taken.has(name)) continue
      taken.add(name)
      return name
    }
  }

  #of(schema: string): Set<string> {
    const taken = this.#taken.get(schema) ?? new Set<string>()
    this.#taken.set(schema, taken)
    return taken
  }
}

/** Identifiers are cut at 63 bytes. */
function shortened(text: string, bytes: number): string {
  let cut = text
  while (Buffer.byteLength(cut) > bytes) cut = [...cut].slice(0, -1).join('')
  return cut
}
