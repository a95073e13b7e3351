import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { Drawer } from '@/components/drawer'
import { KeyValues } from '@/components/page'
import { SqlBlock } from '@/components/sql'
import { Status } from '@/components/status'
import { access, effectiveRoles, explain, type Reason } from '@/lib/catalog/access'
import type { Command, RelationId, Snapshot } from '@/lib/catalog/types'
import { say } from '@/lib/i18n/locale'
import { lockText } from '@/lib/explain/lock-words'
import type { Finding } from '@/lib/rules/rule'
import { findingPath, tablePath } from '@/lib/url/paths'
import type { Cell } from './cell'

interface Scan {
  readonly snapshot: Snapshot
  readonly result: { readonly findings: readonly Finding[] }
}

/** One cell explained: the verdict, the path of the grant, the policies that apply, who uses the role, and the fix. */
export function Why({ scan, cell, close }: { scan: Scan; cell: Cell & { command: Command }; close: string }) {
  const t = useTranslations('coverage.why')
  const locale = useLocale()
  const { snapshot, result } = scan
  const { verdict, because } = access(snapshot, cell.relation as RelationId, cell.role, cell.command)
  const relation = snapshot.relations.find((each) => each.id === cell.relation)
  const role = effectiveRoles(snapshot).find((each) => each.name === cell.role)
  const findings = relation
    ? result.findings.filter(
        (finding) =>
          finding.object.schema === relation.schema &&
          finding.object.name === relation.name &&
          (finding.group === 'tenancy' || finding.group === 'privileges'),
      )
    : []
  const exposed = verdict === 'open' || verdict === 'open-by-policy' || verdict === 'bypass'
  return (
    <Drawer
      title={t('title')}
      close={close}
      {...(relation ? { open: tablePath(relation.id, 'access') } : {})}
    >
      <KeyValues
        items={[
          [t('table'), <code key="v">{cell.relation}</code>],
          [t('role'), <code key="v">{cell.role}</code>],
          [t('command'), cell.command],
          [t('verdict'), <Status key="v" of="access" value={verdict} look="pill" />],
          role && role.usedBy.length > 0 ? [t('usedBy'), role.usedBy.join(', ')] : null,
        ]}
      />
      <h3 className="mt-4 mb-1 font-semibold">{t('because')}</h3>
      <ol className="list-decimal space-y-1.5 pl-5 [overflow-wrap:anywhere]">
        {because.map((reason: Reason) => (
          <li key={reason.sentence}>{say(explain(reason), locale)}</li>
        ))}
      </ol>
      {findings.length > 0 && (
        <>
          <h3 className="mt-4 mb-1 font-semibold">{t('findings')}</h3>
          <ul className="space-y-1.5">
            {findings.slice(0, 4).map((finding) => (
              <li key={finding.key} className="flex items-baseline justify-between gap-2">
                <Link href={findingPath(finding.key) as Route} prefetch={false} className="link">
                  {say(finding.title, locale)}
                </Link>
                <Status of="severity" value={finding.severity} />
              </li>
            ))}
          </ul>
        </>
      )}
      {exposed && <Fix findings={findings} />}
    </Drawer>
  )
}

function Fix({ findings }: { findings: readonly Finding[] }) {
  const t = useTranslations('coverage.why')
  const locale = useLocale()
  const finding = findings.find((each) => each.fix.sql.length > 0)
  const advice = finding ?? findings[0]
  if (!advice) return null
  return (
    <>
      <h3 className="mt-4 mb-1 font-semibold">{t('fix')}</h3>
      {finding && <SqlBlock sql={finding.fix.sql} label={t('fix')} />}
      {finding?.fix.lock && (
        <p className="text-muted text-meta mt-1">{say(lockText(finding.fix.lock), locale)}</p>
      )}
      <p className="mt-1">{say(advice.fix.advice, locale)}</p>
    </>
  )
}
