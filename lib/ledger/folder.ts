import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it, one by one: where the system refuses one as if its parent were missing, as under /proc, Node's own
 * way never ends.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const whole = resolve(path)
  makeFolder(dirname(whole))
  mkdirSync(whole)
}
