import { useLocale, useTranslations } from 'next-intl'
import { markOf, type Tone } from '@/components/status'
import { Timeline, type TimelineEvent } from '@/components/timeline'
import type { ConsentEvent } from '@/lib/consents/detail'
import { channels, collectionMethods, readings } from '@/lib/consents/types'
import { exact, lapse } from '@/lib/format/format'

const marks: Readonly<Record<string, readonly [glyph: string, tone: Tone]>> = {
  requested: ['⏸\uFE0E', 'info'],
  notice_shown: ['⌕', 'none'],
  withdrawal_after_end: ['↩\uFE0E', 'warn'],
  propagation_impossible: ['✕', 'warn'],
  blocked: ['✕', 'warn'],
  late_recorded: ['✎', 'info'],
  correction: ['✎', 'info'],
}

function markFor(type: string): { glyph: string; tone: Tone } {
  const own = marks[type]
  if (own) return { glyph: own[0], tone: own[1] }
  return ['granted', 'refused', 'withdrawn', 'expired', 'superseded'].includes(type)
    ? markOf('consent', type)
    : { glyph: '·', tone: 'none' }
}

/** What happened to a consent: when the person spoke, and, where it differs, when the clinic knew. */
export function History({
  events,
  people,
  zone,
}: {
  events: readonly ConsentEvent[]
  /** The clinic's. */
  zone: string
  people: ReadonlyMap<string, string>
}) {
  const t = useTranslations('consents')
  const locale = useLocale()
  if (events.length === 0) return <p className="text-muted">{t('detail.noEvents')}</p>
  const rows = events.map((event): TimelineEvent => {
    const late = Date.parse(event.recordedAt) - Date.parse(event.occurredAt)
    const kind = t.has(`actors.${event.actorKind}` as 'actors.staff')
      ? t(`actors.${event.actorKind}` as 'actors.staff')
      : event.actorKind
    const name = event.actorUserId ? people.get(event.actorUserId) : undefined
    return {
      id: event.id,
      at: event.occurredAt,
      ...markFor(event.type),
      title: t.has(`events.${event.type}` as 'events.granted')
        ? t(`events.${event.type}` as 'events.granted')
        : event.type,
      by: name && event.actorKind !== 'system' ? t('detail.byAndWho', { kind, who: name }) : kind,
      children: (
        <div className="text-meta space-y-0.5">
          <p className="text-muted">
            {t('detail.happened', { time: clock(event.occurredAt) })}
            {' · '}
            <span className={late > 60_000 ? 'text-info' : ''}>
              {late > 1000
                ? t('detail.recordedAfter', { time: clock(event.recordedAt), duration: lapse(late, locale) })
                : t('detail.recordedAtOnce')}
            </span>
          </p>
          {event.toStatus && (
            <p className="text-muted">
              {event.fromStatus && <del className="no-underline">{word(event.fromStatus)} → </del>}
              <ins className="no-underline">{word(event.toStatus)}</ins>
              {event.reasonCode && t.has(`reasons.${event.reasonCode}` as 'reasons.refused') && (
                <span> · {t(`reasons.${event.reasonCode}` as 'reasons.refused')}</span>
              )}
            </p>
          )}
          {reading(event.reasonCode)}
          {event.note && <p className="text-muted">{note(event.note)}</p>}
          {event.recipient && <p className="text-muted">{event.recipient}</p>}
          <p className="text-muted">
            {t('detail.chainHash')} <code title={event.rowHash}>{event.rowHash.slice(0, 12)}</code>
          </p>
        </div>
      ),
    }
  })
  return <Timeline events={rows} label={t('detail.timelineCaption')} />

  function clock(instant: string): string {
    return exact(new Date(instant), locale, zone)
  }
  function word(status: string): string {
    return t.has(`stored.${status}` as 'stored.pending') ? t(`stored.${status}` as 'stored.pending') : status
  }
  function reading(code: string | null) {
    if (code === 'wrong_birth') return <p className="text-muted">{t('detail.wrongBirth')}</p>
    const how = readings.find((each) => each === code)
    return how && <p className="text-muted">{t(`form.readings.${how}`)}</p>
  }
  function note(text: string): string {
    if (text === 'receipt') return t('detail.byReceipt')
    if (text === 'own_wish') return t('detail.ownWish')
    const witnesses = /^(\d+) witnesses$/.exec(text)
    if (witnesses) return t('detail.witnesses', { count: Number(witnesses[1]) })
    const channel = channels.find((each) => each === text)
    if (channel) return t(`channels.${channel}`)
    const method = collectionMethods.find((each) => each === text)
    return method ? t(`methods.${method}`) : text
  }
}
