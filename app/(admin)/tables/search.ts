import type { TableFilter } from '@/lib/inventory/tables'
import { defineSearch, flag, list, pageNumber, sort, text } from '@/lib/url/search'

/** URL state of the tables list. */
export const search = defineSearch('/tables', {
  q: text,
  schema: list(),
  rls: list('forced', 'enabled', 'off', 'notApplicable'),
  kind: list('table', 'partitioned', 'view', 'matview', 'foreign'),
  partitions: flag,
  sort: sort('name', 'rows', 'size', 'policies', 'findings'),
  hide: list(),
  page: pageNumber,
})

export type State = ReturnType<typeof search.parse>

/** What the list of the state asks of lib/inventory. */
export function tableFilter(state: State): TableFilter {
  const by = state.sort ?? 'name'
  return {
    q: state.q,
    schema: state.schema,
    rls: state.rls,
    kind: state.kind,
    partitions: state.partitions,
    sort: (by.startsWith('-') ? by.slice(1) : by) as TableFilter['sort'],
    descending: by.startsWith('-'),
  }
}
