import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { listRopa, listVersions } from '@/lib/consents/terms'
import { asksConsent, basisWords } from '@/lib/consents/types'
import { readRecords } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, oneOf, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Noted, Unread } from '../../requests/frame'
import { Compare } from '../compare'
import { DraftForm } from '../draft-form'
import { Versions } from '../versions'

const search = defineSearch('/purposes', {
  noted: oneOf('saved', 'review', 'publish', 'retire'),
  before: text,
  after: text,
})

export async function generateMetadata() {
  return { title: (await getTranslations('purposes'))('purpose') }
}

/** One purpose: what the law asks to be on record, the versions of its text, and the draft. */
export default async function PurposePage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const state = search.parse(await searchParams)
  const t = await getTranslations('purposes')
  const locale = await getLocale()
  const { value, error } = await attempt(() =>
    readRecords(principal, async (tx) => ({
      purpose: (await listRopa(tx)).find((each) => each.id === id),
      versions: await listVersions(tx, id),
    })),
  )
  if (error) return <Unread error={error} />
  const { purpose, versions } = value
  if (!purpose) notFound()
  const asked = asksConsent(purpose.basis, purpose.code)
  const writes = may(principal, 'consents:write')
  const draft = versions.find(({ publishedAt }) => publishedAt === null) ?? null
  const latest = versions.find(({ publishedAt }) => publishedAt !== null) ?? null
  const [left, right] = [
    versions.find(({ version }) => String(version) === state.before) ?? versions[1],
    versions.find(({ version }) => String(version) === state.after) ?? versions[0],
  ]
  return (
    <>
      <PageHeader
        title={purpose.title}
        crumbs={[{ href: '/purposes', label: t('title') }]}
        facts={`${purpose.code} · ${purpose.clinicName}`}
      />
      {state.noted && <Noted>{t(`messages.${state.noted}`)}</Noted>}
      <Section title={t('record')} card>
        <KeyValues
          items={[
            [t('basis'), say(basisWords(purpose.basis), locale)],
            [t('condition'), t(purpose.condition ? 'conditionYes' : 'conditionNo')],
            [t('description'), purpose.description],
            [t('categories'), purpose.categories.join(', ')],
            [t('subjects'), purpose.subjects.join(', ')],
            [t('tables'), purpose.tables.join(', ')],
            [
              t('recipients'),
              purpose.recipients
                .map(({ name, role }) => [name, role].filter(Boolean).join(', '))
                .join('; ') || '—',
            ],
            [t('retention'), purpose.retention],
            [t('measures'), purpose.measures.join(', ')],
            [t('owner'), purpose.owner],
            [t('review'), day(purpose.nextReview, locale, 'UTC')],
          ]}
        />
      </Section>
      {asked ? (
        <>
          <Versions principal={principal} purpose={purpose} versions={versions} writes={writes} />
          {left && right && left !== right && <Compare before={left} after={right} />}
          {writes && <DraftForm purpose={purpose} draft={draft} latest={latest} />}
        </>
      ) : (
        <p className="text-muted">{t('notAsked')}</p>
      )}
    </>
  )
}
