import { escapeIdentifier, escapeLiteral } from 'pg'

export const ident = escapeIdentifier
export const literal = escapeLiteral

export const idents = (names: readonly string[]) => names.map(ident).join(', ')

/** A role in GRANT, REVOKE, POLICY; `null` is PUBLIC. */
export const grantee = (role: string | null) => (role === null ? 'public' : ident(role))

/** `with (…)` of stored options, or nothing. */
export function withOptions(options: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name} = ${literal(value)}`)
  return pairs.length === 0 ? '' : ` with (${pairs.join(', ')})`
}

/** A deparsed definition without the semicolon at its end. */
export const bare = (definition: string) => definition.replace(/;\s*$/, '').trim()

/** Settings that hold a list of names, each quoted as an identifier where it must be. */
const lists = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
  'createrole_self_grant',
])

/** The right side of `SET name TO …` for a value as proconfig and setconfig store it. */
export function settingValue(name: string, value: string): string {
  if (!lists.has(name)) return literal(value)
  const parts = [...value.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]+))\s*(?:,|$)/g)].map(([, quoted, plain]) =>
    literal(quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')),
  )
  return parts.length === 0 ? `''` : parts.join(', ')
}

/** `"name"` or `custom.name`: a setting's name, each part quoted. */
export const settingName = (name: string) => name.split('.').map(ident).join('.')
