/** Texts of PostgreSQL types, the n-th differing from the others: synthetic, and told at sight. */

export type Category =
  | 'boolean'
  | 'uuid'
  | 'text'
  | 'integer'
  | 'number'
  | 'timestamp'
  | 'date'
  | 'time'
  | 'interval'
  | 'json'
  | 'bytes'
  | 'array'
  | 'range'
  | 'network'
  | 'other'

const categories: [RegExp, Category][] = [
  [/\[\]$/, 'array'],
  [/^(boolean)$/, 'boolean'],
  [/^uuid$/, 'uuid'],
  [/^(text|character varying|character|bpchar|"char"|name|citext|.*\.citext)(\(|$)/, 'text'],
  [/^(smallint|integer|bigint|oid)$/, 'integer'],
  [/^(numeric|real|double precision|money)/, 'number'],
  [/^timestamp/, 'timestamp'],
  [/^date$/, 'date'],
  [/^time/, 'time'],
  [/^interval/, 'interval'],
  [/^jsonb?$/, 'json'],
  [/^bytea$/, 'bytes'],
  [/^(int4|int8|num|ts|tstz|date)range$/, 'range'],
  [/^(inet|cidr)$/, 'network'],
]

export const categoryOf = (type: string): Category =>
  categories.find(([pattern]) => pattern.test(type))?.[1] ?? 'other'

const hex = (n: number, width: number) => n.toString(16).padStart(width, '0')

/**
 * A text that only this row has: found again in an answer or an error, it says where it came from. Its last letter is no digit
 * of its number; else one could begin like another, and the rows of two tenants be taken for one.
 */
export const canary = (n: number) => `zq${scattered(n).toString(35)}z`

/** Another number for each, in no order: rows of one tenant stand before, between and behind those of others. */
const scattered = (n: number) => (n * 7_919) % 1_000_003
export const canaries = /zq[0-9a-y]+z/g

/** The n-th value of a type; `null` when nothing is known of the type. */
export function nth(type: string, n: number): string | null {
  const day = new Date(Date.UTC(2031, 0, 1) + (scattered(n) % 20_000) * 86_400_000).toISOString().slice(0, 10)
  const next = new Date(Date.UTC(2031, 0, 2) + (scattered(n) % 20_000) * 86_400_000)
    .toISOString()
    .slice(0, 10)
  switch (categoryOf(type)) {
    case 'boolean':
      return n % 2 === 0 ? 'false' : 'true'
    case 'uuid':
      return `ca4a0000-0000-4000-8000-${hex(n, 12)}`
    case 'text':
      return fitted(`${'abcdefg'.slice(0, n % 7)}${canary(n)}`, type)
    case 'integer':
      return String(type === 'smallint' ? 1 + (scattered(n) % 30_000) : 7_000_000 + scattered(n))
    case 'number':
      return fitsNumber(type, n)
    case 'timestamp':
      return `${day} 10:00:00${type.includes('with time zone') ? '+00' : ''}`
    case 'date':
      return day
    case 'time':
      return `10:${String(n % 60).padStart(2, '0')}:00`
    case 'interval':
      return `${1 + (n % 100)} days`
    case 'json':
      return '{}'
    case 'bytes':
      return `\\x${hex(n, 8)}`
    case 'array':
      return '{}'
    case 'range':
      return type === 'int4range' || type === 'int8range'
        ? `[${n * 2},${n * 2 + 1})`
        : type === 'numrange'
          ? `[${n},${n}.5)`
          : `[${day},${next})`
    case 'network':
      return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
    case 'other':
      return others[type.replace(/\(\d+\)$/, '')] ?? null
  }
}

const others: Readonly<Record<string, string>> = {
  xid8: '1',
  pg_snapshot: '1:1:',
  point: '(0,0)',
  tsvector: 'a',
  xml: '<a/>',
  macaddr: '08:00:2b:01:02:03',
  bit: '1',
  'bit varying': '1',
  jsonpath: '$',
  tstzmultirange: '{}',
}

const limitOf = (type: string) => Number(/\((\d+)\)/.exec(type)?.[1] ?? (type === '"char"' ? 1 : Infinity))

/** Cut from the left: the end is what differs. */
export const fitted = (text: string, type: string) =>
  text.length > limitOf(type) ? text.slice(text.length - limitOf(type)) : text

function fitsNumber(type: string, n: number): string {
  const [, precision, scale = '0'] = /\((\d+),?(\d+)?\)/.exec(type) ?? []
  if (precision === undefined) return String(n)
  return String(n % 10 ** Math.max(1, Math.min(6, Number(precision) - Number(scale))))
}

/** Whether a text can be one of this type, as far as its looks tell; the server has the last word. */
export function looksLike(text: string, type: string): boolean {
  switch (categoryOf(type)) {
    case 'uuid':
      return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)
    case 'integer':
      return /^-?\d{1,9}$/.test(text)
    case 'number':
      return /^-?\d{1,9}(\.\d+)?$/.test(text)
    case 'boolean':
      return /^(true|false|t|f)$/.test(text)
    case 'text':
      return text.length <= limitOf(type)
    case 'timestamp':
    case 'date':
      return /^\d{4}-\d\d-\d\d/.test(text) || text === 'infinity'
    case 'json':
      return /^[[{]/.test(text)
    case 'array':
      return /^\{.*\}$/.test(text)
    case 'interval':
      return /^\d+ \w+|^P/.test(text)
    case 'network':
      return /^\d+\.\d+\.\d+\.\d+/.test(text)
    default:
      return false
  }
}

const checkDigit = (digits: readonly number[], weights: readonly number[]) => {
  const rest = digits.reduce((sum, digit, at) => sum + digit * (weights[at] ?? 0), 0) % 11
  return rest < 2 ? 0 : 11 - rest
}

function withDigits(base: string, weights: readonly number[]): string {
  const digits = [...base].map(Number)
  const first = checkDigit(digits, weights.slice(1))
  return `${base}${first}${checkDigit([...digits, first], weights)}`
}

/** Texts in the forms that checks of Brazilian and other schemas ask for, the n-th of each. */
export const formats = (n: number): string[] => [
  withDigits(String(11_222_333_0001 + n * 7).padStart(12, '0'), [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
  withDigits(String(529_982_247 + n).padStart(9, '0'), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
  `${canary(n)}@clinic.example`,
  `https://clinic.example/${canary(n)}`,
  `+5511${String(900_000_000 + n)}`,
  String(n),
  hex(n, 64),
  hex(n, 32),
  'SP',
  'BR',
  'BRL',
  'pt-BR',
  'America/Sao_Paulo',
  'text/plain',
  'A',
  'a',
  '',
]
