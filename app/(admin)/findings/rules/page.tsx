import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { DataTable, type Column } from '@/components/data-table'
import { FilterBar } from '@/components/list-controls'
import { PageHeader, Section } from '@/components/page'
import { FilteredAway } from '@/components/states'
import { Status, useStatusWord } from '@/components/status'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { RuleOutcome } from '@/lib/rules/run'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, list, text, type SearchParams } from '@/lib/url/search'
import { WithScan, type Scan } from '../../with-scan'

const search = defineSearch('/findings/rules', {
  q: text,
  outcome: list('pass', 'fail', 'notApplicable', 'unknown'),
})
type State = ReturnType<typeof search.parse>

export async function generateMetadata() {
  return { title: (await getTranslations('findings'))('rulesTitle') }
}

export default async function RulesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('findings:read')
  const state = search.parse(await searchParams)
  const t = await getTranslations('findings')
  return (
    <Section>
      <WithScan principal={principal} title={t('rulesTitle')}>
        {(scan) => <Rules scan={scan} state={state} />}
      </WithScan>
    </Section>
  )
}

/** Every rule with its outcome: what was looked at is part of the answer. */
function Rules({ scan, state }: { scan: Scan; state: State }) {
  const t = useTranslations('findings')
  const word = useStatusWord()
  const locale = useLocale()
  const columns = useRuleColumns()
  const q = state.q.toLocaleLowerCase()
  const rows = scan.result.outcomes.filter(
    (each) =>
      (state.outcome.length === 0 || state.outcome.includes(each.outcome)) &&
      `${each.code} ${each.rule} ${say(each.title, locale)}`.toLocaleLowerCase().includes(q),
  )
  const { outcomes } = scan.result.counts
  const values = ['fail', 'unknown', 'pass', 'notApplicable'] as const
  return (
    <>
      <PageHeader
        title={t('rulesTitle')}
        crumbs={[{ href: '/findings', label: t('title') }]}
        facts={values.map((value) => t(`ruleCounts.${value}`, { count: outcomes[value] })).join(' · ')}
      />
      <FilterBar
        path={search.path}
        kept={search.kept(state, ['q', 'outcome'])}
        clearHref={search.path}
        fields={[
          { kind: 'search', name: 'q', value: state.q, label: t('search') },
          {
            kind: 'many',
            name: 'outcome',
            value: state.outcome,
            label: t('outcome'),
            options: values.map((value) => ({
              value,
              label: word('outcome', value),
              count: outcomes[value],
            })),
          },
        ]}
      />
      {rows.length === 0 ? (
        <FilteredAway clearHref={search.path} />
      ) : (
        <DataTable caption={t('rulesTitle')} columns={columns} rows={rows} rowKey={(row) => row.rule} />
      )}
    </>
  )
}

function useRuleColumns(): Column<RuleOutcome>[] {
  const t = useTranslations('findings')
  const locale = useLocale()
  return [
    { id: 'code', head: t('rule'), cell: (row) => <code>{row.code}</code>, width: '4rem' },
    {
      id: 'title',
      head: t('columns.what'),
      cell: (row) => (
        <span className="block whitespace-normal">
          {say(row.title, locale)}
          {row.unknown.length > 0 && (
            <span className="text-muted text-meta block">
              {[...new Set(row.unknown.map((why) => say(why, locale)))].slice(0, 3).join(' ')}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'severity',
      head: t('columns.severity'),
      cell: (row) => <Status of="severity" value={row.severity} />,
    },
    {
      id: 'outcome',
      head: t('outcome'),
      cell: (row) => <Status of="outcome" value={row.outcome} look="pill" />,
    },
    { id: 'checked', head: t('checked'), align: 'end', cell: (row) => count(row.checked, locale) },
    { id: 'hits', head: t('hits'), align: 'end', cell: (row) => count(row.hits, locale) },
    {
      id: 'group',
      head: t('columns.group'),
      cell: (row) => <span className="text-muted">{t(`groups.${row.group}`)}</span>,
    },
  ]
}
