import type { ConsentFilter } from '@/lib/consents/queries'
import { shownStatuses } from '@/lib/consents/types'
import { cursor, defineSearch, list, oneOf, text } from '@/lib/url/search'

/** The state of the list of consents; the export reads the same. */
export const search = defineSearch('/consents', {
  q: text,
  purpose: list(),
  status: list(...shownStatuses),
  expiring: oneOf('30', '60', '90'),
  hide: list(),
  after: cursor,
  before: cursor,
})

export type State = ReturnType<typeof search.parse>

export const filterOf = (state: State): ConsentFilter => ({
  q: state.q,
  purpose: state.purpose,
  status: state.status,
  expiring: state.expiring === null ? null : Number(state.expiring),
})

const filterNames = ['q', 'purpose', 'status', 'expiring'] as const

/** Names of the filters in use: what the log says about this reading. */
export const filtersInUse = (state: State): readonly string[] =>
  filterNames.filter((name) => (state[name]?.length ?? 0) > 0)
