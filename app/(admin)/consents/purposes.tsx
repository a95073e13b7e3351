import { getLocale, getTranslations } from 'next-intl/server'
import { markOf, toneText } from '@/components/status'
import type { Purpose } from '@/lib/consents/queries'
import { asksConsent, basisWords } from '@/lib/consents/types'
import { say } from '@/lib/i18n/locale'

/** Purposes with the basis each rests on. Where nobody is asked, they are grey and lead nowhere. */
export async function Purposes({ purposes, all }: { purposes: readonly Purpose[]; all: boolean }) {
  const t = await getTranslations('consents')
  const locale = await getLocale()
  const asked = purposes.filter((purpose) => asksConsent(purpose.basis, purpose.code))
  const others = purposes.filter((purpose) => !asksConsent(purpose.basis, purpose.code))
  const row = (purpose: Purpose) => (
    <li
      key={purpose.code}
      className="border-line flex flex-wrap items-baseline justify-between gap-x-4 border-b py-1.5 last:border-b-0"
    >
      <span>
        {purpose.title} <code className="text-muted ml-1">{purpose.code}</code>
      </span>
      <span className="text-meta">{say(basisWords(purpose.basis), locale)}</span>
    </li>
  )
  return (
    <>
      {all && asked.length > 0 && (
        <section className="mb-6">
          <h2 className="mb-1 font-semibold">{t('askedTitle')}</h2>
          <ul className="border-line rounded-card bg-panel border px-4 py-1">{asked.map(row)}</ul>
        </section>
      )}
      {others.length > 0 && (
        <section className="no-print mb-6">
          <h2 className="font-semibold">{t('otherBasesTitle')}</h2>
          <p className="text-muted mt-0.5 mb-2">{t('otherBasesBody')}</p>
          <ul className="border-line rounded-card text-muted border px-4 py-1">
            {others.map((purpose) => (
              <li
                key={purpose.code}
                className="border-line flex flex-wrap items-baseline justify-between gap-x-4 border-b py-1.5 last:border-b-0"
              >
                <span>
                  {purpose.title} <code className="ml-1">{purpose.code}</code>
                </span>
                <NotAsked words={t('doesNotRest')} basis={say(basisWords(purpose.basis), locale)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** Grey words that may wrap: the purpose rests on something else. */
export function NotAsked({ words, basis }: { words: string; basis: string }) {
  const { glyph, tone } = markOf('consent', 'otherBasis')
  return (
    <span className={`text-meta ${toneText[tone]}`}>
      <span aria-hidden="true">{glyph} </span>
      {words} – {basis}
    </span>
  )
}
