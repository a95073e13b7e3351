import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { setPreference } from '@/app/preferences'

const languages = [
  ['pt-BR', 'Português'],
  ['en', 'English'],
] as const

/** The pages of people without an account: one column for a phone, large text, two languages, nothing else to do. */
export function PublicFrame({
  title,
  lead,
  above,
  children,
}: {
  title: string
  lead?: ReactNode
  /** Whose page it is: the clinic. */
  above?: ReactNode
  children?: ReactNode
}) {
  const t = useTranslations('link')
  const locale = useLocale()
  return (
    <main
      id="content"
      className="text-lead mx-auto flex min-h-dvh w-full max-w-[38rem] flex-col px-5 py-6 sm:py-10"
    >
      {above && <p className="text-muted mb-4 font-semibold">{above}</p>}
      <h1 className="text-title [overflow-wrap:anywhere]">{title}</h1>
      {lead && <div className="text-muted mt-1 mb-5">{lead}</div>}
      {children}
      <form
        action={setPreference}
        aria-label={t('language')}
        className="no-print mt-auto flex gap-4 pt-10 text-body"
      >
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
