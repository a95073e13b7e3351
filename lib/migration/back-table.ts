import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { states } from '@/lib/clone/make-behaviour'
import { constraintSql } from '@/lib/clone/make-keys'
import { literal, quote } from '@/lib/rules/identity'
import { columnCommand } from './back-column'
import { dropped, lost, nothing, type Back, type Claim, type Lock, type Phase, type Understood } from './step'
import { nodeOf, nodesOf, rangeId, relationOf, textOf, type Node } from './tree'

const words: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
}

/** What one command of ALTER TABLE is about, for those who take it back. */
export interface TableCommand {
  readonly snapshot: Snapshot
  /** As the statement writes it. */
  readonly id: string
  /** `alter table id`. */
  readonly alter: string
  /** As it was; undefined when the migration itself made it. */
  readonly relation: Relation | undefined
  readonly command: Node
  /** Column, constraint or trigger. */
  readonly name: string
  readonly sql: string
}

/** ALTER TABLE, VIEW, INDEX and SEQUENCE: each command taken back by itself, the last one first. */
export function alterTable(node: Node, sql: string, snapshot: Snapshot): Understood {
  const id = rangeId(node['relation'])
  const alter = `alter ${words[textOf(node['objtype'])] ?? 'table'} ${id}`
  const relation = relationOf(snapshot, id)
  const parts = nodesOf(node['cmds']).map((each) => {
    const command = nodeOf(each['AlterTableCmd'])
    const name =
      textOf(command['name']) ||
      textOf(nodeOf(nodeOf(command['def'])['Constraint'])['conname']) ||
      textOf(nodeOf(nodeOf(command['def'])['ColumnDef'])['colname'])
    return oneCommand({ snapshot, id, alter, relation, command, name, sql })
  })
  const strongest = (order: readonly Lock[]) =>
    order.findLast((lock) => parts.some((part) => part.lock === lock)) ?? 'brief'
  const backs = parts.map((part) => part.back).reverse()
  return {
    lock: strongest(['none', 'quiet', 'writes', 'brief', 'long']),
    phase: parts[0]?.phase ?? 'keys',
    back: {
      sql: backs.flatMap((each) => each.sql),
      lost: backs.find((each) => each.lost !== null)?.lost ?? null,
    },
    claims: parts.flatMap((part) => part.claims),
    needs: [`relation ${id}`, ...parts.flatMap((part) => part.needs)],
  }
}

interface Part {
  readonly lock: Lock
  readonly phase: Phase
  readonly back: Back
  readonly claims: readonly Claim[]
  readonly needs: readonly string[]
}

const part = (
  lock: Lock,
  phase: Phase,
  undo: Back,
  claims: Part['claims'] = [],
  needs: string[] = [],
): Part => ({
  lock,
  phase,
  back: undo,
  claims,
  needs,
})

function oneCommand(about: TableCommand): Part {
  const { id, alter, relation, command, name } = about
  const subtype = textOf(command['subtype'])
  const sayOf = (aspect: string, value: string) => [{ aspect: `${id} ${aspect}`, value }]
  const constraint = `constraint ${id} ${name}`
  switch (subtype) {
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      return part(
        'brief',
        'rows',
        restore(relation, `${alter} ${relation?.rls ? 'enable' : 'disable'} row level security`),
        sayOf('rls', subtype),
      )
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      return part(
        'brief',
        'rows',
        restore(relation, `${alter} ${relation?.rlsForced ? 'force' : 'no force'} row level security`),
        sayOf('forced', subtype),
      )
    case 'AT_EnableTrig':
    case 'AT_EnableAlwaysTrig':
    case 'AT_EnableReplicaTrig':
    case 'AT_DisableTrig':
      return part(
        'writes',
        'triggers',
        { sql: triggerStates(about.snapshot, relation, name), lost: null },
        sayOf(`trigger ${name} state`, subtype),
        [`trigger ${id} ${name}`],
      )
    case 'AT_AddConstraint':
      return part(constraintLock(command), 'keys', addedConstraint(about), [
        { aspect: constraint, value: JSON.stringify(command['def']) },
      ])
    case 'AT_DropConstraint':
      return part(
        'brief',
        'keys',
        { sql: addConstraint(relation, id, name), lost: null },
        [{ aspect: constraint, value: dropped }],
        [constraint],
      )
    case 'AT_ValidateConstraint': {
      const was = relation?.constraints.find((each) => each.name === name)
      const undo =
        !was || was.validated
          ? nothing
          : {
              sql: [`${alter} drop constraint ${quote(name)}`, ...addConstraint(relation, id, name)],
              lost: null,
            }
      return part('quiet', 'keys', undo, [], [constraint])
    }
    case 'AT_ChangeOwner':
      return part(
        'brief',
        'rights',
        restore(relation, `${alter} owner to ${quote(relation?.owner ?? '')}`),
        sayOf('owner', JSON.stringify(command['newowner'])),
      )
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return part(alter.startsWith('alter table') ? 'quiet' : 'brief', 'views', options(about))
    default: {
      const column = columnCommand(about, subtype)
      return part(column?.lock ?? 'brief', 'columns', column?.back ?? unknownCommand, [
        ...(column?.claims ?? []),
      ])
    }
  }
}

