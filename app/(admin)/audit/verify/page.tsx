import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { PageHeader, Section } from '@/components/page'
import { CannotLook } from '@/components/states'
import { ledgerNeeds } from '@/lib/audit/installed'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { ledgerUrl, runOf } from '@/lib/ledger/runs'
import { ledgerState } from '@/lib/ledger/state'
import { newestVerification } from '@/lib/ledger/verifications'
import type { Principal } from '@/lib/db/scope'
import { requirePrincipal } from '@/lib/session/principal'
import { attempt } from '../attempt'
import { Missing, whatIsMissing } from '../missing'
import { Unread } from '../../requests/frame'
import { verifyLog } from './actions'
import { Looking } from './looking'
import { Seal } from './seal'
import { Verdict } from './verdict'

export async function generateMetadata() {
  return { title: (await getTranslations('verify'))('title') }
}

export default async function VerifyPage() {
  const principal = await requirePrincipal('audit:read')
  const t = await getTranslations('verify')
  const a = await getTranslations('audit')
  const missing = await whatIsMissing(principal.database, ledgerNeeds)
  return (
    <>
      <PageHeader title={t('title')} facts={t('facts')} crumbs={[{ href: '/audit', label: a('title') }]} />
      {missing.what.length > 0 ? (
        <Missing kind="audit" database={principal.database} what={missing.what} set="ledger" />
      ) : (
        <Section>
          <Ledger principal={principal} />
        </Section>
      )}
    </>
  )
}

async function Ledger({ principal }: { principal: Principal }) {
  const locale = await getLocale()
  const t = await getTranslations('verify')
  const { value, error } = await attempt(async () => {
    const url = ledgerUrl(principal.database)
    return {
      state: await ledgerState(url, principal.database),
      last: await newestVerification(url, principal.database),
    }
  })
  if (error)
    return error.kind === 'unavailable' ? (
      <Unread error={error} />
    ) : (
      <CannotLook title={t('cannotTitle')} cause={`${say(error.sentence, locale)} ${t('cannotHelp')}`} />
    )
  const run = runOf(principal.database)
  return (
    <>
      {run && !run.over ? (
        <div className="border-line rounded-card bg-panel mb-6 border px-4 py-3.5">
          <Looking />
          <p role="status">
            {t('running', {
              done: count(run.done, locale),
              total: count(Math.max(run.total, value.state.size), locale),
            })}
          </p>
          <progress
            className="bar mt-2 w-full"
            max={Math.max(1, run.total)}
            value={run.done}
            aria-label={t('progress')}
          />
          <p className="text-meta mt-1">
            <Link href="/audit/verify" className="link" prefetch={false}>
              {t('lookAgain')}
            </Link>
          </p>
        </div>
      ) : (
        <>
          {run?.problem && (
            <div className="mb-4">
              <CannotLook title={t('failedTitle')} cause={say(run.problem, locale)} />
            </div>
          )}
          <Verdict last={value.last} />
          <div className="mb-6">
            <ActionForm action={verifyLog} submit={t('run')} working={t('starting')} />
          </div>
        </>
      )}
      <Seal state={value.state} />
    </>
  )
}
