import Link from 'next/link'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { DrawerFrame } from './drawer-frame'
import { LinkButton } from './button'

/**
 * The peek beside a list: not modal, rendered by the page for `?peek=`. Esc and the cross go to `close` (the list's
 * address without `peek`); J and K move to the next row. On a phone it covers the screen.
 */
export function Drawer({
  title,
  close,
  open,
  children,
  footer,
}: {
  title: ReactNode
  /** The list without `peek`. */
  close: string
  /** The thing's own page. */
  open?: string
  children: ReactNode
  footer?: ReactNode
}) {
  const t = useTranslations('shell.drawer')
  return (
    <DrawerFrame close={close} label={typeof title === 'string' ? title : t('open')}>
      <div className="mb-3 flex items-start justify-between gap-3">
        <h2 className="min-w-0 font-semibold [overflow-wrap:anywhere]">{title}</h2>
        <Link
          href={close as Route}
          prefetch={false}
          scroll={false}
          className="border-line hover:bg-sunken rounded-control text-meta shrink-0 border px-2 py-1"
          title={t('keys')}
        >
          {t('close')} <kbd className="text-muted hidden md:inline">Esc</kbd>
        </Link>
      </div>
      {children}
      {(open || footer) && (
        <div className="mt-4 flex flex-wrap gap-2">
          {open && <LinkButton href={open}>{t('open')}</LinkButton>}
          {footer}
        </div>
      )}
    </DrawerFrame>
  )
}

/** A list and its peek side by side; without a peek the list has the whole width. */
export function WithDrawer({ children, drawer }: { children: ReactNode; drawer: ReactNode }) {
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">{children}</div>
      {drawer}
    </div>
  )
}
