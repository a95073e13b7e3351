import { Client } from 'pg'
import { fillClinic } from './clinics'
import { bringIndexesBack, bringKeysBack, isUnderWay, putAside } from './deferred'
import { fillPatients } from './patients'
import { date, midnight, planClinics, type Volume } from './plan'
import { loadedTables, Tables } from './tables'
import { fillVisits } from './visits'

export interface Loaded {
  readonly rows: number
  /** Seconds of COPY alone. */
  readonly seconds: number
}

/** Chart reads that are recorded, so that the audit log of a patient is not empty. */
const readsRecorded = 200_000

/**
 * Fills an installed, empty reference schema with made-up clinics. Triggers, keys and indexes are put aside while rows come
 * in: consent events and audit entries of the rows themselves do not exist, and one audit entry says so. What a
 * trigger would compute (proofs of entries, dates) is computed here. `finish` brings everything back.
 */
export async function load(url: string, volume: Volume, say: (text: string) => void): Promise<Loaded> {
  return withClients(url, loadedTables.length, async (clients) => {
    const [first] = clients as [Client]
    const { rows: there } = await first.query('select from public.clinics limit 1')
    if (there.length > 0)
      throw new Error('There are clinics in this database already; the load wants an empty reference schema.')
    await first.query('select app.make_partitions($1::date, $2::date)', [
      date(midnight(volume, -365 * volume.years - 30)),
      date(midnight(volume, 365)),
    ])
    await putAside(first)
    const started = performance.now()
    const tables = new Tables(clients)
    const planned = planClinics(volume)
    let people = 0
    for (const clinic of planned) {
      await fillClinic(tables, clinic, volume)
      await fillPatients(tables, clinic, volume, people)
      people += clinic.patients
    }
    say(`  ${people} patients in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    await fillVisits(tables, planned, volume, (share) => say(`  ${Math.round(share * 100)}% of the visits`))
    const counts = await tables.end()
    const seconds = (performance.now() - started) / 1000
    for (const [table, rows] of Object.entries(counts)) say(`  ${String(rows).padStart(10)} ${table}`)
    return { rows: Object.values(counts).reduce((sum, rows) => sum + rows, 0), seconds }
  })
}

/** Indexes, statistics, the check of every key, triggers; then the audit entry that says what was not recorded. */
export async function finish(url: string, say: (text: string) => void): Promise<void> {
  await withClients(url, 2, async (clients) => {
    const [first] = clients as [Client, Client]
    if (!(await isUnderWay(first))) throw new Error('No load was begun in this database.')
    const began = performance.now()
    const since = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
    await bringIndexesBack(clients, say)
    say(`  indexes ${since()}`)
    await first.query('vacuum analyze')
    say(`  statistics ${since()}`)
    const keys = await bringKeysBack(first, say)
    say(`  ${keys} foreign keys hold, triggers as before ${since()}`)
    await first.query(`
      select ledger.record_event('backup', p_table => 'public.*', p_purpose => 'synthetic rows loaded by COPY with capture off',
        p_count => (select sum(reltuples)::int from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'))`)
    await first.query(
      `select ledger.record_event('read', p_clinic => clinic_id, p_table => 'public.medical_records', p_patient => id, p_purpose => 'care', p_phi => true)
         from (select clinic_id, id from public.patients order by record_number limit $1) as some_patients`,
      [readsRecorded],
    )
    await first.query('analyze')
    say(`  chart reads recorded ${since()}`)
  })
}

async function withClients<T>(
  url: string,
  count: number,
  work: (clients: Client[]) => Promise<T>,
): Promise<T> {
  const clients = Array.from(
    { length: count },
    () => new Client({ connectionString: url, application_name: 'tabellion load' }),
  )
  for (const client of clients) client.on('error', () => undefined)
  try {
    await Promise.all(clients.map((client) => client.connect()))
    for (const client of clients)
      await client.query(`set synchronous_commit = off; set statement_timeout = 0; set lock_timeout = 0`)
    return await work(clients)
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
  }
}
