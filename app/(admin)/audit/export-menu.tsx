import { useTranslations } from 'next-intl'
import { search, type State } from './search'

const kinds = ['csv', 'ndjson', 'evidence'] as const

/** What can be taken along of all that matches the filters, without a limit. */
export function ExportMenu({ state }: { state: State }) {
  const t = useTranslations('audit.exports')
  const asked = search.query({ ...state, after: null, before: null, peek: '', hide: [] })
  return (
    <details className="relative" name="filter" data-menu>
      <summary className="border-edge bg-panel hover:bg-sunken rounded-control inline-flex min-h-8 items-center gap-1.5 border px-3 font-medium">
        {t('title')} <span aria-hidden="true">▾</span>
      </summary>
      <ul className="border-line bg-panel rounded-card shadow-overlay absolute right-0 z-20 mt-1 w-72 border p-1">
        {kinds.map((kind) => (
          <li key={kind}>
            <a
              href={`/export/audit${kind === 'csv' ? '' : `/${kind}`}${asked}`}
              download
              className="hover:bg-sunken rounded-control block px-3 py-2"
            >
              <span className="font-medium">{t(`${kind}.name`)}</span>
              <span className="text-muted text-meta block">{t(`${kind}.what`)}</span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
