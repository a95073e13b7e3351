import type { IndexFilter } from '@/lib/inventory/indexes'
import { defineSearch, flag, list, pageNumber, sort, text } from '@/lib/url/search'

/** URL state of the indexes list. */
export const search = defineSearch('/indexes', {
  q: text,
  schema: list(),
  kind: list('primary', 'unique', 'exclusion', 'plain'),
  flagged: flag,
  sort: sort('table', 'name', 'size', 'scans'),
  hide: list(),
  page: pageNumber,
})

export type State = ReturnType<typeof search.parse>

/** What the list of the state asks of lib/inventory. */
export function indexFilter(state: State): IndexFilter {
  const by = state.sort ?? 'table'
  return {
    q: state.q,
    schema: state.schema,
    kind: state.kind,
    flagged: state.flagged,
    sort: (by.startsWith('-') ? by.slice(1) : by) as IndexFilter['sort'],
    descending: by.startsWith('-'),
  }
}
