import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import { DataTable } from '@/components/data-table'
import { Drawer, WithDrawer } from '@/components/drawer'
import { ColumnChooser } from '@/components/column-chooser'
import { FilterBar } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { FilteredAway, Skeleton } from '@/components/states'
import { readStore, type Principal } from '@/lib/db/scope'
import { may, userRoles } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { listUsers, type User } from '@/lib/users/users'
import { add } from './actions'
import { readClinics, type Clinic } from './clinics'
import { RoleFields } from './form'
import { useColumns } from './list'
import { OneTimePassword } from './result'
import { search, type State } from './search'
import { selectUsers } from './select'

export async function generateMetadata() {
  return { title: (await getTranslations('users'))('title') }
}

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('users:read')
  const state = search.parse(await searchParams)
  return (
    <Section waitKey={search.query({ ...state, hide: [], add: false })} fallback={<Loading />}>
      <Users principal={principal} state={state} />
    </Section>
  )
}

async function Users({ principal, state }: { principal: Principal; state: State }) {
  const [users, clinics] = await Promise.all([readStore(principal, listUsers), readClinics(principal)])
  return <List users={users} clinics={clinics} state={state} writes={may(principal, 'users:write')} />
}

function List({
  users,
  clinics,
  state,
  writes,
}: {
  users: readonly User[]
  clinics: readonly Clinic[] | null
  state: State
  writes: boolean
}) {
  const t = useTranslations('users')
  const columns = useColumns(clinics)
  const shown = selectUsers(users, state)
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t('facts', { count: users.length, active: users.filter((user) => !user.disabled).length })}
        actions={
          writes && (
            <LinkButton href={search.href(state, { add: true })} primary>
              {t('add')}
            </LinkButton>
          )
        }
      />
      <Filters state={state} clinics={clinics} />
      <WithDrawer
        drawer={
          writes && state.add && <Adding clinics={clinics} close={search.href(state, { add: false })} />
        }
      >
        {shown.length === 0 ? (
          <FilteredAway clearHref={search.path} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns}
            rows={shown}
            rowKey={(user) => user.id}
            rowHref={(user) => `/users/${user.id}`}
            hidden={writes && state.add ? [...state.hide, ...narrow] : state.hide}
            sort={{
              by: state.sort ?? 'name',
              href: (by) => search.href(state, { sort: by as State['sort'] }),
            }}
          />
        )}
      </WithDrawer>
    </>
  )
}

/** Left out while the form stands beside the list. */
const narrow = ['clinics', 'seen', 'factor']

function Adding({ clinics, close }: { clinics: readonly Clinic[] | null; close: string }) {
  const t = useTranslations('users')
  return (
    <Drawer title={t('addTitle')} close={close}>
      <ActionForm action={add} submit={t('addSubmit')} working={t('working')}>
        <Field name="name" label={t('name')} autoComplete="off" maxLength={200} required />
        <Field name="email" kind="email" label={t('email')} autoComplete="off" maxLength={320} required />
        <RoleFields clinics={clinics} />
        <OneTimePassword label={t('passwordOnce')} note={t('passwordOnceNote')} />
      </ActionForm>
    </Drawer>
  )
}

function Filters({ state, clinics }: { state: State; clinics: readonly Clinic[] | null }) {
  const t = useTranslations('users')
  return (
    <FilterBar
      path={search.path}
      kept={search.kept(state, ['q', 'role', 'state'])}
      clearHref={search.path}
      chips={[
        ...(state.q === ''
          ? []
          : [{ label: t('search'), value: state.q, href: search.href(state, { q: '' }) }]),
        ...state.role.map((role) => ({
          label: t('role'),
          value: t(`roles.${role}`),
          href: search.href(state, { role: state.role.filter((other) => other !== role) }),
        })),
        ...(state.state === null
          ? []
          : [
              {
                label: t('state'),
                value: t(`states.${state.state}`),
                href: search.href(state, { state: null }),
              },
            ]),
      ]}
      fields={[
        { kind: 'search', name: 'q', value: state.q, label: t('search') },
        {
          kind: 'many',
          name: 'role',
          value: state.role,
          label: t('role'),
          options: userRoles.map((value) => ({ value, label: t(`roles.${value}`) })),
        },
        {
          kind: 'one',
          name: 'state',
          value: state.state,
          label: t('state'),
          options: (['active', 'disabled'] as const).map((value) => ({ value, label: t(`states.${value}`) })),
        },
      ]}
    >
      <ColumnChooser
        columns={useColumns(clinics)}
        hidden={state.hide}
        href={(hide) => search.href(state, { hide })}
      />
    </FilterBar>
  )
}

function Loading() {
  return <Skeleton columns={useColumns(null).map((column) => column.head)} />
}
