import { requestTypes } from '@/lib/requests/types'
import type { RequestFilter } from '@/lib/requests/queries'
import { cursor, defineSearch, list, oneOf, text } from '@/lib/url/search'

/** The state of the inbox. */
export const search = defineSearch('/requests', {
  q: text,
  type: list(...requestTypes),
  state: oneOf('open', 'overdue', 'closed'),
  after: cursor,
})
export type State = ReturnType<typeof search.parse>

export const filterOf = (state: State): RequestFilter => ({
  q: state.q,
  type: state.type,
  state: state.state,
})

export const filtersInUse = (state: State): readonly string[] =>
  (['q', 'type', 'state'] as const).filter((name) => (state[name]?.length ?? 0) > 0)
