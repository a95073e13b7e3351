import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { assignmentOf } from './variables'
import { blockOf } from './signature'

const known = new WeakMap<Routine, ReadonlySet<string>>()
const none: ReadonlySet<string> = new Set()

/** Names in what a PL/pgSQL function runs as text, and in what is assigned to these. */
export function variablesRun(routine: Routine): ReadonlySet<string> {
  let found = known.get(routine)
  if (!found) known.set(routine, (found = /\bexecute\b/i.test(routine.body ?? '') ? namesRun(routine) : none))
  return found
}

function namesRun(routine: Routine): ReadonlySet<string> {
  const run: string[] = []
  const assigned: { readonly name: string; readonly text: string }[] = []
  collect(blockOf(routine), run, assigned)
  const found = new Set(run.flatMap(wordsOf))
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const { name, text } of assigned)
      if (found.has(name)) for (const word of wordsOf(text)) found.add(word)
  }
  return found
}

const wordsOf = (text: string) => text.toLowerCase().match(/\w+/g) ?? []

function collect(node: unknown, run: string[], assigned: { name: string; text: string }[]): void {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => collect(each, run, assigned))
  const body = node as RawNode
  const statement = body['PLpgSQL_stmt_dynexecute'] as RawNode | undefined
  const text = textOf(statement?.['query'] ?? body['dynquery'])
  if (text !== null) run.push(text)
  const assignment = textOf((body['PLpgSQL_stmt_assign'] as RawNode | undefined)?.['expr'])
  const target = assignment === null ? undefined : assignmentOf(assignment)?.target[0]
  if (target !== undefined) assigned.push({ name: target, text: assignment! })
  const variable = body['PLpgSQL_var'] as RawNode | undefined
  const start = textOf(variable?.['default_val'])
  if (start !== null) assigned.push({ name: String(variable!['refname']), text: start })
  Object.values(body).forEach((each) => collect(each, run, assigned))
}

function textOf(holder: unknown): string | null {
  const text = ((holder as RawNode | undefined)?.['PLpgSQL_expr'] as RawNode | undefined)?.['query']
  return typeof text === 'string' ? text : null
}
