import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Legend } from '../../../coverage/matrix'
import { namedRelation } from '../relation'
import { AccessTable } from './access-table'
import { Grants } from './grants'
import { Policies } from './policies'

/** Who can do what, and the policies and grants that make it so. */
export default async function AccessPage({ params }: { params: Promise<{ table: string }> }) {
  const { relation, scan } = await namedRelation((await params).table)
  return (
    <div className="space-y-6">
      <Verdicts>
        <AccessTable snapshot={scan.snapshot} relation={relation} />
        <Legend />
      </Verdicts>
      <Policies relation={relation} />
      <Grants relation={relation} />
    </div>
  )
}

function Verdicts({ children }: { children: ReactNode }) {
  const t = useTranslations('tables.access')
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('title')}</h2>
      {children}
    </section>
  )
}
