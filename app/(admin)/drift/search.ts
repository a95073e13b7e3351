import { areas } from '@/lib/drift/areas'
import { defineSearch, list, pageNumber, text } from '@/lib/url/search'

/**
 * Which two structures are compared: `before` and `after` are ids of scans, or `now:` and the name of a database. Left
 * out, it is the newest stored structure that differs from what the database looked at has now.
 */
export const search = defineSearch('/drift', {
  before: text,
  after: text,
  q: text,
  weight: list('dangerous', 'notable', 'safe'),
  area: list(...areas),
  page: pageNumber,
})

export type State = ReturnType<typeof search.parse>
