import { useTranslations } from 'next-intl'
import { ActionForm, Field } from '@/components/action-form'
import { loginsOf } from '@/lib/isolation/detect/login'
import type { Principal } from '@/lib/isolation/types'
import type { Facts } from '@/lib/rules/facts'
import { chooseLogin } from './actions'

/** One login for all principals that it may act as, where the catalog leaves a choice. */
export function ChooseLogin({ facts, principals }: { facts: Facts; principals: readonly Principal[] }) {
  const t = useTranslations('isolation.principals')
  const roles = [...new Set(principals.map(({ role }) => role))]
  const logins = [...new Set(roles.flatMap((role) => loginsOf(facts, role)))].sort()
  if (logins.length < 2) return null
  return (
    <details className="border-line rounded-card bg-panel mt-4 border px-4 py-3">
      <summary className="cursor-pointer font-medium">
        {t('chooseLogin')} <span aria-hidden="true">▾</span>
      </summary>
      <ActionForm action={chooseLogin} submit={t('choose')} working={t('saving')} quiet className="mt-3">
        <Field
          name="login"
          kind="select"
          label={t('login')}
          hint={t('chooseLoginHint')}
          options={logins.map((name) => ({ value: name, label: name }))}
        />
      </ActionForm>
    </details>
  )
}
