import Link from 'next/link'
import type { Route } from 'next'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { readStore, type Principal } from '@/lib/db/scope'
import { listViews } from '@/lib/views/views'
import { removeSavedView, saveThisView } from './actions'
import { search, type State } from './search'

/** The person's own views of this list: to go to, to save what is seen now, to remove. */
export async function Views({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('audit.views')
  const views = await readStore(principal, (tx) => listViews(tx, search.path))
  const query = search.query({ ...state, after: null, before: null, peek: '' })
  const current = views.find((view) => view.query === query)
  return (
    <details className="relative" name="filter" data-menu>
      <summary className="border-edge bg-panel rounded-control inline-flex min-h-8 max-w-56 items-center gap-1.5 border px-2.5 font-medium">
        <span className="truncate">{current?.name ?? t('title')}</span> <span aria-hidden="true">▾</span>
      </summary>
      <div className="border-line bg-panel rounded-card shadow-overlay absolute left-0 z-20 mt-1 w-72 max-w-[85vw] border p-2 sm:right-0 sm:left-auto">
        {views.length === 0 && <p className="text-muted text-meta px-2 py-1">{t('none')}</p>}
        <ul className="max-h-64 overflow-y-auto">
          {views.map((view) => (
            <li
              key={view.id}
              className="hover:bg-sunken rounded-control flex items-center justify-between gap-2 px-2"
            >
              <Link
                href={`${search.path}${view.query}` as Route}
                prefetch={false}
                aria-current={view === current ? 'page' : undefined}
                className="min-w-0 flex-1 truncate py-1.5"
              >
                {view.name}
              </Link>
              <ActionForm
                inline
                quiet
                action={removeSavedView}
                submit={<span aria-label={t('remove', { name: view.name })}>×</span>}
                working="…"
                values={{ id: view.id }}
              />
            </li>
          ))}
        </ul>
        <ActionForm
          className="border-line mt-2 border-t px-2 pt-2"
          quiet
          action={saveThisView}
          submit={t('save')}
          working={t('saving')}
          values={{ query }}
        >
          <Field name="name" label={t('name')} maxLength={80} required defaultValue={current?.name ?? ''} />
        </ActionForm>
      </div>
    </details>
  )
}
