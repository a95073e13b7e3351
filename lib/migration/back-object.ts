import type { Policy, Relation, Trigger } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { policySql, triggerSql } from '@/lib/clone/make-behaviour'
import { indexSql } from '@/lib/clone/make-keys'
import { viewSql } from '@/lib/rules/around-views'
import { literal, qualified, quote } from '@/lib/rules/identity'
import { triggerStates } from './back-table'
import { back, dropped, lost, nothing, type Back, type Understood } from './step'
import { names, nodeOf, nodesOf, rangeId, relationOf, textOf, type Node } from './tree'

const comment = (on: string, text: string | null) =>
  text === null ? [] : [`comment on ${on} is ${literal(text)}`]

/** DROP and CREATE, because ALTER POLICY cannot take a clause away. */
function oldPolicy(relation: Relation | undefined, policy: Policy | undefined): string[] {
  if (!relation || !policy) return []
  return [
    policySql(relation, policy),
    ...comment(`policy ${quote(policy.name)} on ${relation.id}`, policy.comment),
  ]
}

export function createPolicy(node: Node, sql: string): Understood {
  const id = rangeId(node['table'])
  const name = textOf(node['policy_name'])
  return {
    lock: 'brief',
    phase: 'rows',
    back: back(`drop policy if exists ${quote(name)} on ${id}`),
    claims: [{ aspect: `policy ${id} ${name}`, value: sql }],
    needs: [`relation ${id}`],
  }
}

export function alterPolicy(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const id = rangeId(node['table'])
  const name = textOf(node['policy_name'])
  const relation = relationOf(snapshot, id)
  const policy = relation?.policies.find((each) => each.name === name)
  const clause = (part: string) =>
    node[part] === undefined
      ? []
      : [{ aspect: `policy ${id} ${name} ${part}`, value: JSON.stringify(node[part], unplaced) }]
  return {
    lock: 'brief',
    phase: 'rows',
    back: policy
      ? back(`drop policy if exists ${quote(name)} on ${id}`, ...oldPolicy(relation, policy))
      : nothing,
    claims: ['roles', 'qual', 'with_check'].flatMap(clause),
    needs: [`policy ${id} ${name}`],
  }
}

/** Where a word stood in its statement says nothing of what it means. */
const unplaced = (key: string, value: unknown) => (key === 'location' ? undefined : value)

export function createTrigger(node: Node, sql: string, snapshot: Snapshot): Understood {
  const id = rangeId(node['relation'])
  const name = textOf(node['trigname'])
  const was = relationOf(snapshot, id)?.triggers.find((each) => each.name === name)
  const replaces = node['replace'] === true && was !== undefined
  return {
    lock: 'writes',
    phase: 'triggers',
    back: replaces
      ? back(
          `drop trigger if exists ${quote(name)} on ${id}`,
          ...oldTrigger(snapshot, relationOf(snapshot, id), was),
        )
      : back(`drop trigger if exists ${quote(name)} on ${id}`),
    claims: [{ aspect: `trigger ${id} ${name}`, value: sql }],
    needs: [`relation ${id}`],
  }
}

function oldTrigger(
  snapshot: Snapshot,
  relation: Relation | undefined,
  trigger: Trigger | undefined,
): string[] {
  if (!relation || !trigger) return []
  return [
    triggerSql(relation, trigger),
    ...triggerStates(snapshot, relation, trigger.name),
    ...comment(`trigger ${quote(trigger.name)} on ${relation.id}`, trigger.comment),
  ]
}

export function createIndex(node: Node, sql: string): Understood {
  const schema = textOf(nodeOf(node['relation'])['schemaname']) || 'public'
  const name = qualified(schema, textOf(node['idxname']))
  const quiet = node['concurrent'] === true
  return {
    lock: quiet ? 'quiet' : 'writes',
    phase: 'indexes',
    back: back(`drop index ${quiet ? 'concurrently ' : ''}if exists ${name}`),
    claims: [{ aspect: `index ${name}`, value: sql }],
    needs: [`relation ${rangeId(node['relation'])}`],
  }
}

