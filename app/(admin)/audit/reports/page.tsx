import Link from 'next/link'
import type { Route } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/components/page'
import { reports } from '@/lib/audit/reports'
import { requirePrincipal } from '@/lib/session/principal'

export async function generateMetadata() {
  return { title: (await getTranslations('reports'))('title') }
}

/** The questions an officer has of the log. */
export default async function ReportsPage() {
  await requirePrincipal('audit:read')
  const t = await getTranslations('reports')
  const a = await getTranslations('audit')
  return (
    <>
      <PageHeader title={t('title')} facts={t('facts')} crumbs={[{ href: '/audit', label: a('title') }]} />
      <ul className="grid gap-3 sm:grid-cols-2">
        {reports.map((report) => (
          <li key={report} className="border-line bg-panel rounded-card relative border px-4 py-3.5">
            <h2 className="font-semibold">
              <Link
                href={`/audit/reports/${report}` as Route}
                prefetch={false}
                className="after:absolute after:inset-0 hover:underline"
              >
                {t(`names.${report}`)}
              </Link>
            </h2>
            <p className="text-muted mt-1">{t(`questions.${report}`)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
