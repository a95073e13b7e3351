import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { PageHeader, Section } from '@/components/page'
import { Status } from '@/components/status'
import { readStore, type Principal } from '@/lib/db/scope'
import { requirePrincipal } from '@/lib/session/principal'
import { getUser } from '@/lib/users/users'
import { begin, changePassword, confirm, end } from './actions'
import { Secret } from './secret'

export async function generateMetadata() {
  return { title: (await getTranslations('account'))('title') }
}

export default async function AccountPage() {
  const principal = await requirePrincipal('catalog:read')
  const t = await getTranslations('account')
  const user = await readStore(principal, (tx) => getUser(tx, principal.userId))
  return (
    <>
      <PageHeader title={t('title')} facts={`${principal.name} · ${principal.email}`} />
      <div className="grid items-start gap-x-6 lg:grid-cols-2">
        <Section title={t('passwordTitle')} card>
          <Password principal={principal} />
        </Section>
        <Section
          title={t('factorTitle')}
          actions={<Status of="yesNo" value={user.twoFactor ? 'yes' : 'no'} look="pill" />}
          card
        >
          {user.twoFactor ? <Ending /> : <Beginning />}
        </Section>
      </div>
    </>
  )
}

function Password({ principal }: { principal: Principal }) {
  const t = useTranslations('account')
  return (
    <ActionForm action={changePassword} submit={t('passwordSubmit')} working={t('working')}>
      {/* Tells a password manager whose password this is. */}
      <input type="hidden" autoComplete="username" defaultValue={principal.email} />
      <Field
        name="current"
        kind="password"
        label={t('current')}
        autoComplete="current-password"
        maxLength={256}
        required
      />
      <Field
        name="wanted"
        kind="password"
        label={t('wanted')}
        hint={t('wantedHint')}
        autoComplete="new-password"
        maxLength={256}
        required
      />
      <Field
        name="again"
        kind="password"
        label={t('again')}
        autoComplete="new-password"
        maxLength={256}
        required
      />
    </ActionForm>
  )
}

function Beginning() {
  const t = useTranslations('account')
  return (
    <>
      <p className="text-muted mb-3">{t('factorText')}</p>
      <ActionForm action={begin} submit={t('beginSubmit')} working={t('working')} quiet>
        <Field
          name="password"
          kind="password"
          label={t('current')}
          autoComplete="current-password"
          maxLength={256}
          required
        />
        <Secret words={{ secret: t('secret'), open: t('open'), codes: t('codes'), keep: t('keep') }} />
      </ActionForm>
      <ActionForm action={confirm} submit={t('confirmSubmit')} working={t('working')} className="mt-4" quiet>
        <Field
          name="code"
          label={t('code')}
          hint={t('codeHint')}
          autoComplete="one-time-code"
          maxLength={6}
          required
        />
      </ActionForm>
    </>
  )
}

function Ending() {
  const t = useTranslations('account')
  return (
    <ActionForm action={end} submit={t('endSubmit')} working={t('working')} danger>
      <Field
        name="password"
        kind="password"
        label={t('current')}
        autoComplete="current-password"
        maxLength={256}
        required
      />
    </ActionForm>
  )
}
