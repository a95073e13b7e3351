import Link from 'next/link'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import { control } from './list-controls'

/** Which columns are seen: each entry is a link that hides or shows one. Only hidden ids are in the URL. */
export function ColumnChooser({
  columns,
  hidden,
  href,
}: {
  columns: readonly { id: string; head: string; always?: boolean; control?: boolean }[]
  hidden: readonly string[]
  href: (hidden: string[]) => string
}) {
  const t = useTranslations('shell.list')
  return (
    <details className="relative" name="filter" data-menu>
      <summary className={`${control} inline-flex items-center gap-1.5 font-medium`}>
        {t('columns')} <span aria-hidden="true">▾</span>
      </summary>
      <ul className="border-line bg-panel rounded-card shadow-overlay absolute right-0 z-20 mt-1 max-h-80 min-w-44 overflow-y-auto border p-1">
        {columns.slice(1).map((column) => {
          if (column.always || column.control) return null
          const shown = !hidden.includes(column.id)
          const next = shown ? [...hidden, column.id] : hidden.filter((id) => id !== column.id)
          return (
            <li key={column.id}>
              <Link
                href={href(next) as Route}
                prefetch={false}
                scroll={false}
                className="hover:bg-sunken rounded-control flex gap-2 px-2 py-1 whitespace-nowrap"
              >
                <span aria-hidden="true" className="w-3">
                  {shown ? '✓' : ''}
                </span>
                {column.head}
                <span className="sr-only"> ({shown ? t('columnShown') : t('columnHidden')})</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
