import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { FilterBar, type Chip, type Field } from '@/components/list-controls'
import { actions, outcomes, purposes } from '@/lib/audit/types'
import type { Principal } from '@/lib/db/scope'
import { count, day } from '@/lib/format/format'
import { attempt } from './attempt'
import { choicesOf, type Choice } from './choices'
import { search, type State } from './search'

/** The log's filter bar; what it can offer of tables and people is what this reader's entries name. */
export async function Filters({
  principal,
  state,
  children,
}: {
  principal: Principal
  state: State
  children: ReactNode
}) {
  const t = await getTranslations('audit')
  const s = await getTranslations('status')
  const locale = await getLocale()
  const { value } = await attempt(() => choicesOf(principal))
  const name = (id: string) => value?.names.get(id) ?? id.slice(0, 8)
  const offered = (known: readonly Choice[], chosen: readonly string[], label: (id: string) => string) =>
    [
      ...known,
      ...chosen.filter((id) => !known.some((one) => one.id === id)).map((id) => ({ id, entries: null })),
    ]
      .map(({ id, entries }) => ({
        value: id,
        label: label(id),
        ...(entries === null ? {} : { count: count(entries, locale) }),
      }))
      .sort((a, b) => a.label.localeCompare(b.label, locale))
  const tables = offered(value?.tables ?? [], state.table, (id) => id)
  const people = offered(value?.people ?? [], state.actor ? [state.actor] : [], name)
  const clinics = offered(value?.clinics ?? [], state.clinic ? [state.clinic] : [], name)
  const word = (family: 'action' | 'auditOutcome', key: string) => s(`${family}.${key}`)
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t('search') },
    {
      kind: 'many',
      name: 'action',
      value: state.action,
      label: t('action'),
      options: actions.map((action) => ({ value: action, label: word('action', action) })),
    },
    {
      kind: 'many',
      name: 'table',
      value: state.table,
      label: t('table'),
      options: tables,
    },
    { kind: 'one', name: 'actor', value: state.actor, label: t('actor'), options: people },
    {
      kind: 'one',
      name: 'outcome',
      value: state.outcome,
      label: t('outcome'),
      options: outcomes.map((outcome) => ({ value: outcome, label: word('auditOutcome', outcome) })),
    },
    ...(clinics.length > 1
      ? [{ kind: 'one', name: 'clinic', value: state.clinic, label: t('clinic'), options: clinics } as const]
      : []),
    {
      kind: 'one',
      name: 'purpose',
      value: state.purpose,
      label: t('purposeOfUse'),
      options: purposes.map((code) => ({ value: code, label: t(`purposes.${code}`) })),
    },
    {
      kind: 'one',
      name: 'sealed',
      value: state.sealed,
      label: t('seal'),
      options: (['yes', 'no'] as const).map((value) => ({ value, label: t(`sealed.${value}`) })),
    },
    { kind: 'date', name: 'since', value: state.since, label: t('since') },
    { kind: 'date', name: 'until', value: state.until, label: t('until') },
  ]
  const chips: Chip[] = [
    ...state.action.map((action) => ({
      label: t('action'),
      value: word('action', action),
      href: search.href(state, { action: state.action.filter((other) => other !== action) }),
    })),
    ...state.table.map((table) => ({
      label: t('table'),
      value: table,
      href: search.href(state, { table: state.table.filter((other) => other !== table) }),
    })),
    ...one(state.q, t('searchLabel'), state.q, { q: null }),
    ...one(state.actor, t('actor'), name(state.actor), { actor: null }),
    ...one(state.outcome, t('outcome'), word('auditOutcome', state.outcome ?? 'success'), { outcome: null }),
    ...one(state.clinic, t('clinic'), name(state.clinic), { clinic: null }),
    ...one(state.purpose, t('purposeOfUse'), t(`purposes.${state.purpose ?? 'TREAT'}`), { purpose: null }),
    ...one(state.sealed, t('seal'), t(`sealed.${state.sealed ?? 'yes'}`), { sealed: null }),
    ...one(state.only, t('only'), t(`onlySuch.${state.only ?? 'emergency'}`), { only: null }),
    ...one(state.since, t('since'), shownDay(state.since), { since: null }),
    ...one(state.until, t('until'), shownDay(state.until), { until: null }),
    ...one(state.row, t('row'), state.row, { row: null }),
    ...one(state.patient, t('patient'), state.patient, { patient: null }),
  ]
  function one(
    on: string | null,
    label: string,
    shown: string,
    change: Parameters<typeof search.href>[1],
  ): Chip[] {
    return on ? [{ label, value: shown, href: search.href(state, change) }] : []
  }
  function shownDay(text: string): string {
    return Number.isNaN(Date.parse(text)) ? text : day(text, locale, 'UTC')
  }
  return (
    <FilterBar
      path={search.path}
      fields={fields}
      kept={search.kept(state, fields.map((field) => field.name) as (keyof State)[])}
      chips={chips}
      clearHref={search.href(search.parse({}), { hide: state.hide })}
    >
      {children}
    </FilterBar>
  )
}
