import { getTranslations } from 'next-intl/server'
import { dictionaryFilter, search } from '@/app/(admin)/dictionary/search'
import { dictionaryWords } from '@/app/(admin)/dictionary/words'
import {
  dictionaryAsMarkdown,
  dictionaryAsRows,
  dictionaryOf,
  selectChapters,
} from '@/lib/dictionary/dictionary'
import { catalogCsv, catalogFile } from '../catalog-csv'

const asCsv = catalogCsv('dictionary', 'catalog:read', ({ facts }, params) =>
  dictionaryAsRows(selectChapters(dictionaryOf(facts), dictionaryFilter(search.parse(params)))),
)

const asMarkdown = catalogFile(
  'dictionary.md',
  'text/markdown',
  'catalog:read',
  async ({ facts }, params, who) => {
    const chapters = selectChapters(dictionaryOf(facts), dictionaryFilter(search.parse(params)))
    const t = await getTranslations('dictionary')
    return {
      text: dictionaryAsMarkdown(
        chapters,
        dictionaryWords((key) => t(key), who.database),
      ),
      lines: chapters.reduce((sum, chapter) => sum + chapter.entries.length, 0),
    }
  },
)

/** The dictionary that the page shows, whole: `format=markdown`, else CSV. */
export const GET = (request: Request): Promise<Response> =>
  new URL(request.url).searchParams.get('format') === 'markdown' ? asMarkdown(request) : asCsv(request)
