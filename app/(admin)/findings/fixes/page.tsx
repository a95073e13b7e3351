import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { SqlBlock } from '@/components/sql'
import { Empty, Waiting } from '@/components/states'
import { Time } from '@/components/time'
import { say } from '@/lib/i18n/locale'
import type { Migration, Part } from '@/lib/migration/plan'
import { lockOrder } from '@/lib/migration/step'
import { wayBack } from '@/lib/migration/way-back'
import { lockWord, phaseWord, wayBackSql } from '@/lib/migration/write-sql'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import { findingPath } from '@/lib/url/paths'
import type { SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../../with-scan'
import { chosenMigration, type Chosen } from './choose'
import { fixesSearch, type FixesState } from './search'

/** More parts than these are folded: the file is what one takes along. */
const most = 12

export async function generateMetadata() {
  return { title: (await getTranslations('findings.fixes'))('title') }
}

export default async function FixesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('findings:read')
  const state = fixesSearch.parse(await searchParams)
  const t = await getTranslations('findings.fixes')
  return (
    <Section waitKey={fixesSearch.query(state)} fallback={<Waiting height={320} />}>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Fixes scan={scan} principal={principal} state={state} />}
      </WithScan>
    </Section>
  )
}

async function Fixes({ scan, principal, state }: { scan: Scan; principal: Principal; state: FixesState }) {
  const chosen = await chosenMigration(scan, principal, state)
  return <Document chosen={chosen} state={state} exports={may(principal, 'export')} />
}

function Document({ chosen, state, exports }: { chosen: Chosen; state: FixesState; exports: boolean }) {
  const t = useTranslations('findings.fixes')
  const list = useTranslations('findings')
  const { migration, gone } = chosen
  const { parts, findings, leftOut, takenAt } = migration
  const query = fixesSearch.query(state)
  if (findings.length === 0 && leftOut.length === 0 && gone.length === 0) {
    return (
      <>
        <PageHeader title={t('title')} crumbs={[{ href: '/findings', label: list('title') }]} />
        <Empty title={t('nothing')} action={{ href: '/findings', label: t('toList') }}>
          {t('nothingHint')}
        </Empty>
      </>
    )
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        crumbs={[{ href: '/findings', label: list('title') }]}
        facts={t.rich('facts', {
          findings: findings.length,
          parts: parts.length,
          when: () => <Time at={takenAt} />,
        })}
        actions={
          exports &&
          parts.length > 0 && (
            <>
              <LinkButton href={`/export/fixes${query}${query === '' ? '?' : '&'}back=true`} download>
                {t('downloadBack')}
              </LinkButton>
              <LinkButton href={`/export/fixes${query}`} download primary>
                {t('download')}
              </LinkButton>
            </>
          )
        }
      />
      <div className="space-y-6">
        <Summary migration={migration} gone={gone} />
        {parts.length === 0 && <p className="text-muted">{t('onlyAPerson')}</p>}
        <ol className={parts.length <= most ? 'space-y-5' : 'space-y-2'}>
          {parts.map((part, at) => (
            <li key={part.steps[0]?.sql}>
              <PartBlock part={part} at={at + 1} open={parts.length <= most} />
            </li>
          ))}
        </ol>
        {parts.length > 0 && <Back migration={migration} />}
      </div>
    </>
  )
}

function Summary({ migration, gone }: { migration: Migration; gone: readonly string[] }) {
  const t = useTranslations('findings.fixes')
  const locale = useLocale()
  const { parts, leftOut } = migration
  const heaviest = parts.toSorted((a, b) => lockOrder.indexOf(b.lock) - lockOrder.indexOf(a.lock))[0]
  const losses = wayBack(migration).flatMap((part) => part.lost)
  const missing = leftOut.length + gone.length
  return (
    <div className="space-y-3">
      {heaviest && (
        <KeyValues
          items={[
            [t('strongest'), say(lockWord(heaviest), locale)],
            losses.length === 0 && [t('back'), t('allBack')],
          ]}
        />
      )}
      {losses.length > 0 && (
        <details>
          <summary className="link">
            {t('notBack')} <span className="text-muted">({losses.length})</span>
          </summary>
          <ul className="mt-2 space-y-2">
            {losses.map((each) => (
              <li key={each.of} className="max-w-[100ch]">
                <code className="[overflow-wrap:anywhere]">{each.of}</code>
                <span className="text-muted block">{say(each, locale)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {missing > 0 && (
        <details>
          <summary className="link">
            {t('leftOut')} <span className="text-muted">({missing})</span>
          </summary>
          <p className="text-muted mt-1">{t('leftOutHint', { count: missing })}</p>
          <ul className="mt-2 space-y-2">
            {leftOut.map(({ finding, why }) => (
              <li key={finding.key} className="max-w-[100ch]">
                <KeyLink of={finding.key} />
                <span className="text-muted block">{say(why, locale)}</span>
              </li>
            ))}
            {gone.map((key) => (
              <li key={key}>
                <code className="[overflow-wrap:anywhere]">{key}</code>{' '}
                <span className="text-muted">{t('gone')}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function PartBlock({ part, at, open }: { part: Part; at: number; open: boolean }) {
  const t = useTranslations('findings.fixes')
  const locale = useLocale()
  const title = phaseWord(part, locale === 'en' ? 'en' : 'pt')
  return (
    <details open={open}>
      <summary className="cursor-pointer [overflow-wrap:anywhere]">
        <h2 className="inline font-semibold">
          {at}. {title}
        </h2>{' '}
        <span className="text-muted">
          · {part.transaction ? t('transaction') : t('alone')} ·{' '}
          {part.keys.length === 1 ? part.keys[0] : t('several', { count: part.keys.length })}
        </span>
      </summary>
      <p className="text-muted text-meta mb-1">{say(lockWord(part), locale)}</p>
      <SqlBlock sql={part.steps.map((step) => step.sql)} label={`${at}. ${title}`} />
      <p className="text-meta mt-1 leading-6">
        <span className="text-muted">{t('mends')} </span>
        {part.keys.map((key, index) => (
          <span key={key}>
            {index > 0 && ', '}
            <KeyLink of={key} />
          </span>
        ))}
      </p>
    </details>
  )
}

function Back({ migration }: { migration: Migration }) {
  const t = useTranslations('findings.fixes')
  const locale = useLocale()
  return (
    <details>
      <summary className="link font-semibold">{t('back')}</summary>
      <p className="text-muted mt-1 mb-2 max-w-[72ch]">{t('backLead')}</p>
      <SqlBlock sql={wayBackSql(migration, locale === 'en' ? 'en' : 'pt')} label={t('back')} />
    </details>
  )
}

const KeyLink = ({ of: key }: { of: string }) => (
  <Link href={findingPath(key) as Route} prefetch={false} className="link font-mono [overflow-wrap:anywhere]">
    {key}
  </Link>
)
