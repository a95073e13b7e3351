import { choice, defineSearch, text } from '@/lib/url/search'

/** URL state of the map: the table in focus and how many keys away others may be. */
export const search = defineSearch('/map', { focus: text, depth: choice('1', '2', '3') })

export type State = ReturnType<typeof search.parse>
