import { loadavg } from 'node:os'
import { Client } from 'pg'
import { makeCheckpoint } from '@/lib/ledger/checkpoint'
import { ledgerKeys, trustedKeys } from '@/lib/ledger/keys'
import { rootFromInclusion } from '@/lib/ledger/merkle'
import { prove } from '@/lib/ledger/prove'
import { seal } from '@/lib/ledger/seal'
import { verify } from '@/lib/ledger/verify'

const quantile = (list: readonly number[], q: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0

/**
 * Proofs of entries drawn at random, then everything verified with one connection and with two. The configuration is not judged:
 * memberships are this benchmark's own.
 * @returns how many limits were not kept
 */
export async function proofs(
  url: string,
  home: string,
  runs: number,
  say: (text: string) => void,
): Promise<number> {
  await seal(url, 'browse')
  await makeCheckpoint(url, 'browse', [ledgerKeys(home).current])
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows: some } = await client.query<{ id: string }>(
    `select (1 + random() * (select max(id) - 1 from ledger.audit_logs))::bigint::text as id from generate_series(1, $1)`,
    [3 * runs],
  )
  await client.end()
  const made: number[] = []
  const checked: number[] = []
  let [bytes, size] = [0, 0]
  for (const { id } of some) {
    let began = performance.now()
    const proof = await prove(url, 'browse', id)
    made.push(performance.now() - began)
    bytes = Math.max(bytes, proof.hashes.length * 32)
    size = proof.size
    const hashes = proof.hashes.map((hash) => Buffer.from(hash, 'base64'))
    began = performance.now()
    rootFromInclusion(Buffer.alloc(32), proof.position, proof.size, hashes)
    checked.push(performance.now() - began)
  }
  const [p50, p95, check] = [quantile(made, 0.5), quantile(made, 0.95), quantile(checked, 0.5)]
  say(
    `proof of one of ${size}: at most ${bytes} bytes, p50 ${p50.toFixed(1)} p95 ${p95.toFixed(1)} ms, checked in ${check.toFixed(3)} ms; load ${loadavg()[0]?.toFixed(1)}`,
  )
  for (const workers of [1, 2]) {
    const began = performance.now()
    const report = await verify(url, 'browse', { trusted: trustedKeys(home), workers, rows: false })
    const broken = report.checks.filter(({ outcome }) => outcome === 'fail')
    for (const { id, problems } of broken) say(`${id}: ${JSON.stringify(problems)}`)
    say(
      `verify with ${workers}: ${broken.length === 0 ? 'intact' : 'broken'}, ${report.to} entries, ${Math.round(report.to / ((performance.now() - began) / 1000))}/s; load ${loadavg()[0]?.toFixed(1)}`,
    )
  }
  return [bytes > 800, p95 > 7, check > 0.05].filter(Boolean).length
}
