import { useTranslations } from 'next-intl'
import { RelationLink } from '@/components/relation-link'
import type { Relation } from '@/lib/catalog/types-relation'
import { linksOf, type Link } from '@/lib/inventory/relationships'
import type { Facts } from '@/lib/rules/facts'
import { namedRelation } from '../relation'
import { Diagram } from './diagram'

/** Foreign keys from and to one table: a drawing of its neighbours and the same facts as lists. */
export default async function TableRelationshipsPage({ params }: { params: Promise<{ table: string }> }) {
  const { relation, scan } = await namedRelation((await params).table)
  return <Relationships relation={relation} facts={scan.facts} />
}

function Relationships({ relation, facts }: { relation: Relation; facts: Facts }) {
  const t = useTranslations('tables.relationships')
  const { outgoing, incoming } = linksOf(facts, relation)
  if (outgoing.length + incoming.length === 0) return <p className="text-muted">{t('none')}</p>
  return (
    <div className="space-y-6">
      <Diagram relation={relation} facts={facts} outgoing={outgoing} incoming={incoming} />
      <div className="grid gap-6 lg:grid-cols-2">
        <Links title={t('outgoing')} links={outgoing} />
        <Links title={t('incoming')} links={incoming} />
      </div>
    </div>
  )
}

function Links({ title, links }: { title: string; links: readonly Link[] }) {
  const t = useTranslations('tables.relationships')
  return (
    <section>
      <h2 className="mb-2 font-semibold">
        {title} <span className="text-muted font-normal">{links.length}</span>
      </h2>
      <ul className="space-y-2">
        {links.map((link) => (
          <li
            key={`${link.from} ${link.constraint}`}
            className="border-line rounded-card bg-panel border px-4 py-2.5"
          >
            <p>
              <RelationLink id={link.other} />
            </p>
            <p className="text-muted text-meta">
              <code>{`(${link.columns.join(', ')}) → (${link.referenced.join(', ')})`}</code> ·{' '}
              {link.indexed === false ? (
                <span className="text-warn">■ {t('notIndexed')}</span>
              ) : (
                t(link.indexed ? 'indexed' : 'unknown')
              )}
              {link.onDelete !== 'no action' && ` · ${t('onDelete', { action: link.onDelete })}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
