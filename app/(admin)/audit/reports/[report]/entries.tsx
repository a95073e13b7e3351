import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { DataTable } from '@/components/data-table'
import { Pager } from '@/components/pager'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import type { Entry } from '@/lib/audit/queries'
import type { Report } from '@/lib/audit/reports'
import { cursorText } from '@/lib/db/keyset'
import { count } from '@/lib/format/format'
import { useSentence } from '../../entry'
import type { ReportPage } from '../read'
import { searchOf, type State } from '../search'

/** Each entry of the report, a page at a time; on the printed sheet all that fit one. */
export function Entries({ report, state, found }: { report: Report; state: State; found: ReportPage }) {
  const t = useTranslations('reports')
  const a = useTranslations('audit')
  const locale = useLocale()
  const sentence = useSentence(found.people)
  const search = searchOf(report)
  const { rows, older, newer } = found.page
  const at = (row: Entry | undefined) => (row ? cursorText({ at: row.recordedAt, id: row.id }) : null)
  const shown = count(rows.length, locale)
  const total = count(found.total, locale)
  return (
    <>
      <DataTable
        caption={t('each')}
        rows={rows}
        rowKey={(row) => row.id}
        {...(state.print ? {} : { rowHref: (row: Entry) => search.href(state, { peek: row.id }) })}
        selected={state.peek || null}
        columns={[
          {
            id: 'when',
            head: a('when'),
            cell: (row) => (
              <span className="whitespace-nowrap">
                <Time at={row.recordedAt} look="exact" />
              </span>
            ),
          },
          {
            id: 'what',
            head: a('what'),
            cell: (row) => (
              <span className="block sm:min-w-60 [overflow-wrap:anywhere] whitespace-normal">
                {sentence(row)}
              </span>
            ),
          },
          ...(report === 'exports'
            ? [
                {
                  id: 'recipient',
                  head: a('recipient'),
                  cell: (row: Entry) => row.recipient ?? <span className="text-muted">–</span>,
                },
              ]
            : []),
          {
            id: 'patient',
            head: a('patient'),
            cell: (row) =>
              row.patientRef ? <Patient id={row.patientRef} /> : <span className="text-muted">–</span>,
          },
          {
            id: 'outcome',
            head: a('outcome'),
            cell: (row) => <Status of="auditOutcome" value={row.outcome as 'success'} />,
          },
          { id: 'ip', head: a('ip'), cell: (row) => row.ip ?? <span className="text-muted">–</span> },
          {
            id: 'entry',
            head: a('entry'),
            align: 'end',
            cell: (row) => <span className="text-meta font-mono">{row.id}</span>,
          },
        ]}
      />
      {state.print ? (
        older && <p className="text-muted mt-2">{t('printed', { shown, total })}</p>
      ) : (
        <Pager
          kind="keyset"
          first={newer ? search.href(state, { after: null, before: null, peek: null }) : null}
          previous={newer ? search.href(state, { before: at(rows[0]), after: null, peek: null }) : null}
          next={older ? search.href(state, { after: at(rows.at(-1)), before: null, peek: null }) : null}
        >
          {a('rowsOf', { shown, total })}
        </Pager>
      )}
    </>
  )
}

/** A patient's short number, which leads to who saw that one. */
function Patient({ id }: { id: string }) {
  return (
    <Link
      href={`/audit/reports/patient?patient=${id}` as Route}
      prefetch={false}
      className="link relative z-1 font-mono text-meta"
    >
      {id.slice(0, 8)}
    </Link>
  )
}
