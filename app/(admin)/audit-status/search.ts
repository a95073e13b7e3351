import { choice, defineSearch, list, pageNumber, text } from '@/lib/url/search'

/** URL state of the audit status. */
export const search = defineSearch('/audit-status', {
  q: text,
  state: list('missing', 'disabled', 'partly', 'unknown', 'captured', 'notRequired'),
  show: choice('audited', 'all'),
  page: pageNumber,
})

export type State = ReturnType<typeof search.parse>
