import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { LinkButton } from '@/components/button'
import { Diff } from '@/components/diff'
import { KeyValues } from '@/components/page'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { changesOf } from '@/lib/audit/diff'
import type { Entry } from '@/lib/audit/queries'
import { sentenceOf } from '@/lib/audit/sentence'
import { lapse } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { search } from './search'

export interface EntryProps {
  entry: Entry
  people: ReadonlyMap<string, string>
  isMasked: (column: string) => boolean
}

const none = search.parse({})
const of = (change: Parameters<typeof search.href>[1]) => search.href(none, change) as Route

const mono = (value: string) => <span className="text-meta font-mono [overflow-wrap:anywhere]">{value}</span>

/**
 * Who acted, in words: a known name; else the role with a short id. Without a user, the login of the database that
 * wrote: a change made around the application must not look like the system's own.
 */
export function useActor(
  people: ReadonlyMap<string, string>,
): (entry: Pick<Entry, 'actorUserId' | 'actorRole' | 'sessionRole'>) => string {
  const t = useTranslations('audit')
  return ({ actorUserId: id, actorRole: role, sessionRole: login }) =>
    id === null ? t('login', { login }) : (people.get(id) ?? [role, id.slice(0, 8)].filter(Boolean).join(' '))
}

/** What happened, in one sentence. */
export function useSentence(people: ReadonlyMap<string, string>): (entry: Entry) => string {
  const locale = useLocale()
  const actor = useActor(people)
  return (entry) => {
    const text = say(sentenceOf(entry, actor(entry)), locale)
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
}

export function EntrySentence({ entry, people }: Omit<EntryProps, 'isMasked'>) {
  return <p className="text-lead">{useSentence(people)(entry)}</p>
}

/** The same parts for the peek and for the page: sentence, changes, facts, ways onward. */
export function EntryBody({ entry, people, isMasked }: EntryProps) {
  return (
    <div className="flex flex-col gap-4">
      <EntrySentence entry={entry} people={people} />
      <Diff changes={changesOf(entry, isMasked)} />
      <EntryFacts entry={entry} people={people} />
    </div>
  )
}

/** Ways onward: the history of the row, everything about the patient, everything the person did. */
export function EntryLinks({ entry }: { entry: Entry }) {
  const t = useTranslations('audit')
  const row = entry.recordId ?? entry.recordKey
  return (
    <>
      {row && entry.tableName && (
        <LinkButton href={search.href(none, { table: [entry.tableName], row })}>
          {t('historyOfRow')}
        </LinkButton>
      )}
      {entry.patientRef && (
        <LinkButton href={search.href(none, { patient: entry.patientRef })}>{t('aboutPatient')}</LinkButton>
      )}
      {entry.actorUserId && (
        <LinkButton href={search.href(none, { actor: entry.actorUserId })}>{t('byActor')}</LinkButton>
      )}
    </>
  )
}

/** Everything else the log holds about it. */
export function EntryFacts({ entry, people }: Omit<EntryProps, 'isMasked'>) {
  const t = useTranslations('audit')
  const locale = useLocale()
  const actor = useActor(people)
  const late = Date.parse(entry.recordedAt) - Date.parse(entry.occurredAt)
  return (
    <KeyValues
      items={[
        [
          t('action'),
          <span key="action" className="inline-flex flex-wrap gap-2">
            <Status of="action" value={entry.action as 'read'} look="pill" />
            {entry.outcome !== 'success' && (
              <Status of="auditOutcome" value={entry.outcome as 'denied'} look="pill" />
            )}
          </span>,
        ],
        [
          t('actor'),
          entry.actorUserId ? (
            <Link key="actor" className="link" href={of({ actor: entry.actorUserId })} prefetch={false}>
              {actor(entry)}
            </Link>
          ) : (
            actor(entry)
          ),
        ],
        entry.actorRole !== null && [t('actorRole'), mono(entry.actorRole)],
        entry.onBehalfOf !== null && [
          t('onBehalfOf'),
          people.get(entry.onBehalfOf) ?? mono(entry.onBehalfOf),
        ],
        [t('occurredAt'), <Time key="occurred" at={entry.occurredAt} look="exact" />],
        [
          t('recordedAt'),
          <span key="recorded">
            <Time at={entry.recordedAt} look="exact" />
            {late > 60_000 && (
              <span className="text-info block">{t('recordedLater', { duration: lapse(late, locale) })}</span>
            )}
          </span>,
        ],
        entry.tableName !== null && [t('table'), mono(entry.tableName)],
        (entry.recordId ?? entry.recordKey) !== null && [
          t('row'),
          mono(entry.recordId ?? entry.recordKey ?? ''),
        ],
        entry.patientRef !== null && [t('patient'), mono(entry.patientRef)],
        entry.recordCount !== null && entry.recordCount !== 1 && [t('records'), String(entry.recordCount)],
        [t('phi'), entry.phiAccessed ? t('phiYes') : t('phiNo')],
        entry.purposeOfUse !== null && [t('purposeOfUse'), mono(entry.purposeOfUse)],
        entry.legalBasis !== null && [t('legalBasis'), mono(entry.legalBasis)],
        entry.recipient !== null && [t('recipient'), entry.recipient],
        [t('sessionUser'), mono(entry.sessionRole)],
        entry.component !== null && [t('component'), mono(entry.component)],
        entry.requestId !== null && [
          t('request'),
          <Link key="request" className="link" href={of({ q: entry.requestId })} prefetch={false}>
            {mono(entry.requestId)}
          </Link>,
        ],
        [
          t('transaction'),
          <Link key="transaction" className="link" href={of({ q: entry.xactId })} prefetch={false}>
            {mono(entry.xactId)}
          </Link>,
        ],
        entry.ip !== null && [t('ip'), mono(entry.ip)],
        entry.userAgent !== null && [t('userAgent'), entry.userAgent],
        entry.beforeHash !== null && [t('hashBefore'), mono(entry.beforeHash)],
        entry.afterHash !== null && [t('hashAfter'), mono(entry.afterHash)],
      ]}
    />
  )
}
