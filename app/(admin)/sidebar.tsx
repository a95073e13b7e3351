import { useTranslations } from 'next-intl'
import { Suspense } from 'react'
import { NavLink } from '@/components/nav-link'
import { Palette } from '@/components/palette'
import { may } from '@/lib/session/permissions'
import type { Principal } from '@/lib/session/principal'
import { NavCount } from './counts'
import { navPages, type NavPage } from './nav'

const groups: readonly NavPage['group'][] = ['coverage', 'records', 'administration']

/** Pages this principal may open, with the counts that can be had from the snapshot. A drawer below 768 px. */
export function Sidebar({ principal }: { principal: Principal }) {
  const t = useTranslations('shell')
  const mine = navPages.filter((page) => may(principal, page.permission))
  return (
    <nav
      id="sidebar"
      popover="auto"
      aria-label={t('navigation')}
      className="bg-sunken text-ink border-line flex-col md:w-full overflow-y-auto p-2.5 md:border-r"
    >
      <div className="flex items-center justify-between px-2 pt-1 pb-3">
        <p className="flex items-center gap-2 font-semibold">
          <span aria-hidden="true" className="bg-accent inline-block size-3 rounded-[3px]" />
          Tabellion
        </p>
        <button
          type="button"
          popoverTarget="sidebar"
          popoverTargetAction="hide"
          className="border-line rounded-control text-meta border px-2 py-1 md:hidden"
        >
          {t('closeMenu')}
        </button>
      </div>
      {groups.map((group) => {
        const pages = mine.filter((page) => page.group === group)
        if (pages.length === 0) return null
        return (
          <div key={group} className="mb-3">
            {group === 'coverage' ? null : (
              <p className="text-muted text-meta px-2 pt-1 pb-1 font-semibold">{t(`groups.${group}`)}</p>
            )}
            <ul className="space-y-px">
              {pages.map((page) => (
                <li key={page.path}>
                  <NavLink href={page.path}>
                    {t(`nav.${page.label}`)}
                    {group === 'coverage' && (
                      <Suspense>
                        <NavCount principal={principal} page={page.label} />
                      </Suspense>
                    )}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
      <div className="mt-auto pt-4">
        <Palette
          label={t('jump')}
          pages={mine.map((page) => ({
            label: t(`nav.${page.label}`),
            href: page.path,
            keys: `G ${page.key.toUpperCase()}`,
          }))}
          actions={[
            { label: t('actions.readAgain'), press: '#read-again' },
            { label: `${t('theme')}: ${t('themes.light')}`, press: '#theme-light' },
            { label: `${t('theme')}: ${t('themes.dark')}`, press: '#theme-dark' },
            { label: 'English', press: '#locale-en' },
            { label: 'Português', press: '#locale-pt-BR' },
            { label: t('signOut'), press: '#sign-out' },
          ]}
          words={{
            title: t('palette.title'),
            hint: t('palette.hint'),
            pages: t('palette.pages'),
            tables: t('palette.tables'),
            actions: t('palette.actions'),
            nothing: t('palette.nothing'),
            loading: t('palette.loading'),
            failed: t('palette.failed'),
          }}
        />
      </div>
    </nav>
  )
}
