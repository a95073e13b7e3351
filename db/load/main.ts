import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { installReference } from '../reference/files'
import { finish, load } from './load'

/**
 * `npm run seed -- --url postgresql://…/empty --clinics 50 --patients 1000000 [--visits 10] [--years 5] [--today 2026-11-20]`
 * Installs the reference schema where it is missing, then fills it. `--only load` stops before the indexes, `--only finish`
 * goes on from there. Needs a superuser.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    clinics: { type: 'string', default: '50' },
    patients: { type: 'string', default: '1000000' },
    visits: { type: 'string', default: '10' },
    years: { type: 'string', default: '5' },
    today: { type: 'string' },
    only: { type: 'string' },
  },
})

async function main(): Promise<void> {
  const number = (name: 'clinics' | 'patients' | 'visits' | 'years', from: number, to: number) => {
    const value = Number(values[name])
    if (!(value >= from && value <= to)) throw new Error(`--${name} is a number from ${from} to ${to}.`)
    return value
  }
  const volume = {
    clinics: number('clinics', 1, 5000),
    patients: number('patients', 1, 100_000_000),
    visits: number('visits', 0, 1000),
    years: number('years', 1, 30),
    today: values.today ? new Date(`${values.today}T12:00:00Z`) : new Date(),
  }
  if (!values.url) throw new Error('--url postgresql://… of an empty database is missing.')
  if (Number.isNaN(volume.today.getTime())) throw new Error('--today is a day as 2026-11-20.')
  const say = (text: string) => process.stdout.write(`${text}\n`)
  if (values.only !== 'finish') {
    const client = new Client({ connectionString: values.url })
    await client.connect()
    try {
      const { rows } = await client.query(`select to_regclass('public.clinics') as there`)
      if ((rows[0] as { there: string | null }).there === null) await installReference(client)
    } finally {
      await client.end()
    }
    say('Rows, by COPY; triggers, audit capture and indexes are off meanwhile …')
    const { rows, seconds } = await load(values.url, volume, say)
    say(
      `${rows} rows in ${seconds.toFixed(1)} s: ${Math.round(rows / seconds)} rows/s, load ${loadavg()[0]?.toFixed(1)}`,
    )
  }
  if (values.only !== 'load') {
    say('Indexes, statistics, keys, triggers …')
    await finish(values.url, say)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Nothing more was loaded: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
