const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** What stands for a value that is not there. */
export const nothing = '—'

/** A size in bytes for reading, in steps of 1024 as PostgreSQL's `pg_size_pretty`; `null` is not known. */
export function bytes(size: number | null, locale: string): string {
  if (size === null) return nothing
  let value = size
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit > 0 && value < 10 ? 1 : 0
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`
}

/** An exact whole number with the language's separators. */
export const count = (value: number | null, locale: string): string =>
  value === null ? nothing : new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value)

/** A number nobody counted: `≈ 1.2 M`. Exact below 1,000; `null` is not known. */
export function approximate(value: number | null, locale: string): string {
  if (value === null) return nothing
  if (value < 1000) return `≈ ${Math.round(value)}`
  const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
  return `≈ ${short.format(value)}`
}

/** A share of a whole, rounded **down**, so that 100% is said only of everything; `null` when the whole is 0. */
export function percent(part: number, whole: number, locale: string): string {
  if (whole === 0) return nothing
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.floor((part / whole) * 100) / 100)
}

/** A length of time in milliseconds: `104 ms`, `2.3 s`, `4 min`. */
export function duration(ms: number, locale: string): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
  if (ms < 1000) return `${number(ms, ms < 0.1 ? 2 : ms < 10 ? 1 : 0)} ms`
  if (ms < 60_000) return `${number(ms / 1000, 1)} s`
  if (ms < 3_600_000) return `${number(ms / 60_000, 0)} min`
  return `${number(ms / 3_600_000, 1)} h`
}

/** A length of time in words, in its largest whole unit: `3 days`, `2 hours`; under a minute, seconds. */
export function lapse(ms: number, locale: string): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const
  const [unit, size] = units.find(([, each]) => ms >= each) ?? units[3]
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(Math.floor(ms / size))
}

const steps = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** How far `at` lies from `now`: "2 min ago", "in 3 days". */
export function age(at: Date, now: Date, locale: string): string {
  const ms = at.getTime() - now.getTime()
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  for (const [unit, size] of steps) {
    if (Math.abs(ms) >= size || unit === 'second') return format.format(Math.trunc(ms / size), unit)
  }
  return ''
}

/** How a date is written: `22 Nov 2026` in English, where figures alone are read in two ways, `22/11/2026` in Brazil. */
export const dateStyle = (locale: string): 'medium' | 'short' =>
  locale.startsWith('en') ? 'medium' : 'short'

/** Date and time in full, with the zone, for `title` and print. */
export const exact = (at: Date, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, {
    timeZone,
    dateStyle: dateStyle(locale),
    timeStyle: 'long',
    hourCycle: 'h23',
  }).format(at)

/** A calendar day; a bare `YYYY-MM-DD` is that day everywhere. */
export function day(at: Date | string, locale: string, timeZone: string): string {
  const bare = typeof at === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(at)
  return new Intl.DateTimeFormat(locale, {
    timeZone: bare ? 'UTC' : timeZone,
    dateStyle: dateStyle(locale),
  }).format(new Date(at))
}
