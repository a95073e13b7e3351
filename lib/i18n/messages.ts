import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from './locale'

export type Words = { readonly [key: string]: string | Words }

const cache = new Map<Locale, Words>()

/**
 * All words of one language: every `messages/<locale>/<namespace>.json`, the file's name being the namespace.
 * Throws when a file is missing or is not JSON.
 */
export function messages(locale: Locale, { fresh = false, root = process.cwd() } = {}): Words {
  const known = cache.get(locale)
  if (known && !fresh) return known
  const folder = join(root, 'messages', locale)
  const words: Record<string, Words> = {}
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue
    words[file.slice(0, -'.json'.length)] = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Words
  }
  cache.set(locale, words)
  return words
}
