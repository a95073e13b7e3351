import { getTranslations } from 'next-intl/server'
import { forbidden, notFound } from 'next/navigation'
import { search } from '@/app/(admin)/isolation/search'
import { CatalogError } from '@/lib/catalog/error'
import type { Snapshot } from '@/lib/catalog/types'
import { currentSnapshot } from '@/lib/catalog/current'
import { readStore } from '@/lib/db/scope'
import { lineCommands, linesOf, truncateLines, type Line } from '@/lib/isolation/lines'
import { isolationMatrix, selectIsolation } from '@/lib/isolation/matrix'
import { checksOf } from '@/lib/isolation/regression'
import { pgtapTest, plainTest } from '@/lib/isolation/regression-sql'
import { latestRuns, listResults, type StoredRun } from '@/lib/isolation/stored'
import { isolationAsCsv, isolationAsJson } from '@/lib/output/isolation'
import { noteActivity } from '@/lib/session/activity'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'

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
  const { run, findings } = await readStore(principal, async (tx) => {
    const { finished } = await latestRuns(tx, principal.database)
    return { run: finished, findings: finished ? await listResults(tx, finished.id) : [] }
  })
  if (!run) notFound()
  const shown = new Set(
    selectIsolation(isolationMatrix(run.setup, findings), search.parse(Object.fromEntries(searchParams))).map(
      ({ relation }) => relation,
    ),
  )
  const lines = linesOf(findings).filter(({ relation }) => shown.has(relation))
  const snapshot =
    form === 'sql' || form === 'pgtap'
      ? await currentSnapshot(principal.database).then(
          (current) => current.snapshot,
          (error: unknown) => {
            if (error instanceof CatalogError) return error
            throw error
          },
        )
      : null
  if (snapshot instanceof CatalogError) {
    const t = await getTranslations('catalog')
    return new Response(`${t('failed')}: ${t(`problems.${snapshot.code}`)}\n`, { status: 503 })
  }
  await noteActivity(principal, {
    action: 'export',
    details: { what: `isolation ${form}`, lines: lines.length },
  })
  const [name, type] = forms[form]
  const all = [...lines, ...truncateLines(findings.filter(({ relation }) => shown.has(relation)))]
  return new Response(written(form, form === 'json' ? all : lines, run, snapshot), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

function written(form: Form, lines: readonly Line[], run: StoredRun, snapshot: Snapshot | null): string {
  if (form === 'csv') return isolationAsCsv(lines)
  if (form === 'json' || !snapshot) return isolationAsJson(lines, run.setup, run.basis)
  const head = { database: snapshot.database, takenAt: run.finishedAt ?? run.startedAt }
  const asked = lines.filter(({ command }) => lineCommands.some((each) => each === command))
  const checks = checksOf(snapshot, run.setup, asked)
  return form === 'sql' ? plainTest(head, checks) : pgtapTest(head, checks)
}
