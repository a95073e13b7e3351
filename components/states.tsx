import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { LinkButton } from './button'
import { SqlBlock } from './sql'

/** Loading: the list's own head and eight rows, seen only after 300 ms. Give it the columns' heads. */
export function Skeleton({ columns, rows = 8 }: { columns: readonly ReactNode[]; rows?: number }) {
  const t = useTranslations('shell.list')
  return (
    <div
      aria-busy="true"
      className="late border-line rounded-card bg-panel overflow-hidden border"
      role="status"
    >
      <span className="sr-only">{t('loading')}</span>
      <table className="table" aria-hidden="true">
        <thead>
          <tr>
            {columns.map((head, at) => (
              <th key={at}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              {columns.map((_, at) => (
                <td key={at}>
                  <span
                    className="bg-sunken rounded-status block h-3"
                    style={{ width: `${[72, 40, 56, 32, 64][(row + at * 2) % 5]}%` }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A grey box of some height, for what is not a list. */
export function Waiting({ height = 96 }: { height?: number }) {
  const t = useTranslations('shell.list')
  return (
    <div aria-busy="true" className="late bg-sunken rounded-card" style={{ height }} role="status">
      <span className="sr-only">{t('loading')}</span>
    </div>
  )
}

/** Nothing yet: what would be here, one action, one link. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: { href: string; label: string }
}) {
  return (
    <div className="border-line rounded-card border border-dashed px-5 py-8 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="text-muted mx-auto mt-1 max-w-[60ch]">{children}</div>}
      {action && (
        <p className="mt-4">
          <LinkButton href={action.href}>{action.label}</LinkButton>
        </p>
      )}
    </div>
  )
}

/** The filters leave nothing: one line that says which and how to lift them. */
export function FilteredAway({ children, clearHref }: { children?: ReactNode; clearHref: string }) {
  const t = useTranslations('shell.list')
  return (
    <div className="border-line rounded-card bg-panel flex flex-wrap items-center gap-x-3 gap-y-2 border px-4 py-3">
      <p role="status">{children ?? t('filteredAway')}</p>
      <a href={clearHref} className="link">
        {t('clear')}
      </a>
    </div>
  )
}

/** Looked, and all is well: what was checked. An answer, not an absence. */
export function AllGood({ children }: { children: ReactNode }) {
  return (
    <p className="border-line rounded-card bg-panel flex items-baseline gap-2 border px-4 py-3">
      <span className="text-ok" aria-hidden="true">
        ✓
      </span>
      <span>{children}</span>
    </p>
  )
}

/** Could not look: what stays unknown, the cause, and the SQL that would help. Never shown as an empty list. */
export function CannotLook({
  title,
  cause,
  sql,
}: {
  title?: ReactNode
  cause: ReactNode
  sql?: readonly string[]
}) {
  const t = useTranslations('shell.list')
  return (
    <div className="border-warn rounded-card bg-warn-bg border px-4 py-3" role="alert">
      <p className="font-medium">
        <span aria-hidden="true" className="text-warn">
          ?{' '}
        </span>
        {title ?? t('cannotLook')}
      </p>
      <div className="mt-1">{cause}</div>
      {sql && sql.length > 0 && (
        <div className="mt-3">
          <p className="text-meta mb-1">{t('grant')}</p>
          <SqlBlock sql={sql} />
        </div>
      )}
    </div>
  )
}
