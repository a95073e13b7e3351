import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '@/db/cluster'

/** Whether this machine has pgbench: a client in C, which takes little of the processor that the server needs. */
export const hasPgbench = (): boolean => spawnSync('pgbench', ['--version']).status === 0

/** The work of `variants.ts` as a client asks for it, statement by statement. */
export const scripts = {
  single: String.raw`\set k random(1, 100000)
update accounts set amount = amount + 1, updated_at = now() where id = :k;
`,
  app: String.raw`\set k random(1, 100000)
begin;
select set_config('app.user_id', '00000000-0000-4000-8000-00000000000a', true), set_config('app.request_id', 'r1', true);
select amount from accounts where id = :k;
update accounts set amount = amount + 1, status = 'moved', updated_at = now() where id = :k;
insert into moves (clinic_id, account, amount) values (md5((:k % 20)::text)::uuid, :k, 1);
commit;
`,
  plainRead: String.raw`\set k random(1, 100000)
select * from visits where id = md5('v' || :k)::uuid;
`,
  recordedRead: String.raw`\set k random(1, 100000)
select * from read_visits(md5('v' || :k)::uuid, 'TREAT');
`,
} as const

/** A folder for the server's socket, which whoever it runs as may write. */
export function socketFolder(home: string): string {
  const folder = join(home, 'socket')
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o777)
  return folder
}

/** What is not counted: in its first second a pool's connection compiles, plans and reads the catalog for what it then does. */
const warming = 1

/**
 * Transactions a second of one script on one database, by prepared statements over a socket, 8 clients, once their connections
 * are warm: those of an application's pool stay.
 * @param seconds how long, at least one, after the first second
 */
export function pgbench(
  cluster: Cluster,
  socket: string,
  database: string,
  script: string,
  seconds: number,
): number {
  const file = join(socket, 'script.sql')
  writeFileSync(file, script)
  const lasting = warming + Math.max(1, Math.round(seconds))
  const asked = `-n -h ${socket} -p ${cluster.port} -U postgres -M prepared -c 8 -j 2 -P ${warming} -T ${lasting}`
  const done = spawnSync('pgbench', [...asked.split(' '), '-f', file, database], {
    encoding: 'utf8',
    env: { ...process.env, PGPASSWORD: cluster.password },
  })
  const warm = /^progress: ([\d.]+) s, ([\d.]+) tps/m.exec(done.stderr)
  const all = /actually processed: (\d+)[\s\S]*?tps = ([\d.]+)/.exec(done.stdout)
  if (!warm || !all) throw new Error(`pgbench failed: ${done.stderr}`)
  const [until, first, count, rate] = [warm[1], warm[2], all[1], all[2]].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  return (count - until * first) / (count / rate - until)
}
