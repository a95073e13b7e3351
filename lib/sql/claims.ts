import { bare, some, unwrapped, walk, type CallExpr, type Expr } from './expression'

/** Keys that lead from the token of a request to a claim: `auth.jwt() -> 'user_metadata' ->> 'role'`. */
export type ClaimPath = readonly string[]

/** Every JSON path rooted in the request's token, the longest form of each. Other JSON columns are not looked at. */
export function claimPaths(expr: Expr): readonly ClaimPath[] {
  const found: ClaimPath[] = []
  walk(expr, (part) => {
    const path = pathOf(part)
    if (path && path.length > 0) {
      found.push(path)
      return false
    }
    return true
  })
  return found
}

function pathOf(expr: Expr): readonly string[] | null {
  const inner = unwrapped(expr)
  if (inner.kind === 'call' && isToken(inner)) return settingClaim(inner)
  if (inner.kind === 'coalesce' || inner.kind === 'nullif') {
    for (const arg of inner.args) {
      const path = pathOf(arg)
      if (path) return path
    }
    return null
  }
  if (inner.kind === 'op' && ['->', '->>', '#>', '#>>'].includes(inner.op)) {
    const [left, right] = inner.args
    const base = left ? pathOf(left) : null
    const keys = right ? keysOf(right, inner.op.startsWith('#')) : null
    return base && keys ? [...base, ...keys] : null
  }
  if (inner.kind === 'call' && /^jsonb?_extract_path(_text)?$/.test(inner.name)) {
    const [left, ...rest] = inner.args
    const base = left ? pathOf(left) : null
    return base ? [...base, ...rest.flatMap((arg) => keysOf(arg, false) ?? [])] : null
  }
  if (inner.kind === 'other' && inner.what === 'A_Indirection') {
    const [left, ...rest] = inner.args
    const base = left ? pathOf(left) : null
    return base
      ? [
          ...base,
          ...rest.flatMap((arg) =>
            arg.kind === 'other' ? arg.args.flatMap((index) => keysOf(index, false) ?? []) : [],
          ),
        ]
      : null
  }
  return null
}

const tokens = new Set(['auth.jwt', 'auth.session'])

function isToken(expr: CallExpr): boolean {
  if (tokens.has(expr.name)) return true
  if (expr.name !== 'current_setting') return false
  const [name] = expr.args
  return name?.kind === 'const' && /^request\.jwt\.claims?(\.|$)/.test(String(name.value))
}

/** `request.jwt.claim.user_metadata` names its claim in the setting. */
function settingClaim(expr: CallExpr): readonly string[] {
  const [name] = expr.args
  const text = name?.kind === 'const' ? String(name.value) : ''
  return text.startsWith('request.jwt.claim.') ? [text.slice('request.jwt.claim.'.length)] : []
}

function keysOf(expr: Expr, path: boolean): readonly string[] | null {
  const inner = bare(expr)
  if (inner.kind === 'list') return inner.items.flatMap((item) => keysOf(item, false) ?? [])
  if (inner.kind !== 'const' || inner.value === null) return null
  const text = String(inner.value)
  return path
    ? text
        .replace(/^\{|\}$/g, '')
        .split(',')
        .map((key) => key.trim().replace(/^"|"$/g, ''))
    : [text]
}

/** Does it read a column of this name from a relation, as `auth.users.raw_user_meta_data`? */
export const readsColumn = (expr: Expr, relation: string, column: string) =>
  some(expr, (part) => part.kind === 'column' && part.relation === relation && part.name === column)
