import type { Snapshot } from '@/lib/catalog/types'
import { build, govern, type Statement } from './statement'

/** Operators, casts, collations and aggregates that no extension brings. A cast without function is a superuser's to make. */
export const definitionStatements = ({ definitions = [] }: Snapshot): Statement[] =>
  definitions
    .filter((each) => each.extension === null)
    .map(({ kind, id, sql, cast }) =>
      (kind === 'cast' && cast?.routine === null ? govern : build)(`${kind} ${id}`, sql),
    )
