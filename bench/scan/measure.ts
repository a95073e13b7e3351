import { readFileSync } from 'node:fs'
import { loadConfig } from '@/lib/config/config'
import { readSnapshot } from '@/lib/catalog/read'
import { defaultLimits, open } from '@/lib/catalog/session'
import { expectShortLife, putHelpersBehind } from '@/lib/cli/engine'
import { allRules } from '@/lib/rules/all'
import { runRules } from '@/lib/rules/run'
import { loadParser } from '@/lib/sql/parse'

/**
 * One scan as the command line makes it, in a process of its own, so that its memory is its own: prints JSON. A second
 * argument names the rules.
 * Times in milliseconds, memory in MB; the backend's is what is private to it (RssAnon), where /proc tells.
 */
expectShortLife()
putHelpersBehind()
const url = process.argv[2] ?? ''
const codes = process.argv[3]?.split(',') ?? []
const rules = codes.length === 0 ? allRules : allRules.filter((rule) => codes.includes(rule.code))
const client = await open(url, defaultLimits)
const { rows } = await client.query('select pg_backend_pid() as pid')
const pid = (rows[0] as { pid: number }).pid
const cpu = process.cpuUsage()
const started = performance.now()
// As the command line does: the parser is compiled while the server answers.
const [snapshot] = await Promise.all([readSnapshot(client), loadParser()])
const read = performance.now()
const readCpu = process.cpuUsage(cpu)
const backend = { memory: status(`/proc/${pid}/status`, 'RssAnon'), cpu: cpuOf(`/proc/${pid}/stat`) }
const rssAfterRead = process.memoryUsage.rss()
const result = await runRules(snapshot, loadConfig(), { rules })
const ruled = performance.now()
const wholeCpu = process.cpuUsage(cpu)
process.stdout.write(
  JSON.stringify({
    relations: snapshot.relations.length,
    snapshot: Math.round(read - started),
    rules: Math.round(ruled - read),
    clientCpu: Math.round((readCpu.user + readCpu.system) / 1000),
    rulesCpu: Math.round((wholeCpu.user + wholeCpu.system - readCpu.user - readCpu.system) / 1000),
    backendCpu: backend.cpu,
    clientRss: Math.round(status('/proc/self/status', 'VmHWM') ?? process.memoryUsage.rss() / 2 ** 20),
    clientRssAfterRead: Math.round(rssAfterRead / 2 ** 20),
    backendRss: backend.memory === null ? null : Math.round(backend.memory),
    ruleCount: rules.length,
    findings: result.findings.length,
  }),
)
await client.end()

function status(file: string, field: string): number | null {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))
    return found ? Number(found[1]) / 1024 : null
  } catch {
    return null
  }
}

/** User and system time of a process, in ticks of 10 ms as Linux counts them. */
function cpuOf(file: string): number | null {
  try {
    const fields = readFileSync(file, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return null
  }
}
