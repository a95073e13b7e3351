import type { Expr } from './expression'

/** A node of libpg-query's tree: one key that names it, or plain fields. */
export type RawNode = { readonly [key: string]: unknown }

export function constant(body: RawNode): Expr {
  if (body['isnull'] === true) return { kind: 'const', value: null, type: null }
  const [what] = Object.keys(body).filter((key) => key !== 'location')
  const inner = (what === undefined ? {} : body[what]) as RawNode
  if (what === 'boolval') return { kind: 'const', value: inner['boolval'] === true, type: 'boolean' }
  if (what === 'ival') return { kind: 'const', value: Number(inner['ival'] ?? 0), type: 'integer' }
  if (what === 'fval') return { kind: 'const', value: Number(inner['fval'] ?? 0), type: 'numeric' }
  return { kind: 'const', value: String(inner['sval'] ?? inner['bsval'] ?? ''), type: null }
}

export function typed(value: string | number | boolean | null, type: string): Expr {
  if (type === 'boolean' && typeof value === 'string') {
    if (/^(t|tr|tru|true|y|ye|yes|on|1)$/i.test(value)) return { kind: 'const', value: true, type }
    if (/^(f|fa|fal|fals|false|n|no|of|off|0)$/i.test(value)) return { kind: 'const', value: false, type }
  }
  if (
    /^(integer|bigint|smallint|numeric)$/.test(type) &&
    typeof value === 'string' &&
    /^-?\d+(\.\d+)?$/.test(value)
  )
    return { kind: 'const', value: Number(value), type }
  return { kind: 'const', value, type }
}

const short: Record<string, string> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  varchar: 'text',
  bpchar: 'text',
  'character varying': 'text',
}

export function typeName(node: RawNode | undefined): string {
  const name = names(node?.['names'])
    .filter((part) => part !== 'pg_catalog')
    .join('.')
  return `${short[name] ?? name}${node?.['arrayBounds'] ? '[]' : ''}`
}

export const names = (list: unknown): string[] =>
  ((list ?? []) as RawNode[]).map((item) => String((item['String'] as RawNode | undefined)?.['sval'] ?? ''))

/** Nodes among the fields of a node this file does not know: a key in capitals is a node. */
export function children(body: unknown): RawNode[] {
  if (body === null || typeof body !== 'object') return []
  if (Array.isArray(body)) return body.flatMap(children)
  const keys = Object.keys(body)
  if (keys.length === 1 && /^[A-Z]/.test(keys[0] ?? '')) return [body as RawNode]
  return Object.values(body).flatMap(children)
}
