import { useTranslations } from 'next-intl'
import { KeyValues } from '@/components/page'
import type { PreparedSetup } from '@/lib/isolation/setup/setup'

/** The rest of what is asked: threat, rows of nobody, tenants, memberships; each with where it comes from. */
export function SetupFacts({ setup, origins }: Pick<PreparedSetup, 'setup' | 'origins'>) {
  const t = useTranslations('isolation.principals')
  const { membership } = setup
  return (
    <section className="mt-6">
      <h2 className="mb-2 font-semibold">{t('rest')}</h2>
      <KeyValues
        items={[
          [t('threat'), t(`threats.${setup.threat}`)],
          [t('nullTenant'), t(`nullTenants.${setup.nullTenant}`)],
          [
            t('tenantColumns'),
            `${t('columns', { count: setup.tenants.length, children: setup.tenantVia.length })} (${t(`origin.${origins.tenants}`)})`,
          ],
          [
            t('membership'),
            membership ? (
              <span key="v">
                <code>{membership.relation}</code>: <code>{membership.user}</code> →{' '}
                <code>{membership.tenant}</code> ({t(`origin.${origins.membership}`)})
              </span>
            ) : (
              t('noMembership')
            ),
          ],
          setup.ownRows.length > 0 && [
            t('ownRows'),
            <code key="v">{setup.ownRows.map(({ relation }) => relation).join(', ')}</code>,
          ],
          setup.untrusted.length > 0 && [t('untrusted'), <code key="v">{setup.untrusted.join(', ')}</code>],
        ]}
      />
      <p className="text-muted mt-2 max-w-[72ch]">{t('restHint')}</p>
    </section>
  )
}
