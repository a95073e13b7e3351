import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { embeddedBinaries } from '../../db/binaries'
import { startCluster } from '../../db/cluster'
import { installReference } from '../../db/reference/files'
import { closeConnections } from '../../lib/db/client'
import { recordsAt, type Principal } from '../../lib/db/scope'
import { cursorText } from '../../lib/db/keyset'
import { countConsents, listConsents, type ConsentFilter } from '../../lib/consents/queries'
import { withdraw } from '../../lib/consents/commands'
import { listExpiring, readMatrix } from '../../lib/consents/work'
import { load, adminOf, clinicId, officer } from './load'

/**
 * A million consents in a reference database: what the pages ask of it, as the roles that ask. `[consents] [runs] [--home FOLDER]`; a folder
 * is kept and used again, so that loading and measuring are two runs.
 * Prints milliseconds of the whole transaction, the setting of its role included, and the load of the machine.
 */
const { positionals, values } = parseArgs({ allowPositionals: true, options: { home: { type: 'string' } } })
const [consents = 1_000_000, runs = 60] = positionals.map(Number)
const home = values.home ?? mkdtempSync(join(tmpdir(), 'tabellion-bench-'))
if (!values.home) chmodSync(home, 0o755)
const cluster = await startCluster({
  binaries: embeddedBinaries(process.cwd()),
  home: join(home, 'server'),
  settings: { shared_buffers: '256MB', max_wal_size: '4GB', work_mem: '16MB' },
})
try {
  const url = cluster.url('postgres')
  const client = new Client({ connectionString: url })
  // The server's end must not hide what went wrong before it.
  client.on('error', () => undefined)
  await client.connect()
  const began = performance.now()
  const { rows: there } = await client.query<{ there: boolean }>(
    `select to_regclass('consent_records') is not null as there`,
  )
  if (!there[0]?.there) {
    await installReference(client)
    await load(client, consents)
  }
  const { rows: loaded } = await client.query<{ n: string }>('select count(*) as n from consent_records')
  console.log(`${loaded[0]?.n} consents loaded in ${Math.round((performance.now() - began) / 1000)} s`)

  const records = recordsAt('bench', url)
  const who = (over: Partial<Principal>): Principal => ({
    userId: officer,
    subject: adminOf(1),
    email: 'x',
    name: 'x',
    role: 'clinic_admin',
    clinics: [clinicId(1)],
    clinicId: null,
    requestId: 'bench',
    database: 'bench',
    locale: 'en',
    ...over,
  })
  const admin = who({})
  const everywhere = who({ role: 'compliance_officer', subject: officer, clinics: [] })
  const filter = (over: Partial<ConsentFilter> = {}): ConsentFilter => ({
    q: '',
    purpose: [],
    status: [],
    expiring: null,
    ...over,
  })

  const measure = async (name: string, work: (run: number) => Promise<unknown>, times = runs) => {
    await work(-1)
    await work(-2)
    const took: number[] = []
    for (let run = 0; run < times; run++) {
      const at = performance.now()
      await work(run)
      took.push(performance.now() - at)
    }
    took.sort((a, b) => a - b)
    const of = (share: number) =>
      (took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(1)
    console.log(
      `${name.padEnd(44)} p50 ${of(0.5).padStart(7)}  p95 ${of(0.95).padStart(7)}  load ${loadavg()[0]?.toFixed(1)}`,
    )
  }
  const page = (principal: Principal, of = filter(), after: string | null = null) =>
    records.read(principal, (tx) => listConsents(tx, of, { after, before: null }))

  await measure('a transaction that reads nothing', () => records.read(admin, async () => null))
  await measure('list, one clinic', () => page(admin))
  await measure('list, all clinics', () => page(everywhere))
  const first = await page(admin)
  const last = first.rows.at(-1)
  const after = last ? cursorText({ at: last.changedAt, id: last.id }) : null
  await measure('list, one clinic, second page', () => page(admin, filter(), after))
  await measure('list, granted only', () => page(admin, filter({ status: ['granted'] })))
  await measure('list, one purpose', () => page(admin, filter({ purpose: ['purpose.3'] })))
  await measure('list, one record number', (run) => page(admin, filter({ q: `1-${4000 + run}` })))
  await measure('count, capped at 10,000', () => records.read(admin, (tx) => countConsents(tx, filter())))
  await measure('matrix, 30 patients', (run) =>
    records.read(admin, (tx) => readMatrix(tx, clinicId(1), '', `1-${1000 + run * 30}`)),
  )
  await measure('expiring within 30 days, one clinic', () =>
    records.read(admin, (tx) => listExpiring(tx, 30)),
  )
  await measure('expiring within 90 days, all clinics', () =>
    records.read(everywhere, (tx) => listExpiring(tx, 90)),
  )
  const { rows: living } = await client.query<{ id: string }>(
    `select id from consent_records where clinic_id = $1 and status = 'granted' and expires_at > now() order by md5(id::text) limit $2`,
    [clinicId(1), runs * 4 + 2],
  )
  await measure(
    'withdrawal, its gate and tasks in the transaction',
    (run) =>
      records.write(admin, (tx) =>
        withdraw(tx, {
          id: living[run + 2]?.id ?? '',
          channel: 'phone',
          who: 'subject_request',
          declaredAt: null,
        }),
      ),
    runs * 4,
  )
  await client.end()
} finally {
  await closeConnections()
  await cluster.stop()
  if (!values.home) rmSync(home, { recursive: true, force: true })
}
