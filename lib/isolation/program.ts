import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command line: beside the packages, above wherever this module was bundled to. */
export function program(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let at = start; dirname(at) !== at; at = dirname(at)) {
    const found = join(/* turbopackIgnore: true */ at, 'bin', 'tabellion.mjs')
    if (existsSync(/* turbopackIgnore: true */ found)) return found
  }
  return join(/* turbopackIgnore: true */ process.cwd(), 'bin', 'tabellion.mjs')
}
