import type { Route } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { DataTable, type Column } from '@/components/data-table'
import { FilterBar } from '@/components/list-controls'
import { Section } from '@/components/page'
import { Empty, FilteredAway } from '@/components/states'
import { Status } from '@/components/status'
import type { Guardian } from '@/lib/consents/guardians'
import { day } from '@/lib/format/format'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, oneOf, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { WithWork } from '../with-work'
import { recordDispute, settleDispute } from './actions'
import { readGuardians } from './read'

const search = defineSearch('/consents/guardians', { q: text, disputed: oneOf('yes'), of: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.guardians'))('title') }
}

/** Who answers for whom, on what paper and until when; where they disagree the officer decides. */
export default async function GuardiansPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.guardians')
  const c = await getTranslations('consents')
  const locale = await getLocale()
  const state = search.parse(await searchParams)
  const officer = principal.role === 'compliance_officer'
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {async () => {
        const { value, error } = await attempt(() =>
          readGuardians(principal, { q: state.q, disputed: state.disputed === 'yes' }),
        )
        if (error) return <Unread error={error} />
        const { rows, more } = value
        const chosen = officer ? rows.find(({ id }) => id === state.of) : undefined
        const clear = search.href(search.parse({}))
        return (
          <>
            <FilterBar
              path={search.path}
              kept={[]}
              clearHref={clear}
              fields={[
                {
                  kind: 'search',
                  name: 'q',
                  value: state.q,
                  label: c(officer ? 'searchById' : 'search'),
                },
                {
                  kind: 'one',
                  name: 'disputed',
                  value: state.disputed,
                  label: t('dispute'),
                  options: [{ value: 'yes', label: t('onlyDisputed') }],
                },
              ]}
              chips={[
                ...(state.q
                  ? [{ label: c('searchLabel'), value: state.q, href: search.href(state, { q: null }) }]
                  : []),
                ...(state.disputed
                  ? [
                      {
                        label: t('dispute'),
                        value: t('onlyDisputed'),
                        href: search.href(state, { disputed: null }),
                      },
                    ]
                  : []),
              ]}
            />
            {chosen && <Dispute guardian={chosen} />}
            {rows.length === 0 ? (
              state.q || state.disputed ? (
                <FilteredAway clearHref={clear}>{t('filteredAway')}</FilteredAway>
              ) : (
                <Empty title={t('emptyTitle')}>{t('emptyBody')}</Empty>
              )
            ) : (
              <DataTable caption={t('title')} columns={columns()} rows={rows} rowKey={(row) => row.id} />
            )}
            {more && <p className="text-muted mt-2">{t('more')}</p>}
          </>
        )

        function columns(): readonly Column<Guardian>[] {
          return [
            {
              id: 'patient',
              head: c('patient'),
              cell: (row) => (
                <>
                  <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code> {row.patientName}
                </>
              ),
            },
            {
              id: 'who',
              head: t('who'),
              cell: (row) => (
                <>
                  {row.name}
                  <span className={row.name ? 'text-muted text-meta block' : ''}>
                    {c(`relations.${row.relation}` as 'relations.mother')}
                  </span>
                </>
              ),
            },
            {
              id: 'scope',
              head: t('scope'),
              cell: (row) => row.scope.map((each) => t(`scopes.${each}` as 'scopes.data')).join(', '),
            },
            {
              id: 'until',
              head: t('until'),
              cell: (row) => (
                <span className="inline-flex items-baseline gap-2 whitespace-nowrap">
                  {row.until ? day(row.until, locale, 'UTC') : t('noEnd')}
                  {row.ended && <span className="text-muted text-meta">{t('ended')}</span>}
                </span>
              ),
            },
            {
              id: 'document',
              head: t('document'),
              cell: (row) => row.document ?? <span className="text-muted">—</span>,
            },
            {
              id: 'dispute',
              head: t('dispute'),
              always: true,
              cell: (row) => (
                <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                  {row.disputedSince && (
                    <span>
                      <Status of="dispute" value="open" look="pill" />{' '}
                      <span className="text-muted text-meta">
                        {t('since', { date: day(row.disputedSince, locale, 'UTC') })}
                        {row.disputeDocument && ` · ${row.disputeDocument}`}
                      </span>
                    </span>
                  )}
                  {officer ? (
                    <Link
                      className="link"
                      href={search.href(state, { of: row.id }) as Route}
                      prefetch={false}
                    >
                      {t(row.disputedSince ? 'settle' : 'note')}
                    </Link>
                  ) : (
                    !row.disputedSince && <span className="text-muted">—</span>
                  )}
                </span>
              ),
            },
          ]
        }
      }}
    </WithWork>
  )
}

async function Dispute({ guardian }: { guardian: Guardian }) {
  const t = await getTranslations('consents.guardians')
  const c = await getTranslations('consents')
  const s = await getTranslations('shell.form')
  const values = { clinic: guardian.clinicId, id: guardian.id }
  return (
    <Section title={t(guardian.disputedSince ? 'settleTitle' : 'noteTitle')} card>
      <p className="mb-3">
        <code>{guardian.patientId.slice(0, 8)}</code>{' '}
        {c(`relations.${guardian.relation}` as 'relations.mother')} · {guardian.clinicName}
      </p>
      <p className="text-muted mb-3 max-w-[72ch]">{t('rule')}</p>
      {guardian.disputedSince ? (
        <ActionForm
          action={settleDispute}
          submit={t('settleSubmit')}
          working={s('working')}
          values={values}
        />
      ) : (
        <ActionForm action={recordDispute} submit={t('noteSubmit')} working={s('working')} values={values}>
          <Field name="since" kind="date" label={t('sinceLabel')} />
          <Field
            name="document"
            label={t('paper')}
            hint={t('paperHint')}
            maxLength={200}
            autoComplete="off"
          />
        </ActionForm>
      )}
    </Section>
  )
}
