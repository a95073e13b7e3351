import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { PublicFrame } from '@/app/c/frame'
import { inAnyDatabase, origin } from '@/app/c/guest'
import { isUuid } from '@/lib/consents/queries'
import { limitTries } from '@/lib/consents/rate'
import { publicTerm } from '@/lib/consents/receipt'
import { day } from '@/lib/format/format'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipt'))('notice.title') }
}

/** The frozen text that a receipt and a FHIR policy point to, with its hash. */
export default async function TermPage({
  params,
}: {
  params: Promise<{ clinic: string; purpose: string; version: string }>
}) {
  const { clinic, purpose, version } = await params
  const number = /^v(\d{1,6})$/.exec(version)?.[1]
  if (!isUuid(clinic) || !number) notFound()
  limitTries('term', (await origin()).ip, 120)
  const found = await inAnyDatabase((tx) =>
    publicTerm(tx, clinic, decodeURIComponent(purpose), Number(number)),
  )
  if (!found) notFound()
  const t = await getTranslations('receipt')
  const l = await getTranslations('link')
  const locale = await getLocale()
  const term = found.value
  const date = (at: string) => day(at, locale, term.timeZone)
  return (
    <PublicFrame
      above={term.clinic}
      title={term.title}
      lead={
        <>
          {term.purpose} · {t('notice.version', { version: term.version, date: date(term.publishedAt) })}
          {term.retiredAt && ` · ${t('notice.retired', { date: date(term.retiredAt) })}`}
        </>
      }
    >
      <article lang={term.language}>
        <div className="whitespace-pre-line">{term.body}</div>
        <h2 className="mt-5 font-semibold" lang={locale}>
          {l('inShort')}
        </h2>
        <p className="whitespace-pre-line">{term.summary}</p>
        <h2 className="mt-5 font-semibold" lang={locale}>
          {l('ifNot')}
        </h2>
        <p className="whitespace-pre-line">{term.refusal}</p>
      </article>
      <p className="text-muted mt-6 text-meta">
        SHA-256 <code className="[overflow-wrap:anywhere]">{term.sha256}</code>
      </p>
    </PublicFrame>
  )
}
