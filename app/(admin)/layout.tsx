import { unauthorized } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PendingLine } from '@/components/pending-line'
import { Shortcuts } from '@/components/shortcuts'
import { may } from '@/lib/session/permissions'
import { currentPrincipal } from '@/lib/session/principal'
import { navPages } from './nav'
import { Sidebar } from './sidebar'
import { TopBar } from './top-bar'

/** The chrome of every page behind the sign-in. It guards nothing by itself: each page asks for its own permission. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const principal = await currentPrincipal()
  if (!principal) unauthorized()
  const t = await getTranslations('shell')
  const k = await getTranslations('shell.shortcuts')
  const pages = navPages
    .filter((page) => may(principal, page.permission))
    .map((page) => ({ key: page.key, path: page.path, label: t(`nav.${page.label}`) }))
  const words = Object.fromEntries(
    ['title', 'open', 'palette', 'search', 'filter', 'next', 'previous', 'enter', 'escape', 'close'].map(
      (key) => [key, k(key)],
    ),
  ) as Record<
    'title' | 'open' | 'palette' | 'search' | 'filter' | 'next' | 'previous' | 'enter' | 'escape' | 'close',
    string
  >
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[216px_minmax(0,1fr)] print:block">
      <a href="#content" className="skip-link bg-accent text-paper rounded-control px-3 py-1.5 font-medium">
        {t('skip')}
      </a>
      <Sidebar principal={principal} />
      <div className="flex min-w-0 flex-col">
        <TopBar principal={principal} />
        <main
          id="content"
          tabIndex={-1}
          className="w-full max-w-[1440px] flex-1 px-4 py-5 outline-none md:px-7"
        >
          {children}
        </main>
      </div>
      <Shortcuts pages={pages} words={{ ...words, go: pages.map((page) => k('go', { page: page.label })) }} />
      <PendingLine />
    </div>
  )
}
