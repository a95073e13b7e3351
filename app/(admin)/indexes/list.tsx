import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import type { Column } from '@/components/data-table'
import { RelationLink } from '@/components/relation-link'
import { Status, markOf, toneText } from '@/components/status'
import { bytes, count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { IndexRow } from '@/lib/inventory/indexes'
import { findingPath } from '@/lib/url/paths'

/** The columns of the indexes list. */
export function useColumns(): Column<IndexRow>[] {
  const t = useTranslations('indexes')
  const locale = useLocale()
  return [
    {
      id: 'name',
      head: t('columns.name'),
      sorts: true,
      cell: (row) => <span className="font-mono break-words">{row.name}</span>,
    },
    { id: 'table', head: t('columns.table'), sorts: true, cell: (row) => <RelationLink id={row.relation} /> },
    {
      id: 'definition',
      head: t('columns.definition'),
      cell: (row) => (
        <code
          className="text-meta line-clamp-3 max-w-[34ch] [overflow-wrap:anywhere]"
          title={row.definition.length > 100 ? row.definition : undefined}
        >
          {row.method === 'btree' ? '' : `${row.method} `}
          {row.definition}
        </code>
      ),
    },
    {
      id: 'kind',
      head: t('columns.kind'),
      cell: (row) => <span className="text-muted">{t(`kinds.${row.kind}`)}</span>,
    },
    {
      id: 'size',
      head: t('columns.size'),
      align: 'end',
      sorts: true,
      sortsDown: true,
      cell: (row) => bytes(row.size, locale),
    },
    {
      id: 'scans',
      head: t('columns.scans'),
      align: 'end',
      sorts: true,
      sortsDown: true,
      cell: (row) => count(row.scans, locale),
    },
    { id: 'note', head: t('columns.note'), cell: (row) => <Note row={row} /> },
  ]
}

function Note({ row }: { row: IndexRow }) {
  const locale = useLocale()
  return (
    <span className="flex flex-col gap-1">
      {!row.valid && <Status of="index" value="invalid" />}
      {row.findings.map((finding) => {
        const { glyph, tone } = markOf('severity', finding.severity)
        return (
          <Link
            key={finding.key}
            href={findingPath(finding.key) as Route}
            prefetch={false}
            className="link text-meta"
          >
            <span aria-hidden="true" className={toneText[tone]}>
              {glyph}{' '}
            </span>
            {say(finding.title, locale)}
          </Link>
        )
      })}
      {row.valid && row.findings.length === 0 && <span className="text-muted">—</span>}
    </span>
  )
}
