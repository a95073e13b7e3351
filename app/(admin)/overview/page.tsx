import { getLocale, getTranslations } from 'next-intl/server'
import { after } from 'next/server'
import { LinkButton } from '@/components/button'
import { PageHeader, Section } from '@/components/page'
import { Waiting } from '@/components/states'
import { Time } from '@/components/time'
import { rememberScan } from '@/lib/findings/remember'
import { duration } from '@/lib/format/format'
import { log } from '@/lib/session/log'
import { scoreOf } from '@/lib/rules/score'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import { TrendOverTime } from '../findings/trend'
import { ReadAgainButton } from '../read-again'
import { WithScan, type Scan } from '../with-scan'
import { Attention, Healthy, Unknown } from './attention'
import { ExposedRows } from './exposed-rows'
import { ScoreCard, Trend } from './score'
import { Since } from './since'
import { WaitingForYou } from './waiting'

export async function generateMetadata() {
  return { title: (await getTranslations('overview'))('title') }
}

export default async function OverviewPage() {
  const principal = await requirePrincipal('catalog:read')
  const t = await getTranslations('overview')
  return (
    <Section fallback={<Waiting height={480} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Overview scan={scan} principal={principal} />}
      </WithScan>
    </Section>
  )
}

async function Overview({ scan, principal }: { scan: Scan; principal: Principal }) {
  const t = await getTranslations('overview')
  const trend = await getTranslations('findings.trend')
  const shell = await getTranslations('shell.actions')
  const locale = await getLocale()
  const { snapshot } = scan
  // History is kept of what people saw; a store that is down takes nothing from this page.
  after(() =>
    rememberScan(principal.database, scan).catch((error: unknown) =>
      log().warn({ err: error, database: principal.database }, 'the scan was not recorded'),
    ),
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t.rich('facts', {
          database: () => <code>{snapshot.database}</code>,
          version: snapshot.server.versionText,
          when: () => <Time at={snapshot.takenAt} />,
          took: duration(snapshot.tookMs, locale),
        })}
        actions={
          <>
            {may(principal, 'export') && (
              <LinkButton href="/export/report" download>
                {t('export')}
              </LinkButton>
            )}
            <ReadAgainButton label={shell('readAgain')} quiet={false} />
          </>
        }
      />
      {may(principal, 'consents:read') && (
        <Section fallback={<Waiting height={62} />} className="!mb-4">
          <WaitingForYou principal={principal} />
        </Section>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <ScoreCard
            score={scan.result.score}
            waived={{
              count: scan.result.counts.waived,
              value: scoreOf(scan.facts, scan.result.outcomes, scan.result.findings).value,
            }}
            trend={
              <Section fallback={null} className="!mb-0">
                <Trend principal={principal} value={scan.result.score.value} />
              </Section>
            }
            since={
              <Section fallback={null} className="!mb-0">
                <Since principal={principal} scan={scan} />
              </Section>
            }
          />
          <ExposedRows scan={scan} />
          <Section title={trend('title')} card fallback={<Waiting height={180} />} className="!mb-0">
            <TrendOverTime principal={principal} />
          </Section>
        </div>
        <div className="border-line rounded-card bg-panel space-y-6 border px-4 py-3.5">
          <Attention scan={scan} />
          <Unknown scan={scan} />
          <Healthy scan={scan} />
        </div>
      </div>
    </>
  )
}
