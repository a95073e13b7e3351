import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTranslations } from 'next-intl/server'
import { attempt } from '@/app/(admin)/audit/attempt'
import { peopleOf } from '@/app/(admin)/audit/people'
import { readRecords } from '@/lib/db/scope'
import { settings } from '@/lib/env'
import { evidenceBasis, evidenceLines, type Basis, type Given } from '@/lib/ledger/evidence'
import { ledgerUrl } from '@/lib/ledger/runs'
import { zip, type Packed } from '@/lib/output/zip'
import { streamed, takeExport, type Export } from '../take'
import { entriesPage, indexPage } from './html'
import { refused } from '../../unreadable'

/** All of the log that the filters let through, each entry with its proof, the verifier, and the same to read. */
export async function GET(request: Request) {
  const taken = await takeExport(request, 'evidence package')
  if (taken instanceof Response) return taken
  const { database } = taken.principal
  const { value, error } = await attempt(() => evidenceBasis(ledgerUrl(database), database, settings().home))
  if (error) return refused(error)
  return streamed(zip(files(taken, value)), 'evidence.zip', 'application/zip')
}

async function* files(taken: Export, basis: Basis): AsyncGenerator<Packed, void> {
  const { principal, entries } = taken
  const t = await getTranslations({ locale: taken.locale, namespace: 'evidence' })
  const given: Given = { entries: 0, leftOut: 0 }
  const url = ledgerUrl(principal.database)
  yield { name: 'entries.ndjson', content: evidenceLines(url, principal.database, basis, entries(), given) }
  yield { name: 'checkpoint.note', content: basis.note }
  yield { name: 'verifier-key.txt', content: `${basis.keys.join('\n')}\n` }
  yield { name: 'verify.mjs', content: readFileSync(join(process.cwd(), 'docs/ledger/verify.mjs'), 'utf8') }
  const pages: string[] = []
  for await (const rows of entries()) {
    const name = `entries-${String(pages.length + 1).padStart(4, '0')}.html`
    const people = await readRecords(principal, (tx) =>
      peopleOf(
        principal,
        tx,
        rows.map((row) => row.actorUserId),
      ),
    )
    pages.push(name)
    yield { name, content: entriesPage(t, taken, rows, people, name) }
  }
  yield { name: 'index.html', content: indexPage(t, taken, basis, given, pages) }
}
