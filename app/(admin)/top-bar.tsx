import { useTranslations } from 'next-intl'
import { lastProblem } from '@/lib/catalog/current'
import { env } from '@/lib/env'
import type { Principal } from '@/lib/session/principal'
import { AccountMenu } from './account-menu'
import { ReadAgainButton } from './read-again'

/** Which database is looked at, and who is looking. */
export function TopBar({ principal }: { principal: Principal }) {
  const t = useTranslations('shell')
  return (
    <header className="border-line bg-paper no-print sticky top-0 z-20 flex h-12 items-center gap-2 border-b px-4 md:px-7">
      <button
        type="button"
        popoverTarget="sidebar"
        aria-label={t('menu')}
        className="border-edge rounded-control size-8 border md:hidden"
      >
        <span aria-hidden="true">☰</span>
      </button>
      <DatabaseSwitch current={principal.database} />
      <ReadAgainButton quiet label={t('actions.readAgain')} />
      <div className="ml-auto">
        <AccountMenu principal={principal} />
      </div>
    </header>
  )
}

/** A GET form on the page one is on: `?db=` is read by the proxy, kept in a cookie, and leaves the address. */
function DatabaseSwitch({ current }: { current: string }) {
  const t = useTranslations('shell')
  const { databases } = env()
  if (databases.length === 1) {
    return (
      <p className="min-w-0 truncate">
        <span className="text-muted max-sm:sr-only">{t('database')} </span>
        <code>{current}</code> {lastProblem(current) && <Away />}
      </p>
    )
  }
  return (
    <details className="relative min-w-0" name="bar" data-menu>
      <summary className="border-edge bg-panel hover:bg-sunken rounded-control flex min-h-8 min-w-0 items-center gap-1.5 border px-2.5">
        <span className="text-muted max-sm:sr-only">{t('database')}</span>
        <code className="truncate">{current}</code>
        {lastProblem(current) && <Away />}
        <span aria-hidden="true" className="text-muted">
          ▾
        </span>
      </summary>
      <form
        method="get"
        className="border-line bg-panel rounded-card shadow-overlay absolute z-30 mt-1 flex max-h-80 min-w-52 flex-col overflow-y-auto border p-1"
      >
        {databases.map(({ name }) => (
          <button
            key={name}
            type="submit"
            name="db"
            value={name}
            aria-current={name === current ? 'true' : undefined}
            className="hover:bg-sunken rounded-control flex gap-2 px-2 py-1.5 text-start"
          >
            <span aria-hidden="true" className="w-3">
              {name === current ? '✓' : ''}
            </span>
            <code>{name}</code>
            {lastProblem(name) && <Away />}
          </button>
        ))}
      </form>
    </details>
  )
}

/** Its catalog could not be read the last time; the page says why. */
function Away() {
  const t = useTranslations('catalog')
  return (
    <span className="text-warn text-meta whitespace-nowrap">
      <span aria-hidden="true">?</span> <span className="max-sm:sr-only">{t('away')}</span>
    </span>
  )
}
