import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { KeyValues, PageHeader } from '@/components/page'
import { SqlBlock } from '@/components/sql'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { Timeline } from '@/components/timeline'
import { lockText } from '@/lib/explain/lock-words'
import type { FindingEvent, FindingHistory } from '@/lib/findings/findings'
import { placeOf } from '@/lib/findings/listed'
import { say } from '@/lib/i18n/locale'
import type { StoredProof } from '@/lib/proof/stored'
import type { Finding, FindingObject, Rule } from '@/lib/rules/rule'
import type { Principal } from '@/lib/session/principal'
import { tablePath } from '@/lib/url/paths'
import { AccessTable } from '../../tables/[table]/access/access-table'
import type { Scan } from '../../with-scan'
import { Acceptance } from './acceptance'
import { Evidence } from './evidence'
import { ProofPart } from './proof'
import { Requirements } from './requirements'

interface Props {
  scan: Scan
  rule: Rule
  /** `null` when the latest read no longer has it. */
  finding: Finding | null
  /** `null` when nothing is stored yet. */
  history: FindingHistory | null
  events: readonly FindingEvent[]
  /** The newest proof of the fix; `null` when nobody asked for one. */
  proof: StoredProof | null
  principal: Principal
  writes: boolean
}

/** One finding: what is so, why it matters, what shows it, what mends it, and what happened to it. */
export function FindingDocument(props: Props) {
  const { scan, rule, finding, history, events, principal, writes } = props
  const t = useTranslations('findings')
  const locale = useLocale()
  const severity = finding?.severity ?? history?.severity ?? rule.severity
  const object = finding?.object ?? (history?.object as unknown as FindingObject)
  const relation = scan.snapshot.relations.find(
    (each) => each.schema === object.schema && each.name === object.name,
  )
  const state = finding ? (history?.state ?? 'open') : 'resolved'
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/findings', label: t('title') }]}
        title={say(rule.title, locale)}
        status={
          <span className="flex gap-2">
            <Status of="severity" value={severity} look="pill" />
            <Status of="finding" value={state} look="pill" />
          </span>
        }
        facts={
          <>
            {relation ? (
              <Link href={tablePath(relation.id) as Route} prefetch={false} className="link font-mono">
                {placeOf(object)}
              </Link>
            ) : (
              <span className="font-mono">{placeOf(object)}</span>
            )}{' '}
            · {rule.code}
          </>
        }
      />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-6">
          {!finding && (
            <p className="border-line rounded-card bg-ok-bg border px-4 py-3">{t('detail.resolvedNow')}</p>
          )}
          {finding && (
            <Part title={t('detail.who')}>
              <p className="max-w-[72ch]">{say(finding.message, locale)}</p>
            </Part>
          )}
          <Part title={t('detail.why')}>
            <p className="max-w-[72ch]">{say(rule.why, locale)}</p>
          </Part>
          {finding && <FixPart finding={finding} />}
          {finding && (
            <Part title={t('proof.title')}>
              <ProofPart finding={finding} stored={props.proof} writes={writes} />
            </Part>
          )}
          {finding && Object.keys(finding.evidence).length > 0 && (
            <Part title={t('detail.evidence')}>
              <Evidence evidence={finding.evidence} />
            </Part>
          )}
          {relation && finding && (
            <Part title={t('detail.access')}>
              <AccessTable snapshot={scan.snapshot} relation={relation} />
            </Part>
          )}
          {rule.example.hits.length > 0 && (
            <Part title={t('detail.example')}>
              <SqlBlock sql={rule.example.broken.trim()} label={t('detail.example')} />
            </Part>
          )}
        </div>
        <aside className="space-y-6">
          <Part title={t('detail.history')}>
            <History history={history} events={events} />
          </Part>
          {(finding?.waiver || history?.acceptance || (finding && writes)) && (
            <Part title={t('accept.title')}>
              <Acceptance finding={finding} history={history} principal={principal} writes={writes} />
            </Part>
          )}
          <Part title={t('detail.requirements')}>
            <Requirements rule={rule} />
          </Part>
        </aside>
      </div>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1.5 font-semibold">{title}</h2>
      {children}
    </section>
  )
}

function FixPart({ finding }: { finding: Finding }) {
  const t = useTranslations('findings.detail')
  const locale = useLocale()
  const { sql, lock, advice } = finding.fix
  return (
    <Part title={t('fix')}>
      {sql.length > 0 ? <SqlBlock sql={sql} label={t('fix')} /> : <p className="text-muted">{t('noSql')}</p>}
      <div className="mt-2">
        <KeyValues
          items={[
            sql.length > 0 && [t('lock'), lock === '' ? t('noLock') : say(lockText(lock), locale)],
            say(advice, locale) !== '' && [t('advice'), say(advice, locale)],
          ]}
        />
      </div>
    </Part>
  )
}

function History({ history, events }: { history: FindingHistory | null; events: readonly FindingEvent[] }) {
  const t = useTranslations('findings')
  if (!history) return <p className="text-muted">{t('detail.notStored')}</p>
  return (
    <div className="space-y-3">
      <KeyValues
        items={[
          [t('detail.firstSeen'), <Time key="first" at={history.firstSeen} />],
          [t('detail.lastSeen'), <Time key="last" at={history.lastSeen} />],
          history.resolvedAt !== null && [t('detail.resolvedAt'), <Time key="end" at={history.resolvedAt} />],
        ]}
      />
      <Timeline
        label={t('detail.history')}
        events={events.map((event, at) => ({
          id: String(at),
          at: event.at,
          title: t(`events.${event.event}`),
          by: event.actorName,
          children: event.note,
        }))}
      />
    </div>
  )
}
