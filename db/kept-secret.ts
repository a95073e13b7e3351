import { createHmac, randomBytes } from 'node:crypto'
import { chownSync, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { User } from './binaries'

/** A random secret in a file that only its owner reads: made once, complete or not at all, the same ever after. */
export function keptSecret(file: string, owner?: User): string {
  if (!existsSync(file)) {
    const half = `${file}.${process.pid}`
    writeFileSync(half, randomBytes(24).toString('hex'), { mode: 0o600 })
    if (owner) chownSync(half, owner.uid, owner.gid)
    try {
      linkSync(half, file)
      rmSync(half)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') rmSync(half)
      else renameSync(half, file)
    }
  }
  return readFileSync(file, 'utf8')
}

/** The password of one login role of the embedded server, from the server's own secret. */
export const passwordOf = (role: string, secret: string): string =>
  createHmac('sha256', secret).update(role).digest('hex').slice(0, 48)
