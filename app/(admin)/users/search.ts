import { userRoles } from '@/lib/session/permissions'
import { defineSearch, flag, list, oneOf, sort, text } from '@/lib/url/search'

/** What the list of users shows; `add` opens the form beside it. */
export const search = defineSearch('/users', {
  q: text,
  role: list(...userRoles),
  state: oneOf('active', 'disabled'),
  sort: sort('name', 'role', 'seen'),
  hide: list(),
  add: flag,
})
export type State = ReturnType<typeof search.parse>
