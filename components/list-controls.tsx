import Link from 'next/link'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { FilterForm } from './filter-form'

interface Option {
  value: string
  label: string
  /** How many there are, where that is known cheaply. */
  count?: ReactNode
}

/** One control of a filter bar; `name` is the key in the URL. `many` writes `name=a&name=b`, which `list()` reads. */
export type Field =
  | { kind: 'search'; name: string; value: string; label: string }
  | {
      kind: 'one'
      name: string
      value: string | null
      label: string
      options: readonly Option[]
      /** There is always one chosen: no "Any", and the first option is the default that stays out of the address. */
      always?: boolean
      /** What choosing nothing means, where it is not "any". */
      none?: string
    }
  | { kind: 'many'; name: string; value: readonly string[]; label: string; options: readonly Option[] }
  | { kind: 'date'; name: string; value: string | null; label: string }

/** One filter that is on: a link without it. */
export interface Chip {
  label: string
  value: string
  href: string
}

/**
 * The filters of a list: a GET form that works before any script, chips that each take one filter away, and what the
 * form keeps of the rest of the URL (`search.kept(state, fields)`).
 */
export function FilterBar({
  path,
  fields,
  kept,
  chips = [],
  clearHref,
  children,
}: {
  path: string
  fields: readonly Field[]
  kept: readonly (readonly [string, string])[]
  chips?: readonly Chip[]
  clearHref?: string
  /** At the right end: column chooser, export. */
  children?: ReactNode
}) {
  const t = useTranslations('shell.list')
  const searched = fields.filter((field) => field.kind === 'search')
  const chosen = fields.filter((field) => field.kind !== 'search')
  const inUse = chosen.filter(isInUse).length
  const [front, rest] =
    chosen.length > oneRow ? [chosen.slice(0, oneRow - 2), chosen.slice(oneRow - 2)] : [chosen, []]
  return (
    <div className="mb-3 flex flex-col gap-2">
      {chips.length > 0 && (
        <p className="text-muted text-meta hidden [overflow-wrap:anywhere] print:block">
          {chips.map(({ label, value }) => `${label}: ${value}`).join(' · ')}
        </p>
      )}
      <div className="no-print flex flex-wrap items-start justify-between gap-2">
        <FilterForm
          path={path}
          label={t('filters')}
          state={JSON.stringify(fields.map((field) => field.value))}
        >
          {kept.map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
          {searched.map((field) => (
            <Control key={field.name} field={field} first={false} />
          ))}
          {chosen.length > folded && (
            <details className="peer w-full sm:hidden">
              <summary className={`${control} inline-flex items-center gap-1.5 font-medium`}>
                {t('filters')}
                {inUse > 0 && (
                  <span className="text-muted tabular-nums">
                    {inUse}
                    <span className="sr-only"> {t('inUse')}</span>
                  </span>
                )}
                <span aria-hidden="true">▾</span>
              </summary>
            </details>
          )}
          <div
            className={`flex flex-wrap items-center gap-2 sm:contents ${chosen.length > folded ? 'max-sm:hidden max-sm:peer-open:flex' : ''}`}
          >
            {front.map((field, at) => (
              <Control key={field.name} field={field} first={at === 0} />
            ))}
            {rest.length > 0 && (
              <>
                <details className="peer/rest max-sm:hidden" open={rest.some(isInUse)}>
                  <summary
                    className={`${control} inline-flex cursor-pointer items-center gap-1.5 font-medium`}
                  >
                    {t('moreFilters')} <span aria-hidden="true">▾</span>
                  </summary>
                </details>
                <div className="contents sm:hidden sm:w-full sm:flex-wrap sm:items-center sm:gap-2 sm:peer-open/rest:flex">
                  {rest.map((field) => (
                    <Control key={field.name} field={field} first={false} />
                  ))}
                </div>
              </>
            )}
          </div>
          <button
            type="submit"
            className="without-script border-edge bg-panel hover:bg-sunken rounded-control min-h-8 border px-3 font-medium"
          >
            {t('apply')}
          </button>
        </FilterForm>
        {children && <div className="flex flex-wrap gap-2">{children}</div>}
      </div>
      {chips.length > 0 && (
        <div className="no-print">
          <Chips chips={chips} clearHref={clearHref} />
        </div>
      )}
    </div>
  )
}

/** Does it narrow or change the list? The default of a choice that is always made does not. */
const isInUse = (field: Field) =>
  (field.value?.length ?? 0) > 0 &&
  !(field.kind === 'one' && field.always && field.value === field.options[0]?.value)

/** More than so many would fill a phone's screen before its list begins: there they are folded. */
const folded = 3

/** And more than so many push the list down on a wide screen: there the later ones are folded, unless one of them is on. */
const oneRow = 5

/** What a field, a menu and a button of the bar look like. */
export const control = 'border-edge bg-panel rounded-control min-h-8 border px-2.5'

function Control({ field, first }: { field: Field; first: boolean }) {
  const t = useTranslations('shell.list')
  const shortcut = first ? 'filter' : undefined
  if (field.kind === 'search') {
    return (
      <input
        type="search"
        name={field.name}
        defaultValue={field.value}
        aria-label={field.label}
        placeholder={field.label}
        title={t('searchHint')}
        maxLength={500}
        data-shortcut="search"
        className={`${control} w-full sm:w-60`}
      />
    )
  }
  if (field.kind === 'date') {
    return (
      <label className="text-muted flex items-center gap-1.5">
        {field.label}
        <input
          type="date"
          name={field.name}
          defaultValue={field.value ?? ''}
          data-shortcut={shortcut}
          className={`${control} text-ink`}
        />
      </label>
    )
  }
  if (field.kind === 'one') {
    return (
      <label className="text-muted flex items-center gap-1.5">
        {field.label}
        <select
          name={field.name}
          defaultValue={field.value ?? ''}
          data-value={field.value ?? ''}
          data-default={field.always ? field.options[0]?.value : undefined}
          data-shortcut={shortcut}
          className={`${control} text-ink max-w-56`}
        >
          {!field.always && <option value="">{field.none ?? t('any')}</option>}
          {field.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </label>
    )
  }
  return <Many field={field} shortcut={shortcut} />
}

function Many({ field, shortcut }: { field: Field & { kind: 'many' }; shortcut: string | undefined }) {
  const chosen = field.options.filter((option) => field.value.includes(option.value))
  return (
    <details className="relative" name="filter" data-menu>
      <summary data-shortcut={shortcut} className={`${control} text-muted inline-flex items-center gap-1.5`}>
        {field.label}
        {chosen.length > 0 && (
          <span className="text-ink">{chosen.length === 1 ? chosen[0]?.label : chosen.length}</span>
        )}
        <span aria-hidden="true">▾</span>
      </summary>
      <fieldset className="border-line bg-panel rounded-card shadow-overlay absolute z-20 mt-1 max-h-72 min-w-48 overflow-y-auto border p-2">
        <legend className="sr-only">{field.label}</legend>
        {field.options.map((option) => (
          <label
            key={option.value}
            className="hover:bg-sunken rounded-control flex items-center gap-2 px-2 py-1 whitespace-nowrap"
          >
            <input
              type="checkbox"
              name={field.name}
              value={option.value.replaceAll('%', '%25').replaceAll(',', '%2C')}
              defaultChecked={field.value.includes(option.value)}
            />
            {option.label}
            {option.count !== undefined && (
              <span className="text-muted text-meta ml-auto pl-3">{option.count}</span>
            )}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

function Chips({ chips, clearHref }: { chips: readonly Chip[]; clearHref: string | undefined }) {
  const t = useTranslations('shell.list')
  return (
    <ul className="flex flex-wrap items-center gap-1.5" aria-label={t('filters')}>
      {chips.map((chip) => (
        <li key={`${chip.label} ${chip.value}`}>
          <Link
            href={chip.href as Route}
            prefetch={false}
            aria-label={t('remove', { label: `${chip.label} ${chip.value}` })}
            className="border-line bg-panel hover:border-edge rounded-status text-meta inline-flex min-h-6 items-center gap-1 border px-2"
          >
            <span className="text-muted">{chip.label}</span>
            <span className="max-w-60 truncate">{chip.value}</span>
            <span aria-hidden="true">×</span>
          </Link>
        </li>
      ))}
      {clearHref && (
        <li>
          <Link href={clearHref as Route} prefetch={false} className="link text-meta">
            {t('clear')}
          </Link>
        </li>
      )}
    </ul>
  )
}
