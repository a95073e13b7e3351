import { choice, defineSearch, flag, list, text } from '@/lib/url/search'
import { groups } from '../search'

/** Which findings a migration mends: those named, or with `all` everything the list's filters leave. */
export const fixesSearch = defineSearch('/findings/fixes', {
  key: list(),
  all: flag,
  q: text,
  state: choice('open', 'accepted'),
  severity: list('critical', 'high', 'medium', 'low'),
  group: list(...groups),
})

export type FixesState = ReturnType<typeof fixesSearch.parse>
