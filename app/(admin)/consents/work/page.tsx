import { getLocale, getTranslations } from 'next-intl/server'
import Link from 'next/link'
import type { Route } from 'next'
import { ActionForm, Field } from '@/components/action-form'
import { DataTable, type Column } from '@/components/data-table'
import { Section } from '@/components/page'
import { AllGood } from '@/components/states'
import { Status } from '@/components/status'
import { listExpiring, listTasks, listTurning, type Task, type Turning } from '@/lib/consents/work'
import { readRecords, type Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { requirePrincipal } from '@/lib/session/principal'
import { choice, defineSearch, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Ticks } from '../../incidents/ticks'
import { Unread } from '../../requests/frame'
import { WithWork } from '../with-work'
import { askAgain, endTask } from './actions'

const search = defineSearch('/consents/work', { within: choice('30', '60', '90') })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.work'))('title') }
}

/** What waits to be done: effects and notices, what ends soon, who is about to decide for themselves. */
export default async function WorkPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.work')
  const { within } = search.parse(await searchParams)
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {() => (
        <>
          <Section title={t('tasks')}>
            <Tasks principal={principal} />
          </Section>
          <Section
            title={t('expiring')}
            actions={
              <span className="text-meta flex gap-3">
                {(['30', '60', '90'] as const).map((days) => (
                  <Link
                    key={days}
                    href={search.href({ within }, { within: days }) as Route}
                    className={days === within ? 'font-medium' : 'link'}
                    aria-current={days === within ? 'true' : undefined}
                    prefetch={false}
                    scroll={false}
                  >
                    {t('within', { days })}
                  </Link>
                ))}
              </span>
            }
          >
            <Expiring principal={principal} within={Number(within)} />
          </Section>
          {principal.role === 'clinic_admin' && (
            <Section title={t('turning')}>
              <TurningSoon principal={principal} />
            </Section>
          )}
        </>
      )}
    </WithWork>
  )
}

async function Tasks({ principal }: { principal: Principal }) {
  const t = await getTranslations('consents.work')
  const locale = await getLocale()
  const s = await getTranslations('shell.form')
  const { value, error } = await attempt(() => readRecords(principal, (tx) => listTasks(tx)))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <AllGood>{t('noTasks')}</AllGood>
  const columns: readonly Column<Task>[] = [
    {
      id: 'what',
      head: t('what'),
      cell: (row) => (
        <span className="block max-w-[34ch]">
          {t(`kinds.${row.kind}` as 'kinds.notice')}
          {row.target && <span className="text-muted text-meta block">{row.target}</span>}
        </span>
      ),
    },
    {
      id: 'consent',
      head: t('consent'),
      cell: (row) => (
        <Link className="link" href={`/consents/${row.consentId}` as Route} prefetch={false}>
          <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code> {row.purpose}
        </Link>
      ),
    },
    { id: 'cause', head: t('cause'), cell: (row) => t(`causes.${row.cause}` as 'causes.withdrawn') },
    {
      id: 'due',
      head: t('due'),
      cell: (row) => (
        <span className="inline-flex items-baseline gap-2 whitespace-nowrap">
          {day(row.lastDay, locale, row.timeZone)}
          <Status of="task" value={row.overdue ? 'overdue' : row.status} look="pill" />
        </span>
      ),
    },
    {
      id: 'close',
      head: t('close'),
      always: true,
      cell: (row) =>
        principal.role === 'clinic_admin' ? (
          <ActionForm
            action={endTask}
            submit={t('done')}
            working={s('working')}
            quiet
            inline
            values={{ clinic: row.clinicId, id: row.id }}
          />
        ) : (
          <span className="text-muted">—</span>
        ),
    },
  ]
  return (
    <>
      <DataTable caption={t('tasks')} columns={columns} rows={value} rowKey={(row) => row.id} />
      {principal.role === 'clinic_admin' && <Impossible tasks={value} />}
    </>
  )
}

async function Impossible({ tasks }: { tasks: readonly Task[] }) {
  const t = await getTranslations('consents.work')
  const s = await getTranslations('shell.form')
  const [first] = tasks
  if (!first) return null
  return (
    <details className="mt-3">
      <summary className="link">{t('impossible')}</summary>
      <ActionForm
        action={endTask}
        submit={t('markImpossible')}
        working={s('working')}
        quiet
        values={{ clinic: first.clinicId, outcome: 'impossible' }}
        className="mt-3 space-y-3"
      >
        <Field
          name="id"
          kind="select"
          label={t('what')}
          options={tasks
            .filter(({ clinicId }) => clinicId === first.clinicId)
            .map((task) => ({
              value: task.id,
              label: `${task.recordNumber ?? task.patientId.slice(0, 8)} · ${t(`kinds.${task.kind}` as 'kinds.notice')} ${task.target ?? ''}`,
            }))}
        />
        <Field name="note" label={t('why')} maxLength={300} autoComplete="off" />
      </ActionForm>
    </details>
  )
}

async function Expiring({ principal, within }: { principal: Principal; within: number }) {
  const t = await getTranslations('consents.work')
  const c = await getTranslations('consents')
  const locale = await getLocale()
  const s = await getTranslations('shell.form')
  const { value, error } = await attempt(() => readRecords(principal, (tx) => listExpiring(tx, within)))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <AllGood>{t('noExpiring', { days: within })}</AllGood>
  const line = (row: (typeof value)[number]) => ({
    value: row.id,
    label: `${row.recordNumber ?? row.patientId.slice(0, 8)} ${row.patientName ?? ''} · ${row.purposeTitle}`,
    note: `${row.validUntil ? day(row.validUntil, locale, row.timeZone) : ''} · ${c('left', { days: row.daysLeft ?? 0 })}`,
  })
  if (principal.role !== 'clinic_admin')
    return (
      <ul className="border-line rounded-card bg-panel border px-4 py-1">
        {value.map(line).map((each) => (
          <li key={each.value} className="border-line border-b py-1.5 last:border-b-0">
            {each.label} <span className="text-muted text-meta">{each.note}</span>
          </li>
        ))}
      </ul>
    )
  return (
    <ActionForm action={askAgain} submit={t('askAgain')} working={s('working')} quiet className="space-y-3">
      <p className="text-muted">{t('askAgainHint')}</p>
      <Ticks name="consent" label={t('expiring')} options={value.map(line)} />
    </ActionForm>
  )
}

async function TurningSoon({ principal }: { principal: Principal }) {
  const t = await getTranslations('consents.work')
  const locale = await getLocale()
  const { value, error } = await attempt(() => readRecords(principal, listTurning))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <AllGood>{t('noTurning')}</AllGood>
  const columns: readonly Column<Turning>[] = [
    {
      id: 'who',
      head: t('patient'),
      cell: (row) => (
        <>
          <code>{row.recordNumber}</code> {row.name}
        </>
      ),
    },
    { id: 'turns', head: t('turns'), cell: (row) => t('age', { age: row.turns }) },
    { id: 'on', head: t('on'), cell: (row) => day(row.on, locale, 'UTC') },
    { id: 'consents', head: t('inForce'), align: 'end', cell: (row) => row.consents },
  ]
  return (
    <DataTable
      caption={t('turning')}
      columns={columns}
      rows={value}
      rowKey={(row) => `${row.patientId}${row.turns}`}
      rowHref={(row) => `/consents/ask?patient=${row.patientId}`}
    />
  )
}
