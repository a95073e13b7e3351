import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { DataTable, type Column } from '@/components/data-table'
import { PagedTable } from '@/components/paged-table'
import { Status } from '@/components/status'
import { area, areas, weights } from '@/lib/drift/areas'
import { shown } from '@/lib/drift/shown'
import type { Weighed } from '@/lib/drift/weigh'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { search, type State } from './search'

/** Rows of one area on the page of all areas. */
const most = 25

/** The changes by area, in each the most dangerous first; one area alone is paged. */
export function Changes({ changes, state }: { changes: readonly Weighed[]; state: State }) {
  const t = useTranslations('drift')
  const locale = useLocale()
  const columns = useColumns()
  const sorted = changes.toSorted((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight))
  const groups = areas
    .map((each) => ({ each, rows: sorted.filter((change) => area(change) === each) }))
    .filter(({ rows }) => rows.length > 0)
  const alone = groups.length === 1 && state.area.length === 1
  return groups.map(({ each, rows }) => (
    <section key={each} aria-labelledby={`area-${each}`} className="mb-6">
      <h2 id={`area-${each}`} className="mb-1.5 flex flex-wrap items-baseline gap-x-3 font-semibold">
        {t(`areas.${each}`)}
        <span className="text-muted text-meta font-normal">{t('changes', { count: rows.length })}</span>
      </h2>
      {alone ? (
        <PagedTable
          caption={t(`areas.${each}`)}
          columns={columns}
          rows={rows}
          page={state.page}
          pageHref={(page) => search.href(state, { page })}
          rowKey={keyOf}
        />
      ) : (
        <DataTable
          caption={t(`areas.${each}`)}
          columns={columns}
          rows={rows.slice(0, most)}
          rowKey={keyOf}
          maxHeight="none"
        />
      )}
      {!alone && rows.length > most && (
        <p className="mt-2">
          <Link href={search.href(state, { area: [each] }) as Route} prefetch={false} className="link">
            {t('all', { count: count(rows.length, locale) })}
          </Link>
        </p>
      )}
    </section>
  ))
}

const keyOf = (change: Weighed) => `${change.kind} ${change.object} ${change.field ?? ''} ${change.change}`

function useColumns(): Column<Weighed>[] {
  const t = useTranslations('drift')
  const locale = useLocale()
  return [
    {
      id: 'weight',
      head: t('weight'),
      width: '8rem',
      cell: (change) => <Status of="drift" value={change.weight} look="pill" />,
    },
    {
      id: 'object',
      head: t('object'),
      width: '34%',
      cell: (change) => (
        <span className="block">
          <code className="[overflow-wrap:anywhere]">{change.object}</code>
          <span className="text-muted text-meta block">
            {t(`kinds.${change.kind}` as never)}
            {change.field !== null && (
              <>
                {' · '}
                <code>{change.field}</code>
              </>
            )}
          </span>
        </span>
      ),
    },
    {
      id: 'change',
      head: t('change'),
      width: '7.5rem',
      cell: (change) => <Status of="change" value={change.change} />,
    },
    {
      id: 'what',
      head: t('what'),
      cell: (change) => (
        <span className="block whitespace-normal">
          {change.field !== null && <Values before={change.before} after={change.after} />}
          <span className="text-muted text-meta block">{say(change.because, locale)}</span>
        </span>
      ),
    },
  ]
}

/** Before and after of one property, as the catalog has it. */
function Values({ before, after }: { before: unknown; after: unknown }) {
  const t = useTranslations('drift')
  return (
    <span className="mb-1 block">
      <span className="block">
        <span className="text-bad" aria-hidden="true">
          −{' '}
        </span>
        <span className="sr-only">{t('before')}: </span>
        <code className="[overflow-wrap:anywhere] whitespace-pre-wrap">{beginning(before)}</code>
      </span>
      <span className="block">
        <span className="text-ok" aria-hidden="true">
          +{' '}
        </span>
        <span className="sr-only">{t('after')}: </span>
        <code className="[overflow-wrap:anywhere] whitespace-pre-wrap">{beginning(after)}</code>
      </span>
    </span>
  )
}

/** Long texts (function bodies, view definitions) by their beginning; the export has them whole. */
function beginning(value: unknown): string {
  const text = shown(value)
  return text.length > 400 ? `${text.slice(0, 399)}…` : text
}
