import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { setPreference } from '@/app/preferences'

const languages = [
  ['pt-BR', 'Português'],
  ['en', 'English'],
] as const

/** The pages of the signed-out: one column, the name of the product, and the two languages. */
export function Frame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const t = useTranslations('sign-in')
  const locale = useLocale()
  return (
    <main id="content" className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col px-5 py-10 sm:py-16">
      <p className="text-muted mb-6 font-semibold">Tabellion</p>
      <h1 className="text-title">{title}</h1>
      {lead && <p className="text-muted mt-1 mb-6">{lead}</p>}
      {children}
      <form action={setPreference} aria-label={t('language')} className="mt-auto flex gap-4 pt-10">
        {languages.map(([value, label]) => (
          <button
            key={value}
            name="locale"
            value={value}
            lang={value}
            aria-pressed={value === locale}
            className={value === locale ? 'min-h-6 font-medium' : 'link min-h-6'}
          >
            {label}
          </button>
        ))}
      </form>
    </main>
  )
}
