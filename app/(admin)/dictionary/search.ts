import type { DictionaryFilter } from '@/lib/dictionary/dictionary'
import { defineSearch, list, text } from '@/lib/url/search'

/** URL state of the data dictionary. */
export const search = defineSearch('/dictionary', {
  q: text,
  schema: list(),
  class: list('pub', 'int', 'pers', 'sens', 'sec', 'none'),
})

export type State = ReturnType<typeof search.parse>

export const dictionaryFilter = ({ q, schema, class: of }: State): DictionaryFilter => ({
  q,
  schema,
  class: of,
})
