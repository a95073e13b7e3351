/** Where the text that an EXECUTE of PL/pgSQL runs comes from. */
type Tokens = readonly string[]

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|[eE]?'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|:=|::|\|\||\s+|[\s\S]/gu

/** Tokens of a body; keywords and plain names in lower case. */
const tokensOf = (body: string): Tokens =>
  [...body.matchAll(token)].flatMap(([each]) =>
    /^(--|\/\*|\s)/.test(each)
      ? []
      : [/^[\p{L}_]/u.test(each) && !isLiteral(each) ? each.toLowerCase() : each],
  )

const isLiteral = (each: string | undefined) => /^([eE]?'|\$\w*\$)/.test(each ?? '')
const isName = (each: string | undefined) => /^[\p{L}_"]/u.test(each ?? '') && !isLiteral(each)

/**
 * Does an EXECUTE in this body run text that comes from outside, not only quoted parts of it?
 * @param given the arguments as the catalog prints them
 * @param settled settings are the application's to choose, but for what a request brings along: they are not outside
 */
export function executesText(body: string, settled = false, given = ''): boolean {
  const tokens = tokensOf(body)
  const open = harmlessNames(tokens, split(tokensOf(given), ',').map(withoutMode))
  return tokens.some(
    (each, at) =>
      each === 'execute' &&
      !['function', 'procedure'].includes(tokens[at + 1] ?? '') &&
      !isOwn(until(tokens, at + 1, ['into', 'using', 'loop', ';']), { tokens, open, settled }),
  )
}

/** Of a procedure all arguments are printed with their mode: `IN p_older integer`. */
const withoutMode = (parameter: Tokens): Tokens =>
  parameter.length > 2 && ['in', 'inout', 'out'].includes(parameter[0] ?? '') ? parameter.slice(1) : parameter

/** Types whose texts end no literal and begin no statement. */
const plainTypes = /^(smallint|int[248]?|integer|bigint|uuid|bool|boolean|numeric|oid|date)$/

const isPlain = ([type = '', next]: Tokens) =>
  plainTypes.test(type) && (next === undefined || ['default', ':=', '=', 'not'].includes(next))

/** Arguments and variables that can be nothing but one constant. */
function harmlessNames(tokens: Tokens, parameters: readonly Tokens[]): ReadonlySet<string> {
  const names = new Set(parameters.flat())
  const harmless = new Set(
    parameters.flatMap(([name = '', ...type]) =>
      isPlain(type) && declared(tokens, name).every(isPlain) ? [name] : [],
    ),
  )
  for (const name of new Set(tokens)) {
    const types = names.has(name) ? [] : declared(tokens, name)
    if (types.length > 0 && types.every(isPlain)) harmless.add(name)
  }
  return harmless
}

/** What stands behind a name where a body may declare it. */
const declared = (tokens: Tokens, name: string): readonly Tokens[] =>
  tokens.flatMap((each, at) => (each === name && declares(tokens, at) ? [until(tokens, at + 1, [';'])] : []))

const declares = (tokens: Tokens, at: number) =>
  tokens.lastIndexOf('declare', at) > tokens.lastIndexOf('begin', at) &&
  ['declare', ';'].includes(tokens[at - 1] ?? '')

const roleNames = new Set(['current_user', 'session_user', 'current_role', 'user'])

interface Body {
  readonly tokens: Tokens
  /** Variables that are being looked at: what is added to one is looked at once. */
  readonly open: ReadonlySet<string>
  readonly settled: boolean
}

/** Made of literals and quoted parts alone. */
function isOwn(tokens: Tokens, body: Body): boolean {
  const parts = split(tokens, '||')
  if (parts.length > 1) return parts.every((part) => isOwn(part, body))
  const [cast = [], ...types] = split(tokens, '::')
  if (cast.length < tokens.length) return plainTypes.test(types.at(-1)?.join(' ') ?? '') || isOwn(cast, body)
  const [first = '', second] = tokens
  if (tokens.length === 0) return false
  if (tokens.length === 1)
    return (
      roleNames.has(first) ||
      isLiteral(first) ||
      /^\d/.test(first) ||
      first === 'null' ||
      isOwnVariable(first, body)
    )
  if (first === '(' && closing(tokens, 0) === tokens.length - 1) return isOwn(tokens.slice(1, -1), body)
  if (first === 'case' && tokens.at(-1) === 'end') return branches(tokens).every((each) => isOwn(each, body))
  if (first === 'pg_catalog' && second === '.') return isOwn(tokens.slice(2), body)
  if (second !== '(' || closing(tokens, 1) !== tokens.length - 1) return false
  const given = split(tokens.slice(2, -1), ',')
  if (isFixed(tokens)) return true
  if (/^quote_(ident|literal|nullable)$/.test(first)) return true
  if (body.settled && first === 'current_setting' && /^'(?!request\.)[\w.]+'$/.test(given[0]?.[0] ?? ''))
    return true
  if (/^(coalesce|concat|concat_ws)$/.test(first)) return given.every((each) => isOwn(each, body))
  return first === 'format' && isOwnFormat(given, body)
}

const textFunctions =
  /^(quote_(ident|literal|nullable)|replace|translate|lower|upper|initcap|[lrb]?trim|left|right|[lr]pad|repeat|reverse|substr|chr)$/

/** Made of literals by functions of PostgreSQL that ask nothing else. */
const isFixed = (tokens: Tokens) =>
  tokens.every((each, at) =>
    isName(each)
      ? tokens[at + 1] === '(' && textFunctions.test(each)
      : isLiteral(each) || /^[\d(),]/.test(each),
  )

/** Of `format` what goes in as it is, `%s`, has to be its own; the rest is quoted. */
function isOwnFormat([pattern = [], ...given]: readonly Tokens[], body: Body): boolean {
  const [literal] = pattern
  if (pattern.length !== 1 || !isLiteral(literal)) return false
  const places = [...(literal ?? '').replaceAll('%%', '').matchAll(/%(\d+\$)?-?\d*(.)/g)]
  return places.every(([, numbered, kind], at) => {
    if (kind === 'I' || kind === 'L') return true
    const asked = given[numbered ? Number.parseInt(numbered, 10) - 1 : at]
    return kind === 's' && asked !== undefined && isOwn(asked, body)
  })
}

/** A variable of the body that is given nothing but such text. */
function isOwnVariable(name: string, { tokens, open, settled }: Body): boolean {
  if (!isName(name)) return false
  if (open.has(name)) return true
  const body = { tokens, open: new Set([...open, name]), settled }
  let isDeclared = false
  for (const [at, each] of tokens.entries()) {
    if (each !== name || tokens[at - 1] === '.') continue
    const next = tokens[at + 1]
    const begins = ['declare', ';', 'begin', 'then', 'else', 'loop'].includes(tokens[at - 1] ?? '')
    const statement = until(tokens, at + 1, [';'])
    if (declares(tokens, at)) {
      isDeclared = true
      const given = statement.findIndex((part) => [':=', '=', 'default'].includes(part))
      if (given >= 0 && !isOwn(statement.slice(given + 1), body)) return false
    } else if (begins && (next === ':=' || next === '=')) {
      if (!isOwn(statement.slice(1), body)) return false
    } else if (isTarget(tokens, at)) return false
  }
  return isDeclared
}

/** Named where a query or a loop puts something. */
function isTarget(tokens: Tokens, at: number): boolean {
  let before = at - 1
  while (tokens[before] === ',' || isTargetName(tokens[before], tokens[before + 1])) before--
  return ['into', 'strict', 'for', 'foreach'].includes(tokens[before] ?? '')
}

const isTargetName = (each: string | undefined, next: string | undefined) =>
  next === ',' && isName(each) && !['into', 'strict', 'for', 'foreach'].includes(each ?? '')

/** What stands at depth 0 before one of these words. */
function until(tokens: Tokens, from: number, ends: readonly string[]): Tokens {
  let depth = 0
  let at = from
  for (; at < tokens.length; at++) {
    const each = tokens[at] ?? ''
    if (depth === 0 && ends.includes(each)) break
    depth += step(each)
  }
  return tokens.slice(from, at)
}

const step = (each: string) =>
  ['(', '[', 'case'].includes(each) ? 1 : [')', ']', 'end'].includes(each) ? -1 : 0

function split(tokens: Tokens, by: string): Tokens[] {
  if (tokens.length === 0) return []
  const part = until(tokens, 0, [by])
  const rest = tokens.slice(part.length + 1)
  return part.length === tokens.length ? [part] : [part, ...(rest.length === 0 ? [[]] : split(rest, by))]
}

function closing(tokens: Tokens, open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    depth += step(tokens[at] ?? '')
    if (depth === 0) return at
  }
  return -1
}

/** What a CASE may come to. */
function branches(tokens: Tokens): Tokens[] {
  const out: Tokens[] = []
  for (let at = 1; at < tokens.length - 1;) {
    const each = tokens[at] ?? ''
    const value = each === 'then' || each === 'else' ? until(tokens, at + 1, ['when', 'else', 'end']) : null
    if (value) out.push(value)
    at = value
      ? at + 1 + value.length
      : at + 1 + until(tokens, at + 1, ['when', 'then', 'else', 'end']).length
  }
  return out
}
