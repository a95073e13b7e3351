import type { Relation } from '@/lib/catalog/types-relation'
import type { RawNode } from '@/lib/sql/leaves'
import { condition } from '../expression/compile'
import { and } from '../logic/formula'
import { fromItem } from '../query/from'
import type { Context } from '../problem'
import { inFrame, type Frame } from '../query/query'
import { deletedIn, framesWith, inserted, updatedIn, type Changed, type Framed } from './statement'
import type { Way } from '../ways'

const nothing: Frame = { aliases: new Map(), when: true, symbolic: false, reads: [] }

/** What MERGE does: whichever of its branches comes first, each is taken wherever its own condition holds. */
export function merged(
  target: Relation,
  body: RawNode,
  context: Context,
  guarded: (ways: readonly Way[]) => readonly Way[],
): readonly Changed[] {
  const source = body['sourceRelation'] as RawNode
  const range = body['relation'] as RawNode
  const none: Changed = { target, command: 'INSERT', ways: [] }
  const beside = { fromClause: [source], whereClause: body['joinCondition'] }
  return ((body['mergeWhenClauses'] ?? []) as RawNode[]).flatMap((each): readonly Changed[] => {
    const branch = each['MergeWhenClause'] as RawNode
    const items = (branch['targetList'] ?? []) as RawNode[]
    const test = branch['condition'] as RawNode | undefined
    const where = (frame: Frame): Frame =>
      test
        ? { ...frame, when: and(frame.when, condition(test, inFrame(frame, context, context.reads)).yes) }
        : frame
    const command = String(branch['commandType'])
    if (command === 'CMD_INSERT')
      // Triggers of the statement are set off by a branch that finds no row, too.
      return [
        none,
        ...fromItem(source, nothing, context).flatMap((frame) => {
          const { when, reads } = where(frame)
          context.reads?.push(...reads.map((read) => ({ row: read.row, when: and(when, read.when) })))
          const made = { cols: items, selectStmt: rowOf(branch['values']) }
          const also = (ways: readonly Way[]) =>
            guarded(ways).map((way) => ({ ...way, when: and(when, way.when) }))
          return inserted(target, made, inFrame(frame, context, context.reads), also)
        }),
      ]
    if (command !== 'CMD_UPDATE' && command !== 'CMD_DELETE') return []
    const bySource = branch['matchKind'] === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE'
    const frames = framesWith(target, range, bySource ? {} : beside, context).map((one): Framed => ({
      ...one,
      frame: where(one.frame),
    }))
    return command === 'CMD_DELETE'
      ? [{ target, command: 'DELETE', ways: guarded(deletedIn(target, frames, context)) }]
      : [{ target, command: 'UPDATE', ways: guarded(updatedIn(target, frames, items, context)) }]
  })
}

/** The values of a branch as an INSERT has them; nothing for DEFAULT VALUES. */
const rowOf = (values: unknown) =>
  values ? { SelectStmt: { valuesLists: [{ List: { items: values } }] } } : undefined
