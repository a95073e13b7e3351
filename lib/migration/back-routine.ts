import type { Snapshot } from '@/lib/catalog/types'
import { sequenceOptions } from '@/lib/clone/make-types'
import { settingName, settingValue } from '@/lib/clone/spelling'
import { quote } from '@/lib/rules/identity'
import { back, lost, nothing, type Understood } from './step'
import { names, nodeOf, nodesOf, rangeId, relationOf, routineOf, textOf, type Node } from './tree'

/** ALTER FUNCTION, PROCEDURE and ROUTINE. */
export function alterRoutine(node: Node, sql: string, snapshot: Snapshot): Understood {
  const was = routineOf(snapshot, sql)
  const common = { lock: 'none', phase: 'rights' } as const
  if (!was) return { ...common, back: nothing }
  const words = nodesOf(node['actions']).map((each) => {
    const action = nodeOf(each['DefElem'])
    switch (action['defname']) {
      case 'volatility':
        return was.volatility
      case 'leakproof':
        return was.leakproof ? 'leakproof' : 'not leakproof'
      case 'security':
        return was.definer ? 'security definer' : 'security invoker'
      case 'strict':
        return was.strict ? 'strict' : 'called on null input'
      case 'set': {
        const name = textOf(nodeOf(nodeOf(action['arg'])['VariableSetStmt'])['name'])
        const value = was.settings[name]
        return value === undefined
          ? `reset ${settingName(name)}`
          : `set ${settingName(name)} to ${settingValue(name, value)}`
      }
      default:
        return ''
    }
  })
  return {
    ...common,
    back: words.includes('')
      ? lost('No way back is known for this command.', 'Não se conhece caminho de volta para este comando.')
      : back(`alter ${was.kind === 'procedure' ? 'procedure' : 'function'} ${was.id} ${words.join(' ')}`),
    claims: nodesOf(node['actions']).map((each) => ({
      aspect: `routine ${was.id} ${textOf(nodeOf(each['DefElem'])['defname'])}`,
      value: JSON.stringify(nodeOf(each['DefElem'])['arg'] ?? null, (key, value: unknown) =>
        key === 'location' ? undefined : value,
      ),
    })),
  }
}

/** CREATE FUNCTION of something new; a replaced one is told apart by its name and argument types. */
export function createRoutine(node: Node, sql: string, snapshot: Snapshot): Understood {
  const parts = names(node['funcname'])
  const name = parts.map(quote).join('.')
  const head =
    /^\s*create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+\S*?\(([^)]*)\)/is.exec(sql)?.[1] ?? ''
  const known = snapshot.routines.some((each) => each.schema === parts[0] && each.name === parts[1])
  return {
    lock: 'none',
    phase: 'rights',
    back: known
      ? lost(
          'A function of this name was there before: keep its text.',
          'Já havia uma função com este nome: guarde o texto dela.',
        )
      : back(`drop function if exists ${name}(${head})`),
    claims: [{ aspect: `routine ${name}(${head})`, value: sql }],
  }
}

/** ALTER … OWNER TO of schemas and routines. */
export function alterOwner(node: Node, sql: string, snapshot: Snapshot): Understood {
  const common = { lock: 'none', phase: 'rights' } as const
  if (node['objectType'] === 'OBJECT_SCHEMA') {
    const name = textOf(nodeOf(nodeOf(node['object'])['String'])['sval'])
    const was = snapshot.schemas.find((each) => each.name === name)
    return { ...common, back: was ? back(`alter schema ${was.id} owner to ${quote(was.owner)}`) : nothing }
  }
  const was = routineOf(snapshot, sql)
  return {
    ...common,
    back: was
      ? back(`alter routine ${was.id} owner to ${quote(was.owner)}`)
      : lost('The old owner is not known.', 'O dono anterior não é conhecido.'),
  }
}

/** ALTER SEQUENCE: its owner, type and bounds. */
export function alterSequence(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const id = rangeId(node['sequence'])
  const was = snapshot.sequences.find((each) => each.id === id)
  const asked = nodesOf(node['options']).map((each) => textOf(nodeOf(each['DefElem'])['defname']))
  const by = was?.ownedBy ? `${was.ownedBy.relation}.${quote(was.ownedBy.column)}` : 'none'
  const owner = asked.includes('owned_by') ? [`alter sequence ${id} owned by ${by}`] : []
  const shape = asked.some((name) => name !== 'owned_by')
  const sql = was
    ? [...owner, ...(shape ? [`alter sequence ${id} as ${was.type} ${sequenceOptions(was)}`] : [])]
    : []
  return {
    lock: 'quiet',
    phase: 'columns',
    back: asked.includes('restart')
      ? lost('The position of the sequence does not go back.', 'A posição da sequência não volta.', ...sql)
      : back(...sql),
  }
}

/** ALTER EXTENSION … SET SCHEMA. */
export function moveExtension(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const name = textOf(nodeOf(nodeOf(node['object'])['String'])['sval'])
  const was = snapshot.extensions.find((each) => each.name === name)
  return {
    lock: 'brief',
    phase: 'rights',
    back:
      node['objectType'] === 'OBJECT_EXTENSION' && was
        ? back(`alter extension ${quote(name)} set schema ${quote(was.schema)}`)
        : lost('The old schema is not known.', 'O esquema anterior não é conhecido.'),
  }
}

/** CREATE SCHEMA IF NOT EXISTS. */
export function createSchema(node: Node, sql: string, snapshot: Snapshot): Understood {
  const name = textOf(node['schemaname'])
  return {
    lock: 'none',
    phase: 'rights',
    back: snapshot.schemas.some((each) => each.name === name)
      ? nothing
      : back(`drop schema if exists ${quote(name)}`),
    claims: [{ aspect: `schema ${name}`, value: sql }],
  }
}

/** UPDATE of columns that the migration itself adds goes away with them; of any other it stays. */
export function changeRows(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const relation = relationOf(snapshot, rangeId(node['relation']))
  const targets = nodesOf(node['targetList']).map((each) => textOf(nodeOf(each['ResTarget'])['name']))
  const isNew =
    targets.length > 0 && targets.every((name) => !relation?.columns.some((column) => column.name === name))
  return {
    lock: 'writes',
    phase: 'columns',
    back: isNew ? nothing : lost('Changed rows stay changed.', 'Linhas alteradas ficam alteradas.'),
  }
}
