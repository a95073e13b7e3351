import { notFound } from 'next/navigation'
import { getTimeZone, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { WithDrawer } from '@/components/drawer'
import { PageHeader, Section } from '@/components/page'
import { CannotLook, Empty, Waiting } from '@/components/states'
import { ledgerNeeds } from '@/lib/audit/installed'
import { reports, type Report } from '@/lib/audit/reports'
import type { Principal } from '@/lib/db/scope'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { attempt } from '../../attempt'
import { Missing, whatIsMissing } from '../../missing'
import { Peek } from '../../peek'
import { filterOf, search as log } from '../../search'
import { readReport } from '../read'
import { logStateOf, searchOf, type State } from '../search'
import { Doers } from './doers'
import { Entries } from './entries'
import { Facts } from './facts'
import { ReportFilters } from './filters'
import { Unread } from '../../../requests/frame'

interface Props {
  readonly params: Promise<{ report: string }>
  readonly searchParams: Promise<SearchParams>
}

const reportOf = async (params: Props['params']): Promise<Report> => {
  const { report } = await params
  return reports.find((one) => one === report) ?? notFound()
}

export async function generateMetadata({ params }: Props) {
  return { title: (await getTranslations('reports'))(`names.${await reportOf(params)}`) }
}

/** One question of the officer: who, how often, and each entry. */
export default async function ReportPage({ params, searchParams }: Props) {
  const principal = await requirePrincipal('audit:read')
  const report = await reportOf(params)
  const t = await getTranslations('reports')
  const a = await getTranslations('audit')
  const zone = await getTimeZone()
  const search = searchOf(report)
  const state = search.parse(await searchParams)
  const closed = search.href(state, { peek: null })
  const missing = await whatIsMissing(principal.database, ledgerNeeds)
  const asked = log.query(logStateOf(report, state, zone))
  const complete = report !== 'patient' || state.patient !== ''
  return (
    <>
      <PageHeader
        title={t(`names.${report}`)}
        facts={t(`questions.${report}`)}
        crumbs={[
          { href: '/audit', label: a('title') },
          { href: '/audit/reports', label: t('title') },
        ]}
        actions={
          missing.what.length === 0 &&
          complete && (
            <>
              <LinkButton href={`/audit${asked}`}>{t('inLog')}</LinkButton>
              {!state.print && (
                <LinkButton href={search.href(state, { print: true, after: null, before: null })}>
                  {t('print')}
                </LinkButton>
              )}
              {may(principal, 'export') && (
                <>
                  <LinkButton href={`/export/audit${asked}`} download>
                    {a('exports.csv.name')}
                  </LinkButton>
                  <LinkButton href={`/export/audit/evidence${asked}`} download>
                    {a('exports.evidence.name')}
                  </LinkButton>
                </>
              )}
            </>
          )
        }
      />
      {missing.what.length > 0 ? (
        <Missing kind="audit" database={principal.database} what={missing.what} set="ledger" />
      ) : (
        <>
          <ReportFilters principal={principal} report={report} state={state} />
          {!complete && <Empty title={t('whichPatient')}>{t('whichPatientHow')}</Empty>}
          {complete && (
            <WithDrawer
              drawer={
                state.peek && (
                  <Peek principal={principal} state={log.parse({})} id={state.peek} close={closed} />
                )
              }
            >
              <Section waitKey={closed} fallback={<Waiting />}>
                <Content principal={principal} report={report} state={state} />
              </Section>
            </WithDrawer>
          )}
        </>
      )}
    </>
  )
}

async function Content({ principal, report, state }: { principal: Principal; report: Report; state: State }) {
  const t = await getTranslations('reports')
  const zone = await getTimeZone()
  const filter = filterOf(logStateOf(report, state, zone), zone)
  const { value, error } = await attempt(() => readReport(principal, report, filter, state))
  if (error) return <Unread error={error} />
  if (!value) return <CannotLook title={t('notAssessable')} cause={t('notAssessableWhy')} />
  return (
    <>
      <Facts principal={principal} report={report} filter={filter} found={value} />
      {value.total === 0 ? (
        <p className="border-line rounded-card bg-panel border px-4 py-3.5">{t('nothing')}</p>
      ) : (
        <>
          <h2 className="mb-2 font-semibold">{t('who')}</h2>
          <Doers doers={value.doers} people={value.people} />
          <h2 className="mt-6 mb-2 font-semibold">{t('each')}</h2>
          <Entries report={report} state={state} found={value} />
        </>
      )}
    </>
  )
}