const unknownCommand = lost(
  'No way back is known for this command.',
  'Não se conhece caminho de volta para este comando.',
)

const restore = (relation: Relation | undefined, sql: string): Back =>
  relation ? { sql: [sql], lost: null } : nothing

/** A trigger's state, of the table and of every partition that has a clone of it; the parent first. */
export function triggerStates(snapshot: Snapshot, relation: Relation | undefined, name: string): string[] {
  if (!relation) return []
  const below = snapshot.relations.filter((each) => each.isPartition && each.parents.includes(relation.id))
  const trigger = relation.triggers.find((each) => each.name === name)
  return trigger
    ? [
        `alter table ${relation.id} ${states[trigger.enabled]} trigger ${quote(name)}`,
        ...below.flatMap((each) => triggerStates(snapshot, each, name)),
      ]
    : []
}

/** Foreign keys and checks come back without a look at the rows first, and are validated after. */
function addConstraint(relation: Relation | undefined, id: string, name: string): string[] {
  const was = relation?.constraints.find((each) => each.name === name)
  if (!relation || !was) return []
  const later =
    was.validated &&
    was.enforced &&
    (was.kind === 'foreign' || was.kind === 'check') &&
    relation.kind === 'table'
  return [
    `alter table ${id} add constraint ${quote(name)} ${constraintSql(relation, was)}${later ? ' not valid' : ''}`,
    ...(later ? [`alter table ${id} validate constraint ${quote(name)}`] : []),
    ...(was.comment === null
      ? []
      : [`comment on constraint ${quote(name)} on ${id} is ${literal(was.comment)}`]),
  ]
}

/** A primary key makes its columns NOT NULL, and they stay so when it goes. */
function addedConstraint({ alter, relation, command, name }: TableCommand): Back {
  const made = nodeOf(nodeOf(command['def'])['Constraint'])
  const columns = made['contype'] === 'CONSTR_PRIMARY' ? nodesOf(made['keys']) : []
  const nullable = columns
    .map((each) => textOf(nodeOf(each['String'])['sval']))
    .filter((column) => relation?.columns.some((each) => each.name === column && !each.notNull))
  return {
    sql: [
      `${alter} drop constraint if exists ${quote(name)}`,
      ...nullable.map((column) => `${alter} alter column ${quote(column)} drop not null`),
    ],
    lost: null,
  }
}

function constraintLock(command: Node): Lock {
  const made = nodeOf(nodeOf(command['def'])['Constraint'])
  if (made['contype'] === 'CONSTR_FOREIGN') return 'writes'
  return made['skip_validation'] ? 'brief' : 'long'
}

function options({ alter, relation, command }: TableCommand): Back {
  if (!relation) return nothing
  const list = nodesOf(nodeOf(nodeOf(command['def'])['List'])['items'])
  const sql = list.map((each) => {
    const name = textOf(nodeOf(each['DefElem'])['defname'])
    const was = relation.options[name]
    return was === undefined ? `${alter} reset (${name})` : `${alter} set (${name} = ${literal(was)})`
  })
  return { sql, lost: null }
}
