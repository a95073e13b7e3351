import { getTranslations } from 'next-intl/server'
import type { Principal } from '@/lib/db/scope'
import { attempt } from './attempt'
import { choicesOf } from './choices'
import { filtersInUse, type State } from './search'

export type History = 'row' | 'patient' | 'actor'

/** Whose history a list is: of one row, one patient or one person, whatever other filters narrow it; else null. */
export function historyOf(state: State): History | null {
  const about = filtersInUse(state)
  if (about.includes('row') && state.table.length === 1) return 'row'
  if (about.includes('patient')) return 'patient'
  return about.includes('actor') ? 'actor' : null
}

/** The title of such a history. */
export async function HistoryTitle({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('audit.history')
  const history = historyOf(state)
  if (history === 'row')
    return t.rich('row', {
      table: state.table[0] ?? '',
      row: state.row.length > 12 ? `${state.row.slice(0, 8)}…` : state.row,
      code: (chunks) => <code>{chunks}</code>,
    })
  if (history === 'patient')
    return t.rich('patient', {
      patient: `${state.patient.slice(0, 8)}…`,
      code: (chunks) => <code>{chunks}</code>,
    })
  const { value } = await attempt(() => choicesOf(principal))
  return t('actor', { name: value?.names.get(state.actor) ?? state.actor.slice(0, 8) })
}
