import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { setIn } from '../change/set-beside'
import { writingOf } from '../change/writing'
import type { Context } from '../problem'
import { calledBy, namesIn } from './mentions'

/** Where a text may come from that a caller has put there. */
export interface TextSources {
  /** A table or view by its name: may the session write what it shows? One that is not known may hold anything. */
  readonly isOpenTable: (schema: string | null, name: string) => boolean
  /** May a function of the database return what somebody wrote? */
  readonly isOpenCall: (path: readonly string[]) => boolean
  /** Is the setting that is asked for the caller's to set? */
  readonly isChosen: (call: RawNode) => boolean
}

export function textSources({ problem: { world, session }, path }: Context): TextSources {
  const { relations, routines } = world.snapshot
  const known = new Map<Relation, boolean>()
  const isOpen = (relation: Relation): boolean => {
    const before = known.get(relation)
    if (before !== undefined) return before
    // A view of itself is none.
    known.set(relation, false)
    const open =
      relation.kind === 'foreign' ||
      writingOf(relation, world, [session.role]) !== null ||
      relation.reads.some((use) => {
        const below = world.relations.get(use.relation)
        return below !== undefined && isOpen(below)
      })
    known.set(relation, open)
    return open
  }
  const returnsWritten = (routine: Routine): boolean =>
    calledBy(routine, routines).some(
      ({ body, language }) =>
        !['sql', 'plpgsql', 'internal', 'c'].includes(language) ||
        relations.some((each) => namesIn(body ?? '', each, world.snapshot) && isOpen(each)),
    )
  const isOpenTable = (schema: string | null, name: string) => {
    if (schema === 'pg_catalog' || schema === 'information_schema') return false
    const relation = world.relation(schema, name, path)
    if (!relation) return !(schema === null && name.startsWith('pg_'))
    return isOpen(relation)
  }
  return {
    isOpenTable,
    isOpenCall: (names) => {
      const [name = '', schema] = names.toReversed()
      const own = routines.filter(
        (each) => each.name === name && (schema === undefined || each.schema === schema),
      )
      return own.some(returnsWritten)
    },
    isChosen: (call) => {
      const [first] = (call['args'] ?? []) as RawNode[]
      const text = ((first?.['A_Const'] as RawNode | undefined)?.['sval'] as RawNode | undefined)?.['sval']
      const name = String(text ?? '').toLowerCase()
      return (
        session.threat === 'sql' ||
        routines.some(({ body }) => setIn(body ?? '').some((set) => set.name === null || set.name === name))
      )
    },
  }
}
