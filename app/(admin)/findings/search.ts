import { choice, defineSearch, list, pageNumber, sort, text } from '@/lib/url/search'

export const groups = [
  'tenancy',
  'audit',
  'keys',
  'indexes',
  'protection',
  'privileges',
  'settings',
  'operations',
  'documentation',
  'scanner',
] as const

/** URL state of the findings list. */
export const search = defineSearch('/findings', {
  q: text,
  state: choice('open', 'accepted', 'resolved'),
  severity: list('critical', 'high', 'medium', 'low'),
  group: list(...groups),
  sort: sort('severity', 'where', 'since'),
  hide: list(),
  page: pageNumber,
})

export type State = ReturnType<typeof search.parse>
