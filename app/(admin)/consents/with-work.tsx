import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page'
import type { Needs } from '@/lib/audit/installed'
import { consentNeeds } from '@/lib/consents/needs'
import type { Principal } from '@/lib/db/scope'
import { Missing, NotKnown, setFor, whatIsMissing } from '../audit/missing'
import { ConsentTabs } from './tabs'

const workNeeds: Needs = {
  relations: [
    ...consentNeeds.relations,
    'public.consent_tasks',
    'public.consent_batches',
    'public.consent_holds',
  ],
  routines: [
    ...consentNeeds.routines,
    'app.task_close',
    'app.consent_check',
    'app.import_legacy',
    'app.merge_patients',
    'app.batch_propose',
    'app.representative_dispute',
    'app.consent_mark',
    'app.image_counts',
  ],
}

/** The head and the tabs of a page of consent work, or what the database lacks for it. */
export async function WithWork({
  principal,
  title,
  lead,
  actions,
  children,
}: {
  principal: Principal
  title: string
  lead?: string
  actions?: ReactNode
  children: () => Promise<ReactNode> | ReactNode
}) {
  const t = await getTranslations('consents')
  const missing = await whatIsMissing(principal.database, workNeeds)
  const lacks = missing.what.length > 0
  return (
    <>
      <PageHeader
        title={title}
        facts={lead}
        crumbs={[{ href: '/consents', label: t('title') }]}
        actions={lacks ? undefined : actions}
      />
      {lacks ? (
        <Missing
          kind="consents"
          database={principal.database}
          what={missing.what}
          set={setFor(missing.what)}
        />
      ) : (
        <>
          <ConsentTabs />
          <NotKnown kind="consents" error={missing.error} />
          {await children()}
        </>
      )}
    </>
  )
}
