import { useTranslations } from 'next-intl'
import { search, type State } from './search'

const forms = ['csv', 'json', 'sql', 'pgtap'] as const

/** The results as data, and as a test that the database's owner runs. */
export function Exports({ state }: { state: State }) {
  const t = useTranslations('isolation.exports')
  const query = search.query({ ...state, peek: '', page: 1 })
  return (
    <details className="relative" name="filter" data-menu>
      <summary className="border-edge bg-panel hover:bg-sunken rounded-control inline-flex min-h-8 items-center gap-1.5 border px-3 font-medium">
        {t('title')} <span aria-hidden="true">▾</span>
      </summary>
      <ul className="border-line bg-panel rounded-card shadow-overlay absolute right-0 z-20 mt-1 w-72 max-w-[90vw] border p-1">
        {forms.map((form) => (
          <li key={form}>
            <a
              href={`/export/isolation${query}${query === '' ? '?' : '&'}form=${form}`}
              download
              className="hover:bg-sunken rounded-control block px-2 py-1"
            >
              {t(`${form}.title`)}
              <span className="text-muted text-meta block">{t(`${form}.text`)}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
