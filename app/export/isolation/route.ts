import { forbidden, notFound } from 'next/navigation'
import { search } from '@/app/(admin)/isolation/search'
import { CatalogError } from '@/lib/catalog/error'
import type { Snapshot } from '@/lib/catalog/types'
import { currentSnapshot } from '@/lib/catalog/current'
import { readStore } from '@/lib/db/scope'
import { truncateLines } from '@/lib/isolation/lines'
import { selectIsolation } from '@/lib/isolation/matrix'
import { checksOf, type Reached } from '@/lib/isolation/export/regression'
import { pgtapTest, plainTest } from '@/lib/isolation/export/regression-sql'
import { latestRuns, type StoredRun } from '@/lib/isolation/stored/stored'
import { readFile } from '@/lib/isolation/stored/stored-files'
import { listLines, listReached, listTruncates, readSummary } from '@/lib/isolation/stored/stored-results'
import { isolationAsCsv, isolationAsJson } from '@/lib/output/isolation'
import { noteActivity } from '@/lib/session/activity'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refusal, unreadable } from '../unreadable'

const forms = {
  csv: ['isolation.csv', 'text/csv; charset=utf-8'],
  json: ['isolation.json', 'application/json'],
  sql: ['isolation-test.sql', 'application/sql; charset=utf-8'],
  pgtap: ['isolation-test.pgtap.sql', 'application/sql; charset=utf-8'],
} as const
type Form = keyof typeof forms

/** What the matrix shows of the newest results, all pages of it: as CSV or JSON, or as a test in plain SQL or for pgTAP. */
export async function GET(request: Request): Promise<Response> {
  const principal = await requirePrincipal('catalog:read')
  if (!may(principal, 'export')) forbidden()
  const { searchParams } = new URL(request.url)
  const form = (Object.keys(forms) as Form[]).find((each) => each === (searchParams.get('form') ?? 'csv'))
  if (!form) notFound()
  const read = await readStore(principal, async (tx) => {
    const { finished: run } = await latestRuns(tx, principal.database)
    if (!run) return null
    const summary = await readSummary(tx, run)
    const { rows, roles } = selectIsolation(summary, search.parse(Object.fromEntries(searchParams)))
    const whole = rows.length === summary.rows.length && roles.length === summary.roles.length
    const file = whole && (form === 'csv' || form === 'json') ? await readFile(tx, run.id, form) : null
    if (file) return { run, file }
    const about = { relations: rows.map(({ relation }) => relation), roles }
    const asTest = form === 'sql' || form === 'pgtap'
    return {
      run,
      reached: asTest ? await listReached(tx, run.id, about) : [],
      lines: asTest ? [] : await listLines(tx, run.id, about),
      emptied: form === 'json' ? truncateLines(await listTruncates(tx, run.id, about)) : [],
    }
  })
  if (!read) notFound()
  if (read.file) {
    const { counts } = read.run
    const lines = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
    await noteActivity(principal, { action: 'export', details: { what: `isolation ${form}`, lines } })
    return sent(form, read.file)
  }
  const { run, reached, lines, emptied } = read
  const snapshot =
    form === 'sql' || form === 'pgtap'
      ? await currentSnapshot(principal.database).then((current) => current.snapshot, unreadable)
      : null
  if (snapshot instanceof CatalogError) return refusal(snapshot, '-- ')
  await noteActivity(principal, {
    action: 'export',
    details: { what: `isolation ${form}`, lines: lines.length + reached.length },
  })
  const text =
    form === 'csv'
      ? isolationAsCsv(lines)
      : snapshot
        ? testOf(form, run, snapshot, reached)
        : isolationAsJson([...lines, ...emptied], run.setup, run.basis)
  return sent(form, text)
}

function sent(form: Form, text: string | Uint8Array<ArrayBuffer>): Response {
  const [name, type] = forms[form]
  return new Response(text, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

function testOf(form: Form, run: StoredRun, snapshot: Snapshot, reached: readonly Reached[]): string {
  const head = { database: snapshot.database, takenAt: run.finishedAt ?? run.startedAt }
  const checks = checksOf(snapshot, run.setup, reached)
  return form === 'sql' ? plainTest(head, checks) : pgtapTest(head, checks)
}
