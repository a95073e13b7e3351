import Holidays from 'date-holidays'

let calendar: Holidays | undefined
const years = new Map<number, ReadonlyMap<string, string>>()

/** National public holidays of Brazil (Law 662/1949 and those that followed); state and city ones are not known here. */
function holidaysOf(year: number): ReadonlyMap<string, string> {
  const known = years.get(year)
  if (known) return known
  calendar ??= new Holidays('BR')
  const found = new Map(
    calendar
      .getHolidays(year, 'pt')
      .filter(({ type }) => type === 'public')
      .map(({ date, name }) => [date.slice(0, 10), name] as const),
  )
  years.set(year, found)
  return found
}

/** The holiday on a day `YYYY-MM-DD`, by its Portuguese name; null on any other day. */
export const holidayOn = (day: string): string | null => holidaysOf(Number(day.slice(0, 4))).get(day) ?? null

/** Whether a day is neither Saturday, Sunday nor a national holiday. */
export function isWorkday(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday !== 0 && weekday !== 6 && holidayOn(day) === null
}

/** The next day of the calendar. */
const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/** The day itself when it is a working day, else the first one after it. */
export function workdayFrom(day: string): string {
  let at = day
  while (!isWorkday(at)) at = nextDay(at)
  return at
}

/** The nth working day after a day, which itself does not count. */
export function afterWorkdays(day: string, count: number): string {
  let at = day
  for (let left = count; left > 0;) {
    at = nextDay(at)
    if (isWorkday(at)) left--
  }
  return at
}
