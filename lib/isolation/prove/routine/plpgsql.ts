import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { and } from '../logic/formula'
import { Machine } from './machine'
import type { Context } from '../problem'
import type { Result } from '../query/query'
import { blockOf, type Signature } from './signature'
import { nullOf } from '../logic/value'
import { NotUnderstood, type Path } from './variables'

/** The rows that a PL/pgSQL function returns; null when it has a statement that is not understood. */
export function interpret(
  routine: Routine,
  signature: Signature,
  context: Context,
): readonly Result[] | null {
  const paths = pathsThrough(routine, signature, context)
  if (!paths) return null
  return paths
    .filter((path) => path.end !== 'raise')
    .flatMap((path): readonly Result[] => {
      if (routine.returnsSet) return path.rows.map((row) => ({ ...row, when: and(path.when, row.when) }))
      const columns = signature.outputs.map(({ name }) => ({
        name,
        value: path.names.get(name) ?? nullOf(null),
      }))
      const plain = [{ name: '', value: path.value ?? nullOf(signature.returns) }]
      return [{ when: path.when, symbolic: false, reads: [], columns: columns.length > 0 ? columns : plain }]
    })
}

/** Every way through the body, from the given names; null when it is not understood. */
export function pathsThrough(
  routine: Routine,
  signature: Signature,
  context: Context,
): readonly Path[] | null {
  const block = blockOf(routine)
  const action = (block?.['action'] as RawNode | undefined)?.['PLpgSQL_stmt_block'] as RawNode | undefined
  if (!block || !action) return null
  const names = new Map(context.names)
  for (const { name, type } of signature.outputs) {
    if (name !== '' && !names.has(name)) names.set(name, nullOf(type))
  }
  const datums = (block['datums'] ?? []) as RawNode[]
  const machine = new Machine(datums, { ...context, variablesFirst: putsVariablesFirst(routine) }, routine)
  try {
    const declared = machine.declared(names, action, routine.body ?? '')
    const { moment, told } = context
    const start: Path = { when: true, names: declared, rows: [], moment, told, end: 'open', value: null }
    const paths = machine.run(action, [start])
    return paths.some((path) => path.end === 'left') ? null : paths
  } catch (error) {
    if (error instanceof NotUnderstood) return null
    throw error
  }
}

const variablesFirst = new WeakMap<Routine, boolean>()

function putsVariablesFirst(routine: Routine): boolean {
  let found = variablesFirst.get(routine)
  if (found === undefined) {
    found =
      /^\s*#\s*variable_conflict\s+use_variable\b/im.test(routine.body ?? '') ||
      routine.settings['plpgsql.variable_conflict'] === 'use_variable'
    variablesFirst.set(routine, found)
  }
  return found
}
