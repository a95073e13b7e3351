import { getLocale, getTranslations } from 'next-intl/server'
import { markOf, toneText } from '@/components/status'
import type { Purpose } from '@/lib/consents/queries'
import { asksConsent, basisWords } from '@/lib/consents/types'
import { say } from '@/lib/i18n/locale'

/** Purposes for which nobody is asked, grey, each with the basis it rests on; they lead nowhere. */
export async function OtherPurposes({ purposes }: { purposes: readonly Purpose[] }) {
  const t = await getTranslations('consents')
  const locale = await getLocale()
  const others = purposes.filter((purpose) => !asksConsent(purpose.basis, purpose.code))
  if (others.length === 0) return null
  return (
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
