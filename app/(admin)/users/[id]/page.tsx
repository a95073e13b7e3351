import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { ActionForm } from '@/components/action-form'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { readStore, type Principal } from '@/lib/db/scope'
import { NotFound } from '@/lib/errors'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { getUser, type User } from '@/lib/users/users'
import { change, disable, dropSecondFactor, enable, newPassword } from '../actions'
import { clinicName, readClinics, type Clinic } from '../clinics'
import { RoleFields } from '../form'
import { OneTimePassword } from '../result'
import { UserActivity } from './activity'

export async function generateMetadata() {
  return { title: (await getTranslations('users'))('title') }
}

const identifier = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export default async function UserPage({ params }: { params: Promise<{ id: string }> }) {
  const principal = await requirePrincipal('users:read')
  const { id } = await params
  if (!identifier.test(id)) notFound()
  const [user, clinics, t] = await Promise.all([
    found(principal, id),
    readClinics(principal),
    getTranslations('users'),
  ])
  return (
    <>
      <PageHeader
        title={user.name}
        facts={user.email}
        status={<Status of="user" value={user.disabled ? 'disabled' : 'active'} look="pill" />}
        crumbs={[{ href: '/users', label: t('title') }]}
      />
      <div className="grid items-start gap-x-6 lg:grid-cols-2">
        <div>
          <Section title={t('about')} card>
            <About user={user} clinics={clinics} />
          </Section>
          <Section title={t('activity')} card>
            <UserActivity principal={principal} id={user.id} />
          </Section>
        </div>
        {may(principal, 'users:write') && (
          <Changes user={user} clinics={clinics} self={user.id === principal.userId} />
        )}
      </div>
    </>
  )
}

const found = (principal: Principal, id: string): Promise<User> =>
  readStore(principal, (tx) => getUser(tx, id)).catch((error: unknown) => {
    if (error instanceof NotFound) notFound()
    throw error
  })

function About({ user, clinics }: { user: User; clinics: readonly Clinic[] | null }) {
  const t = useTranslations('users')
  return (
    <KeyValues
      items={[
        [t('role'), t(`roles.${user.role}`)],
        [
          t('clinics'),
          user.role === 'dba'
            ? t('noRecords')
            : user.clinics.map((id) => clinicName(clinics, id)).join(', ') || t('allClinics'),
        ],
        [t('subject'), <code key="subject">{user.subject}</code>],
        [t('secondFactor'), <Status key="factor" of="yesNo" value={user.twoFactor ? 'yes' : 'no'} />],
        [t('sessions'), user.sessions],
        [t('lastSignIn'), <Time key="seen" at={user.lastSignIn} />],
        [t('added'), <Time key="added" at={user.addedAt} look="day" />],
      ]}
    />
  )
}

function Changes({ user, clinics, self }: { user: User; clinics: readonly Clinic[] | null; self: boolean }) {
  const t = useTranslations('users')
  const values = { id: user.id }
  return (
    <div>
      <Section title={t('changeTitle')} card>
        <ActionForm action={change} submit={t('changeSubmit')} working={t('working')} values={values}>
          <RoleFields clinics={clinics} user={user} />
        </ActionForm>
      </Section>
      <Section title={t('passwordTitle')} card>
        <p className="text-muted mb-3">{t('passwordText')}</p>
        <ActionForm
          action={newPassword}
          submit={t('passwordSubmit')}
          working={t('working')}
          values={values}
          quiet
        >
          <OneTimePassword label={t('passwordOnce')} note={t('passwordOnceNote')} />
        </ActionForm>
        {user.twoFactor && (
          <ActionForm
            action={dropSecondFactor}
            submit={t('factorSubmit')}
            working={t('working')}
            values={values}
            quiet
          />
        )}
      </Section>
      {!self && (
        <Section title={user.disabled ? t('enableTitle') : t('disableTitle')} card>
          <p className="text-muted mb-3">{user.disabled ? t('enableText') : t('disableText')}</p>
          {user.disabled ? (
            <ActionForm
              action={enable}
              submit={t('enableSubmit')}
              working={t('working')}
              values={values}
              quiet
            />
          ) : (
            <ActionForm
              action={disable}
              submit={t('disableSubmit')}
              working={t('working')}
              values={values}
              danger
            />
          )}
        </Section>
      )}
    </div>
  )
}
