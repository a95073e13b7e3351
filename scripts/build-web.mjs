// Builds the pages, once for each state of their sources.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal, root, run, stampOf } from './prepare.mjs'

const sources = [
  'app',
  'components',
  'lib',
  'db',
  'messages',
  'public',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

export const distFolder = process.env.TABELLION_DIST || '.next'

/** The program that serves the built pages. */
export const serverFile = join(root, distFolder, 'standalone', 'server.js')

/** Builds the pages when their sources changed since the last whole build. @throws Refusal with what the build said. */
export async function buildWeb(say) {
  const dist = join(root, distFolder)
  const stamp = join(dist, 'standalone', 'stamp')
  const wanted = stampOf(sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the pages (about a minute) …')
  rmSync(join(dist, 'standalone'), { recursive: true, force: true })
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const { code, output } = await run(
    process.execPath,
    [join(root, 'node_modules/next/dist/bin/next'), 'build'],
    { cwd: root, env },
  )
  if (code !== 0) {
    process.stderr.write(output.split('\n').slice(-60).join('\n'))
    throw new Refusal('The pages could not be built, see above.')
  }
  // The standalone output leaves these to whoever serves it.
  cpSync(join(dist, 'static'), join(dist, 'standalone', distFolder, 'static'), { recursive: true })
  if (existsSync(join(root, 'public')))
    cpSync(join(root, 'public'), join(dist, 'standalone', 'public'), { recursive: true })
  // Written last: a build that was cut off is made anew. If a source changed meanwhile, the next start sees it.
  writeFileSync(stamp, wanted)
}
