import type { Route } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { DataTable, type Column } from '@/components/data-table'
import { LinkButton } from '@/components/button'
import { Section } from '@/components/page'
import type { Patient } from '@/lib/consents/choices'
import { previewMerge, type MergeLine } from '@/lib/consents/merge'
import { readRecords, type Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { Tick } from '../fields'
import { FindPatient } from '../find-patient'
import { readPatient } from '../read'
import { ConsentStatus } from '../status'
import { WithWork } from '../with-work'
import { mergeRecords } from './actions'

const search = defineSearch('/consents/merge', { q: text, from: text, into: text, done: text, ended: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.merge'))('title') }
}

/** Two records of one person become one: which leaves, which stays, what ends. */
export default async function MergePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.merge')
  const state = search.parse(await searchParams)
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {async () => {
        if (principal.role !== 'clinic_admin') return <p className="text-muted">{t('notYours')}</p>
        const { value, error } = await attempt(async () => ({
          from: state.from ? await readPatient(principal, state.from) : null,
          into: state.into ? await readPatient(principal, state.into) : null,
        }))
        if (error) return <Unread error={error} />
        const { from, into } = value
        const missing = from === null ? 'from' : into === null ? 'into' : null
        return (
          <>
            {state.done && (
              <p role="status" className="border-line rounded-card bg-panel mb-4 border px-4 py-3">
                <span className="text-ok" aria-hidden="true">
                  ✓{' '}
                </span>
                {t('done', { count: Number(state.ended) || 0 })}
              </p>
            )}
            <div className="mb-5 grid gap-4 md:grid-cols-2">
              <Chosen
                which="from"
                patient={from}
                changeHref={search.href(search.parse({}), { into: state.into })}
              />
              <Chosen
                which="into"
                patient={into}
                changeHref={search.href(search.parse({}), { from: state.from })}
              />
            </div>
            {missing && (
              <FindPatient
                principal={principal}
                q={state.q}
                path={search.path}
                keep={{ from: state.from, into: state.into }}
                step={t(missing === 'from' ? 'findFrom' : 'findInto')}
                hrefOf={(patient) =>
                  search.href(state, { [missing]: patient, q: null, done: null, ended: null })
                }
              />
            )}
            {from && into && <Compare principal={principal} from={from} into={into} />}
          </>
        )
      }}
    </WithWork>
  )
}

async function Chosen({
  which,
  patient,
  changeHref,
}: {
  which: 'from' | 'into'
  patient: Patient | null
  changeHref: string
}) {
  const t = await getTranslations('consents.merge')
  const f = await getTranslations('consents.form')
  const locale = await getLocale()
  return (
    <section className="border-line rounded-card bg-panel border px-4 py-3">
      <h2 className="font-semibold">{t(which)}</h2>
      {patient ? (
        <p className="mt-1">
          <code>{patient.recordNumber}</code> <span className="font-medium">{patient.name}</span>
          <span className="text-muted block">
            {t('born', { date: day(patient.birthDate, locale, 'UTC') })} · {patient.clinicName}{' '}
            <Link className="link" href={changeHref as Route} prefetch={false}>
              {f('change')}
            </Link>
          </span>
        </p>
      ) : (
        <p className="text-muted mt-1">{t('notChosen')}</p>
      )}
    </section>
  )
}

async function Compare({ principal, from, into }: { principal: Principal; from: Patient; into: Patient }) {
  const t = await getTranslations('consents.merge')
  const f = await getTranslations('consents.form')
  const s = await getTranslations('shell.form')
  if (from.id === into.id) return <p className="text-bad">✕ {t('same')}</p>
  if (from.clinicId !== into.clinicId) return <p className="text-bad">✕ {t('otherClinic')}</p>
  const { value, error } = await attempt(() =>
    readRecords(principal, (tx) => previewMerge(tx, from.clinicId, from.id, into.id)),
  )
  if (error) return <Unread error={error} />
  const word = (each: MergeLine['from']) =>
    each ? (
      <ConsentStatus status={each.status} reason={each.reason} />
    ) : (
      <span className="text-muted">{t('never')}</span>
    )
  const columns: readonly Column<MergeLine>[] = [
    { id: 'purpose', head: t('purpose'), cell: (row) => row.purpose },
    { id: 'from', head: t('from'), cell: (row) => word(row.from) },
    { id: 'into', head: t('into'), cell: (row) => word(row.into) },
    {
      id: 'then',
      head: t('then'),
      always: true,
      cell: (row) =>
        row.ends ? (
          <span className="text-warn font-medium">{t('ends')}</span>
        ) : (
          <span className="text-muted">{t('stays')}</span>
        ),
    },
  ]
  return (
    <>
      {from.birthDate !== into.birthDate && (
        <p className="border-warn bg-warn-bg rounded-card mb-4 border px-4 py-3">▲ {t('otherBirth')}</p>
      )}
      <Section title={t('what')}>
        {value.length === 0 ? (
          <p className="text-muted">{t('nothing')}</p>
        ) : (
          <DataTable caption={t('what')} columns={columns} rows={value} rowKey={(row) => row.purpose} />
        )}
      </Section>
      <Section title={t('confirm')} card>
        <p className="text-muted mb-3 max-w-[72ch]">{t('rule')}</p>
        <ActionForm
          action={mergeRecords}
          submit={t('submit')}
          working={s('working')}
          danger
          values={{ from: from.id, into: into.id }}
          aside={<LinkButton href="/consents/merge">{f('cancel')}</LinkButton>}
          className="space-y-4"
        >
          <Field
            name="reason"
            label={t('reason')}
            hint={t('reasonHint')}
            maxLength={300}
            autoComplete="off"
          />
          <Tick name="sure" label={t('sure')} />
        </ActionForm>
      </Section>
    </>
  )
}
