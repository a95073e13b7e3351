import type { DictionaryWords } from '@/lib/dictionary/dictionary'

type Translate = (
  key:
    | 'title'
    | 'rlsPattern'
    | 'audit'
    | 'keep'
    | 'yes'
    | `columns.${'column' | 'type' | 'nullable' | 'key' | 'class' | 'description'}`,
) => string

/** The heads of an exported dictionary in the reader's language. */
export const dictionaryWords = (t: Translate, database: string): DictionaryWords => ({
  title: `${t('title')}: ${database}`,
  columns: [
    t('columns.column'),
    t('columns.type'),
    t('columns.nullable'),
    t('columns.key'),
    t('columns.class'),
    t('columns.description'),
  ],
  keep: t('keep'),
  rls: t('rlsPattern'),
  audit: t('audit'),
  yes: t('yes'),
})