export const createView = (node: Node): Understood => ({
  lock: 'brief',
  phase: 'views',
  back: back(`drop view ${rangeId(node['view'])}`),
})

/** DROP of what the snapshot holds whole: policies, triggers, indexes. */
export function drop(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const all = nodesOf(node['objects']).map((each) => names(each))
  const kind = textOf(node['removeType'])
  const found = all.map((parts) => dropOne(kind, parts, snapshot, node['concurrent'] === true))
  return {
    lock: node['concurrent'] === true ? 'quiet' : 'brief',
    phase: kind === 'OBJECT_TRIGGER' ? 'triggers' : 'drops',
    back: {
      sql: found.flatMap(({ undo }) => undo.sql),
      lost: found.find(({ undo }) => undo.lost)?.undo.lost ?? null,
    },
    claims: found.flatMap(({ thing }) => (thing === '' ? [] : [{ aspect: thing, value: dropped }])),
    needs: found.flatMap(({ thing }) => (thing === '' ? [] : [thing])),
  }
}

function dropOne(
  kind: string,
  parts: readonly string[],
  snapshot: Snapshot,
  quiet: boolean,
): { readonly undo: Back; readonly thing: string } {
  if (kind === 'OBJECT_POLICY' || kind === 'OBJECT_TRIGGER') {
    const [schema = '', table = '', name = ''] = parts
    const id = qualified(schema, table)
    const relation = relationOf(snapshot, id)
    const sql =
      kind === 'OBJECT_POLICY'
        ? oldPolicy(
            relation,
            relation?.policies.find((each) => each.name === name),
          )
        : oldTrigger(
            snapshot,
            relation,
            relation?.triggers.find((each) => each.name === name),
          )
    return {
      undo: { sql, lost: null },
      thing: `${kind === 'OBJECT_POLICY' ? 'policy' : 'trigger'} ${id} ${name}`,
    }
  }
  if (kind === 'OBJECT_VIEW') {
    const [schema = '', name = ''] = parts
    const view = relationOf(snapshot, qualified(schema, name))
    if (view) return { undo: { sql: viewSql(view), lost: null }, thing: `view ${view.id}` }
  }
  if (kind === 'OBJECT_INDEX') {
    const [schema = '', name = ''] = parts
    for (const relation of snapshot.relations) {
      const index = relation.indexes.find((each) => each.name === name && relation.schema === schema)
      if (!index) continue
      const sql = [
        indexSql(relation, index, quiet ? 'concurrently ' : ''),
        ...comment(`index ${index.id}`, index.comment),
      ]
      // An invalid one comes back valid: nobody wants the other.
      return {
        undo: index.valid
          ? { sql, lost: null }
          : lost(
              'The index was invalid; it comes back valid.',
              'O índice era inválido; ele volta válido.',
              ...sql,
            ),
        thing: `index ${qualified(schema, name)}`,
      }
    }
    return { undo: nothing, thing: `index ${qualified(schema, name)}` }
  }
  return {
    undo: lost(
      'What is dropped here is not held whole by the snapshot: keep its definition.',
      'A fotografia não guarda inteiro o que se exclui aqui: guarde a definição.',
    ),
    thing: '',
  }
}

/** RENAME of a constraint or an index. */
export function rename(node: Node): Understood {
  const id = rangeId(node['relation'])
  const to = textOf(node['newname'])
  const index = node['renameType'] === 'OBJECT_INDEX'
  const schema = textOf(nodeOf(node['relation'])['schemaname']) || 'public'
  const was = index ? textOf(nodeOf(node['relation'])['relname']) : textOf(node['subname'])
  return {
    lock: index ? 'quiet' : 'brief',
    phase: 'keys',
    back: back(
      index
        ? `alter index ${qualified(schema, to)} rename to ${quote(was)}`
        : `alter table ${id} rename constraint ${quote(to)} to ${quote(was)}`,
    ),
    claims: [],
    needs: [],
  }
}
