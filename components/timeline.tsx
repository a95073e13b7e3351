import { useLocale, useTimeZone } from 'next-intl'
import type { ReactNode } from 'react'
import { toneText, type Tone } from './status'
import { Time } from './time'

export interface TimelineEvent {
  id: string
  at: string
  tone?: Tone
  glyph?: string
  title: ReactNode
  /** Who, by what way. */
  by?: ReactNode
  /** At the right end: a link to the entry. */
  aside?: ReactNode
  /** A diff or a note, shown under the title. */
  children?: ReactNode
}

/** Dated events on a rail, in the order given; a new year is named once. Server component. */
export function Timeline({ events, label }: { events: readonly TimelineEvent[]; label: string }) {
  const locale = useLocale()
  const zone = useTimeZone() ?? 'UTC'
  const years = events.map((event) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, year: 'numeric' }).format(new Date(event.at)),
  )
  return (
    <ol aria-label={label} className="border-line ml-1.5 border-l">
      {events.map((event, at) => (
        <li key={event.id} className="relative pb-4 pl-5 last:pb-0">
          {years[at] !== years[at - 1] && (
            <p className="text-muted text-meta mb-1 font-medium">{years[at]}</p>
          )}
          <span
            aria-hidden="true"
            className={`bg-paper absolute -left-[9px] w-[18px] text-center leading-5 ${toneText[event.tone ?? 'none']}`}
          >
            {event.glyph ?? '●'}
          </span>
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <p>
              <span className="font-medium">{event.title}</span>
              {event.by && <span className="text-muted"> · {event.by}</span>}
            </p>
            <p className="text-muted text-meta flex gap-3">
              <Time at={event.at} />
              {event.aside}
            </p>
          </div>
          {event.children && <div className="mt-1.5">{event.children}</div>}
        </li>
      ))}
    </ol>
  )
}
