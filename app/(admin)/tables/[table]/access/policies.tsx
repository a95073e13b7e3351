import { useTranslations } from 'next-intl'
import { SqlBlock } from '@/components/sql'
import type { Policy, Relation } from '@/lib/catalog/types-relation'

/** The policies of a table, each with both its expressions. */
export function Policies({ relation }: { relation: Relation }) {
  const t = useTranslations('tables.access')
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return null
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t('policies')}</h2>
      {relation.policies.length === 0 && <p className="text-muted">{t('noPolicies')}</p>}
      <ul className="space-y-3">
        {relation.policies.map((policy) => (
          <li key={policy.name} className="border-line rounded-card bg-panel border px-4 py-3">
            <p className="mb-2 flex flex-wrap items-baseline gap-x-3">
              <span className="font-mono font-medium break-words">{policy.name}</span>
              <span>{(policy.command ?? 'ALL').toLowerCase()}</span>
              <span className="text-muted">{policy.permissive ? t('permissive') : t('restrictive')}</span>
              <span className="text-muted">
                {t('roles')}: <code>{policy.roles === null ? t('everyone') : policy.roles.join(', ')}</code>
              </span>
            </p>
            <Expression policy={policy} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Expression({ policy }: { policy: Policy }) {
  const t = useTranslations('tables.access')
  return (
    <div className="space-y-2">
      {policy.using !== null && (
        <div>
          <p className="text-muted text-meta mb-1">{t('using')}</p>
          <SqlBlock sql={policy.using} label={`${policy.name}: ${t('using')}`} />
        </div>
      )}
      {policy.check !== null && (
        <div>
          <p className="text-muted text-meta mb-1">{t('check')}</p>
          <SqlBlock sql={policy.check} label={`${policy.name}: ${t('check')}`} />
        </div>
      )}
    </div>
  )
}
