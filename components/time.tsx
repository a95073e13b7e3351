import { useLocale, useNow, useTimeZone } from 'next-intl'
import { age, dateStyle, day, exact } from '@/lib/format/format'

interface TimeProps {
  /** ISO 8601 text or a Date; `null` is a dim dash. */
  at: Date | string | null
  /** `relative` "2 min ago" with the exact time on hover; `exact` in full; `day` the date; `clock` HH:MM:SS.mmm, mono. */
  look?: 'relative' | 'exact' | 'day' | 'clock'
}

/** A moment in the reader's language and zone; printed exactly, whatever the screen shows. Server component. */
export function Time({ at, look = 'relative' }: TimeProps) {
  const locale = useLocale()
  const zone = useTimeZone() ?? 'UTC'
  const now = useNow()
  if (at === null) return <Nothing />
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return <span>{String(at)}</span>
  const full = exact(moment, locale, zone)
  const iso = typeof at === 'string' ? at : moment.toISOString()
  if (look === 'day') {
    return (
      <time dateTime={iso} title={full} className="whitespace-nowrap">
        {day(at, locale, zone)}
      </time>
    )
  }
  if (look === 'exact') return <time dateTime={iso}>{full}</time>
  if (look === 'clock') {
    return (
      <time dateTime={iso} title={full} className="font-mono text-meta whitespace-nowrap">
        <span className="print:hidden">{clock(moment, now, locale, zone)}</span>
        <span className="hidden print:inline">{clock(moment, null, locale, zone)}</span>
      </time>
    )
  }
  return (
    <time dateTime={iso} title={full} className="whitespace-nowrap">
      <span className="print:hidden">{age(moment, now, locale)}</span>
      <span className="hidden print:inline">{full}</span>
    </time>
  )
}

/** Today only the clock, else the date too, always to the millisecond; paper knows no today. */
function clock(moment: Date, now: Date | null, locale: string, timeZone: string): string {
  const time: Intl.DateTimeFormatOptions = {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }
  const date: Intl.DateTimeFormatOptions = { timeZone, dateStyle: dateStyle(locale) }
  const dayOf = (at: Date) => new Intl.DateTimeFormat(locale, date).format(at)
  const clockText = new Intl.DateTimeFormat(locale, time).format(moment)
  return now && dayOf(moment) === dayOf(now) ? clockText : `${dayOf(moment)}, ${clockText}`
}

/** What stands for a value that is not there, apart from `""`, which is empty text. */
export function Nothing() {
  return <span className="text-muted">—</span>
}
