import { useTranslations } from 'next-intl'
import { ActionForm, Field } from '@/components/action-form'
import { markOf } from '@/lib/isolation/stored/stored-principals'
import type { Principal } from '@/lib/isolation/types'
import { savePrincipal } from './actions'

/** Names of roles to choose from. */
export interface Choices {
  readonly roles: readonly string[]
  readonly logins: readonly string[]
}

/** What a request sets: the same fields for a new principal and for a change. */
export function PrincipalForm({
  principal,
  choices: { roles, logins },
}: {
  principal?: Principal
  choices: Choices
}) {
  const t = useTranslations('isolation.principals')
  const login = principal?.login ?? ''
  const settings = Object.entries(principal?.settings ?? {}).map(([name, value]) => `${name} = ${value}`)
  return (
    <ActionForm
      action={savePrincipal}
      values={{ was: principal?.name ?? '', seen: principal ? markOf(principal) : '' }}
      submit={t('save')}
      working={t('saving')}
      quiet
    >
      <Field name="name" label={t('name')} defaultValue={principal?.name ?? ''} maxLength={200} required />
      <Field
        name="role"
        kind="select"
        label={t('role')}
        defaultValue={principal?.role ?? roles[0] ?? ''}
        options={roles.map((name) => ({ value: name, label: name }))}
      />
      <Field
        name="tenants"
        kind="textarea"
        rows={2}
        label={t('tenants')}
        defaultValue={principal?.tenants.join('\n') ?? ''}
        hint={t('tenantsHint')}
      />
      <Field
        name="settings"
        kind="textarea"
        rows={4}
        label={t('settings')}
        defaultValue={settings.join('\n')}
        hint={t('settingsHint')}
      />
      <Field
        name="claims"
        kind="textarea"
        rows={3}
        label={t('claims')}
        defaultValue={principal?.claims ? JSON.stringify(principal.claims, null, 1) : ''}
        hint={t('claimsHint')}
      />
      <Field
        name="login"
        kind="select"
        label={t('login')}
        defaultValue={login}
        hint={t('loginHint')}
        options={[
          { value: '', label: t('anyLogin') },
          // One that is stored and gone since still shows what is asked.
          ...[...new Set([...logins, login])].filter(Boolean).map((name) => ({ value: name, label: name })),
        ]}
      />
    </ActionForm>
  )
}
