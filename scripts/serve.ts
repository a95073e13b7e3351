import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster, type Cluster } from '@/db/cluster'
import { demonstrate } from '@/db/demonstration'
import { keptSecret } from '@/db/kept-secret'
import { Failure, reason } from '@/lib/cli/failure'
import type { GovernedDatabase, Settings } from '@/lib/env'
import { demonstrationTrust } from '@/lib/signatures/trust'
import { startOptions, usage } from './arguments'
import { needAnyGoverned, needPort, needStore } from './checks'
import { namedDatabases } from './named-databases'
import { runningAt, takeFolder } from './running'
import { shutdownOnSignals, type Shutdown } from './shutdown'
import { prepareStore } from './store'
import { endProcess, pagesAnswer, startWeb } from './web-process'

export interface ServeOptions {
  readonly root: string
  readonly args: readonly string[]
  readonly development: boolean
  readonly serverFile: string
  readonly say: (text: string) => void
}

/** Refuses at once what cannot work: arguments, settings, the port, databases that are not ours. @throws Failure */
export async function check(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    process.exit(0)
  }
  const { settings } = startOptions(args, process.env)
  const governed = governedOf(settings)
  await needPort(settings, runningAt(settings))
  for (const [name, error] of await needAnyGoverned(governed))
    process.stderr.write(
      `${name}: ${error.message} The pages start without it and show it when it is back.\n`,
    )
  if (settings.storeUrl) await needStore(settings.storeUrl)
}

/** The whole of a running Tabellion, until a signal ends it. @throws Failure with one sentence when it cannot start. */
export async function serve(options: ServeOptions): Promise<void> {
  const shutdown = shutdownOnSignals()
  try {
    await start(options, shutdown)
  } catch (error) {
    // A signal in the middle of a start breaks whatever was under way, and may be heard a moment after that.
    await sleep(100)
    if (shutdown.begun) return
    await shutdown.end()
    throw error
  }
}

async function start({ root, args, development, serverFile, say }: ServeOptions, shutdown: Shutdown) {
  const { settings, freshDemonstration } = startOptions(args, process.env)
  const { home, host, port } = settings
  const external = governedOf(settings)
  makeHome(home)

  const cluster = external.length === 0 || !settings.storeUrl ? await startEmbedded(root, home) : undefined
  if (cluster) {
    const folder = await takeFolder(cluster, settings)
    shutdown.add(() => cluster.stop())
    shutdown.add(() => folder.leave())
    folder.lost = () => void shutdown.exit(1, 'The embedded PostgreSQL ended.')
    shutdown.add(async () => void (folder.lost = () => undefined))
    folder.remember(settings)
  }
  const demonstration =
    cluster && external.length === 0
      ? await demonstrate({ cluster, fresh: freshDemonstration, say, trustFolder: demonstrationTrust(home) })
      : []
  writePrivate(
    join(home, 'databases.json'),
    demonstration.map(({ name, scanUrl, recordsUrl }) => ({ name, scanUrl, recordsUrl })),
  )
  const store = await prepareStore(settings, cluster, demonstration.length > 0)

  const web = startWeb({
    root,
    development,
    serverFile,
    host,
    port,
    environment: {
      TABELLION_HOME: home,
      TABELLION_CONFIG: settings.configFile,
      TABELLION_DATABASES: JSON.stringify(external.length > 0 ? external : demonstration),
      TABELLION_STORE_URL: store.url,
      TABELLION_STORE_VERSION: String(store.version),
      TABELLION_SECRET: settings.secret ?? keptSecret(join(home, 'secret')),
      TABELLION_DEMO: store.demonstration ? '1' : '0',
      ...(cluster ? { TABELLION_POSTMASTER: String(cluster.pid) } : {}),
    },
  })
  shutdown.add(() => endProcess(web))
  web.once('exit', (code, signal) => {
    void shutdown.exit(1, `The process that serves the pages ended (${code ?? signal}).`)
  })
  await pagesAnswer(web, `http://${host === '0.0.0.0' || host === 'localhost' ? '127.0.0.1' : host}:${port}`)
  const looked = external.length > 0 ? external : demonstration
  say(
    [
      '',
      `Tabellion shows ${looked.map(({ name }) => name).join(', ')} at ${settings.origin}`,
      ...store.lines,
      '',
    ].join('\n'),
  )
}

async function startEmbedded(root: string, home: string): Promise<Cluster> {
  try {
    return await startCluster({ binaries: embeddedBinaries(root), home: join(home, 'postgres') })
  } catch (error) {
    throw new Failure(
      `The embedded PostgreSQL cannot be used: ${reason(error)}. ` +
        'DATABASE_URL and TABELLION_STORE_URL together do without it.',
    )
  }
}

function governedOf(settings: Settings): readonly GovernedDatabase[] {
  return settings.databases.length > 0 ? settings.databases : namedDatabases(settings.configFile)
}

function makeHome(home: string) {
  try {
    mkdirSync(home, { recursive: true })
    writePrivate(join(home, 'databases.json'), [])
  } catch (error) {
    throw new Failure(
      `This user may not write to the folder ${home} (${reason(error)}): choose another with TABELLION_HOME.`,
    )
  }
}

function writePrivate(file: string, value: unknown) {
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
}
