import { controlStates } from '@/lib/controls/assess'
import { sources } from '@/lib/controls/control'
import { defineSearch, list, pageNumber, text } from '@/lib/url/search'

/** URL state of the control map. */
export const search = defineSearch('/controls', {
  q: text,
  source: list(...sources),
  state: list(...controlStates),
  page: pageNumber,
  peek: text,
})

export type State = ReturnType<typeof search.parse>
