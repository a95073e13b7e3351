import { isDay } from '@/lib/audit/filter'
import { presets, type Report } from '@/lib/audit/reports'
import { cursor, defineSearch, flag, text } from '@/lib/url/search'
import { search as log } from '../search'

/** The state of a report, under its own path. */
export const searchOf = (report: Report) =>
  defineSearch(`/audit/reports/${report}`, {
    patient: text,
    clinic: text,
    since: text,
    until: text,
    print: flag,
    after: cursor,
    before: cursor,
    peek: text,
  })

export type State = ReturnType<ReturnType<typeof searchOf>['parse']>

/** Days that a report looks back when nobody says how many. */
const defaultDays = 90

const dayOf = (time: number, zone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(time)

/** The days of a report: those asked for, else the last ninety; of a patient all there are. */
export function periodOf(report: Report, state: State, zone: string, now = Date.now()) {
  const since = isDay(state.since)
    ? state.since
    : report === 'patient'
      ? null
      : dayOf(now - defaultDays * 86_400_000, zone)
  return { since, until: isDay(state.until) ? state.until : null }
}

/** The same as a state of the log: what the list, the exports and the evidence take. */
export const logStateOf = (report: Report, state: State, zone: string) => {
  const { since, until } = periodOf(report, state, zone)
  const preset = presets[report]
  return log.parse({
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(state.patient ? { patient: state.patient } : {}),
    ...(state.clinic ? { clinic: state.clinic } : {}),
    ...(preset.only ? { only: preset.only } : {}),
    ...(preset.action ? { action: [...preset.action] } : {}),
  })
}
