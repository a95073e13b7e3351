import { useLocale, useTranslations } from 'next-intl'
import { say } from '@/lib/i18n/locale'
import type { Sentence } from '@/lib/isolation/types'

/** The results were made for something that has changed since: they may be wrong now. */
export function StaleResults() {
  const t = useTranslations('isolation')
  return (
    <p className="border-warn rounded-card bg-warn-bg mb-4 border px-4 py-3" role="status">
      <span aria-hidden="true" className="text-warn">
        ?{' '}
      </span>
      <strong className="font-medium">{t('stale.title')}</strong> {t('stale.text')}
    </p>
  )
}

/** What could not be found out about the database, with the configuration that would help. */
export function Notes({ notes }: { notes: readonly Sentence[] }) {
  const t = useTranslations('isolation')
  const locale = useLocale()
  if (notes.length === 0) return null
  return (
    <section className="mt-6">
      <h2 className="font-semibold">{t('notes')}</h2>
      <ul className="mt-1 max-w-[90ch] list-disc space-y-1 pl-5 [overflow-wrap:anywhere]">
        {notes.map((note) => (
          <li key={note.en}>{say(note, locale)}</li>
        ))}
      </ul>
    </section>
  )
}
