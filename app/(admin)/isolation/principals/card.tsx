import { useTranslations } from 'next-intl'
import { ActionForm } from '@/components/action-form'
import { KeyValues } from '@/components/page'
import type { Origin } from '@/lib/isolation/setup/setup'
import type { Principal } from '@/lib/isolation/types'
import { removePrincipal, seeAs } from './actions'
import { PrincipalForm, type Choices } from './form'
import { SeenAnswers } from './seen'

/** One request the questions are asked for: what it sets, what PostgreSQL makes of it, and its form. */
export function PrincipalCard({
  principal,
  origin,
  choices,
  writes,
}: {
  principal: Principal
  origin: Origin
  choices: Choices
  writes: boolean
}) {
  const t = useTranslations('isolation.principals')
  const settings = Object.entries(principal.settings)
  return (
    <section
      aria-label={principal.name}
      className="border-line rounded-card bg-panel min-w-0 border px-4 py-3.5"
    >
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold [overflow-wrap:anywhere]">{principal.name}</h2>
        <span className="text-muted text-meta">{t(`origin.${origin}`)}</span>
      </div>
      <KeyValues
        items={[
          [t('role'), <code key="v">{principal.role}</code>],
          principal.login !== null && [t('login'), <code key="v">{principal.login}</code>],
          [
            t('tenants'),
            principal.tenants.length === 0 ? (
              t('noTenant')
            ) : (
              <code key="v">{principal.tenants.join(', ')}</code>
            ),
          ],
          ...settings.map(
            ([name, value]) =>
              [<code key="n">{name}</code>, <code key="v">{value === '' ? "''" : value}</code>] as const,
          ),
          principal.claims !== null && [
            <code key="n">request.jwt.claims</code>,
            <code key="v">{JSON.stringify(principal.claims)}</code>,
          ],
        ]}
      />
      <div className="mt-3 space-y-3">
        {writes && (
          <ActionForm
            action={seeAs}
            values={{ name: principal.name }}
            submit={t('see')}
            working={t('seeing')}
            quiet
          >
            <SeenAnswers
              words={{
                nothing: t('seen.null'),
                caption: t('seen.caption'),
                asked: t('seen.asked'),
                answer: t('seen.answer'),
              }}
            />
          </ActionForm>
        )}
        {writes && origin !== 'configuration' && (
          <details>
            <summary className="cursor-pointer font-medium">
              {t('change')} <span aria-hidden="true">▾</span>
            </summary>
            <div className="mt-3 space-y-4">
              <PrincipalForm principal={principal} choices={choices} />
              <ActionForm
                action={removePrincipal}
                values={{ name: principal.name }}
                submit={t('remove')}
                working={t('removing')}
                danger
                quiet
              />
            </div>
          </details>
        )}
      </div>
    </section>
  )
}
