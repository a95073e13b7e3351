import { actions, outcomes, purposes } from '@/lib/audit/types'
import { isDay, type EntryFilter } from '@/lib/audit/filter'
import { cursor, defineSearch, list, oneOf, text } from '@/lib/url/search'

/** The state of the log's list; exports, reports and saved views read the same. */
export const search = defineSearch('/audit', {
  q: text,
  action: list(...actions),
  table: list(),
  actor: text,
  outcome: oneOf(...outcomes),
  clinic: text,
  purpose: oneOf(...purposes),
  sealed: oneOf('yes', 'no'),
  since: text,
  until: text,
  only: oneOf('emergency', 'afterHours', 'colleagues', 'refused'),
  row: text,
  patient: text,
  hide: list(),
  after: cursor,
  before: cursor,
  peek: text,
})

export type State = ReturnType<typeof search.parse>

/** What the state asks of the log; days are days of `zone`. */
export const filterOf = (state: State, zone: string): EntryFilter => ({
  q: state.q,
  action: state.action,
  table: state.table,
  actor: state.actor || null,
  outcome: state.outcome,
  since: isDay(state.since) ? state.since : null,
  until: isDay(state.until) ? state.until : null,
  zone,
  row: state.row || null,
  patient: state.patient || null,
  clinic: state.clinic || null,
  purpose: state.purpose,
  only: state.only,
  sealed: state.sealed === null ? null : state.sealed === 'yes',
})

export const filterNames = [
  'q',
  'action',
  'table',
  'actor',
  'outcome',
  'clinic',
  'purpose',
  'sealed',
  'only',
  'since',
  'until',
  'row',
  'patient',
] as const

/** Names of the filters in use: what the log says about this reading of it. */
export const filtersInUse = (state: State): readonly string[] =>
  filterNames.filter((name) => (state[name]?.length ?? 0) > 0)
