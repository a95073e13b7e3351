#!/usr/bin/env node
// How fast the pages of a running Tabellion answer, and how much script each loads.
//   node bench/pages/pages.mjs [http://localhost:3000] [rounds] [process id of next-server]
// Latency is of the whole answer, one request at a time, signed in as the demonstration's officer; /health is the same
// road without a page. With the process id (Linux) it also says how much processor time a page takes, which does not
// depend on what else the machine does. The pages of isolation want a finished run, which a first start makes by itself.
// Script is what a browser with modules loads, gzip level 6, in kB of 1000 bytes.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { chromiumPath } from './chromium.mjs'

const base = process.argv[2] ?? 'http://localhost:3000'
const rounds = Number(process.argv[3] ?? 60)
const server = process.argv[4]
const pages = [
  '/overview',
  '/tables',
  '/coverage',
  '/indexes',
  '/audit-status',
  '/findings',
  '/consents',
  '/audit',
  '/users',
  '/isolation',
  '/isolation/principals',
]
/** Answered as a file, so that no browser loads a page of them. */
const files = ['csv', 'json', 'sql', 'pgtap'].map((form) => `/export/isolation?form=${form}`)

const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  chromiumSandbox: process.getuid?.() !== 0,
})
const context = await browser.newContext({ baseURL: base })
const page = await context.newPage()
await page.goto('/sign-in')
await page.locator('input[name=email]').fill('officer@tabellion.example')
await page.locator('input[name=password]').fill('tabellion-demo')
await page.locator('form:has(input[name=password]) button[type=submit]').click()
await page.waitForURL(/overview/)

const detail = async (list, selector) => {
  await page.goto(list)
  const link = page.locator(selector).first()
  await link.waitFor({ timeout: 5_000 }).catch(() => undefined)
  return (await link.count()) > 0 ? await link.getAttribute('href') : null
}
pages.push(
  ...[
    await detail('/tables', 'main tbody a[href^="/tables/"]'),
    await detail('/consents', 'main tbody a[href^="/consents/"]'),
    await detail('/isolation?order=name', 'main tbody a[data-cell]'),
  ].filter(Boolean),
)

const scripts = new Map()
for (const path of pages) {
  let bytes = 0
  const waiting = []
  const count = (response) => {
    if (/_next\/static\/.*\.js/.test(response.url()))
      waiting.push(response.body().then((body) => (bytes += gzipSync(body, { level: 6 }).length)))
  }
  // A fresh context, or the cache would answer for the files that the last page loaded.
  const fresh = await browser.newContext({ baseURL: base, storageState: await context.storageState() })
  const one = await fresh.newPage()
  one.on('response', count)
  await one.goto(path, { waitUntil: 'networkidle' })
  await Promise.all(waiting)
  scripts.set(path, bytes)
  await fresh.close()
}
const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
await browser.close()

const once = async (path) => {
  const since = performance.now()
  const response = await fetch(base + path, { headers: { cookie } })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return performance.now() - since
}
const times = new Map([...pages, ...files, '/health'].map((path) => [path, []]))
for (const path of times.keys()) for (let n = 0; n < 5; n += 1) await once(path)
// Page by page in turn, so that a slow moment of the machine meets all of them.
for (let n = 0; n < rounds; n += 1) for (const [path, list] of times) list.push(await once(path))

/** Processor time that the server has used, milliseconds; the kernel counts hundredths of a second. */
const used = () => {
  const fields = readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const processor = new Map()
if (server) {
  for (const path of times.keys()) {
    const before = used()
    for (let n = 0; n < 30; n += 1) await once(path)
    processor.set(path, (used() - before) / 30)
  }
}

const at = (list, share) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(list.length * share) - 1)]
const floor = at(times.get('/health'), 0.5)
const figures = [...times].map(([path, list]) => ({
  page: path,
  p50: at(list, 0.5).toFixed(1),
  p95: at(list, 0.95).toFixed(1),
  'p50 / health': (at(list, 0.5) / floor).toFixed(1),
  ...(server ? { 'processor ms': processor.get(path).toFixed(1) } : {}),
  'script kB': scripts.has(path) ? (scripts.get(path) / 1000).toFixed(0) : '',
}))
const heads = Object.keys(figures[0])
console.log(`| ${heads.join(' | ')} |\n|${heads.map(() => '---').join('|')}|`)
for (const figure of figures) console.log(`| ${heads.map((head) => figure[head]).join(' | ')} |`)
const all = pages.flatMap((path) => times.get(path))
console.log(
  `\nall pages: p50 ${at(all, 0.5).toFixed(1)} ms, p95 ${at(all, 0.95).toFixed(1)} ms, ${rounds} rounds, Node ${process.versions.node}`,
)
const slow = at(all, 0.95) > 100
const large = Math.max(...scripts.values()) > 190_000
if (slow) console.log('over the limit: p95 of 100 ms')
if (large) console.log('over the limit: 190 kB of script')
process.exitCode = slow || large ? 1 : 0
