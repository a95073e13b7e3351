import { standsAlone } from '@/lib/proof/statement-kind'
import type { Migration, Part } from './plan'

/** One part of the way back; what it lost stands beside it. */
export interface BackPart {
  readonly transaction: boolean
  readonly statements: readonly string[]
  readonly keys: readonly string[]
  readonly lost: readonly { readonly of: string; readonly en: string; readonly pt: string }[]
}

/** What takes a migration back, last things first, in transactions where the statements allow it. */
export function wayBack(migration: Migration): BackPart[] {
  return migration.parts.toReversed().flatMap(partBack)
}

function partBack(part: Part): BackPart[] {
  const found: BackPart[] = []
  const lost = part.steps
    .toReversed()
    .flatMap(({ sql, back }) => (back.lost === null ? [] : [{ of: sql, ...back.lost }]))
  let open: string[] = []
  const put = (transaction: boolean, statements: readonly string[]) => {
    found.push({ transaction, statements, keys: part.keys, lost: found.length === 0 ? lost : [] })
  }
  const close = () => {
    if (open.length > 0) put(true, open)
    open = []
  }
  for (const statement of part.steps.toReversed().flatMap((step) => step.back.sql)) {
    if (standsAlone(statement) || /^\s*alter\s+system\b/i.test(statement)) {
      close()
      put(false, [statement])
    } else {
      // Said twice, a right counts where it is said last: a REVOKE of the whole takes what columns were given.
      if (/^\s*(grant|revoke)\b/i.test(statement)) open = open.filter((each) => each !== statement)
      open.push(statement)
    }
  }
  close()
  if (found.length === 0 && lost.length > 0) put(true, [])
  return found
}
