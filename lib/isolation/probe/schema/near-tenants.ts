import type { Scope } from './scope'
import { conditionsOf } from './mine'
import { isUuid } from './tenants-alike'

/** What conditions, views and functions do with values before they compare them, as far as their text tells. */
interface Habits {
  /** Upper and lower case are one. */
  readonly folds: boolean
  /** A collation of its own decides what is equal. */
  readonly collates: boolean
  /** What stands at the ends goes. */
  readonly trims: boolean
  /** Only a part is compared. */
  readonly cuts: boolean
  /** Signs are taken out or exchanged. */
  readonly cleans: boolean
  /** Numbers and times are rounded, divided, taken as a type that holds less. */
  readonly rounds: boolean
  readonly numbers: readonly number[]
  readonly signs: readonly string[]
}

const known = new WeakMap<Scope, Habits>()

function habitsOf(scope: Scope): Habits {
  const found = known.get(scope) ?? habitsIn(scope)
  known.set(scope, found)
  return found
}

function habitsIn({ snapshot }: Scope): Habits {
  const text = [
    ...snapshot.relations.flatMap((each) => (each.extension === null ? conditionsOf(each) : [])),
    ...snapshot.routines.flatMap(({ extension, body }) => (extension === null ? (body ?? '') : [])),
  ].join('\n')
  const numbers = [...text.matchAll(/(?<![\w.'$])(\d{1,4})(?![\w'.])/g)].map(([, digits]) => Number(digits))
  const quoted = [...text.matchAll(/'([^\w\s'%\\{}[\]"]{1,2})'/g)].map(([, sign = '']) => sign)
  return {
    folds: /\b(?:lower|upper|initcap|citext)\b|~~\*|\bilike\b|~\*/i.test(text),
    collates: (snapshot.definitions ?? []).some(
      ({ kind, extension, sql }) =>
        kind === 'collation' && extension === null && /deterministic\s*=\s*false/i.test(sql),
    ),
    trims: /\b[lrb]?trim\b|\bcharacter\b(?! varying)|\bbpchar\b/i.test(text),
    cuts: /\b(?:starts_with|strpos|position|left|right|substr|substring|split_part|string_to_array|regexp_\w+|overlay|character|name)\b|~~|\^@|\bi?like\b| ~ /i.test(
      text,
    ),
    cleans: /\b(?:replace|translate|regexp_replace|unaccent|normalize)\b/i.test(text),
    rounds:
      /[%/&|]|\b(?:div|mod|floor|ceil|trunc|round|abs|date_trunc)\b|::(?:integer|bigint|smallint|date)\b/i.test(
        text,
      ),
    numbers: [...new Set(numbers)].filter((each) => each > 1).slice(0, 4),
    signs: [...new Set(quoted)].slice(0, 4),
  }
}

/**
 * Tenants that a condition may take for this one although they are others: told apart by case alone, by what is cut off or
 * taken out, by digits that a cast drops.
 */
export function nearTenants(scope: Scope, tenant: string): string[] {
  const habits = habitsOf(scope)
  const found = /^-?\d+$/.test(tenant)
    ? nearNumbers(tenant, habits)
    : isUuid.test(tenant)
      ? nearUuids(tenant, habits)
      : /^\d{4}-\d\d-\d\d/.test(tenant)
        ? nearTimes(tenant, habits)
        : nearTexts(tenant, habits)
  return [...new Set(found)].filter((each) => each !== tenant && each !== '')
}

function nearNumbers(tenant: string, { cuts, trims, rounds, numbers, collates }: Habits): string[] {
  const number = Number(tenant)
  return [
    ...(rounds
      ? [`${tenant}.4`, String(-number), String(number + 1), ...numbers.map((each) => String(number + each))]
      : []),
    ...(rounds || trims || collates ? [`0${tenant}`, ` ${tenant}`, `${tenant} `] : []),
    ...(cuts ? [`${tenant}${tenant}`, `1${tenant}`, `${tenant}0`] : []),
  ]
}

function nearUuids(tenant: string, { cuts, numbers }: Habits): string[] {
  if (!cuts) return []
  const others = (from: number, to = tenant.length) =>
    [...tenant].map((digit, at) => (at < from || at >= to ? digit : other(digit))).join('')
  return [...numbers.filter((each) => each < 36), 8, 13].map((each) => others(each)).concat(others(0, 8))
}

const other = (digit: string) => (digit === '-' ? digit : digit === '7' ? '6' : '7')

const nearTimes = (tenant: string, { rounds, cuts }: Habits): string[] =>
  rounds || cuts ? [`${tenant.slice(0, 10)} 05:43:21`] : []

function nearTexts(
  tenant: string,
  { folds, collates, trims, cuts, cleans, numbers, signs }: Habits,
): string[] {
  return [
    ...(folds || collates || cleans ? [tenant.toUpperCase(), tenant.toLowerCase(), capital(tenant)] : []),
    ...(collates || cleans
      ? [accented(tenant), plain(tenant), tenant.replaceAll(/[^\p{L}\p{N}]/gu, '')]
      : []),
    ...(collates || cleans ? [tenant.normalize('NFD'), tenant.normalize('NFC')] : []),
    ...(collates ? [tenant.replace(/\d/, (digit) => `0${digit}`)] : []),
    ...(collates || cleans
      ? ['-', '.', '_', ' '].map((sign) => `${tenant.slice(0, 1)}${sign}${tenant.slice(1)}`)
      : []),
    ...(cleans ? [tenant.replaceAll(/[^\p{L}\p{N}]/gu, ' '), tenant.replaceAll(/[^\p{L}\p{N}]/gu, '_')] : []),
    ...(trims
      ? [`${tenant} `, ` ${tenant}`, ...signs.flatMap((sign) => [`${tenant}${sign}`, `${sign}${tenant}`])]
      : []),
    ...(cuts
      ? [
          ...numbers.filter((each) => each <= tenant.length).map((each) => `${tenant.slice(0, each)}zz`),
          ...numbers.filter((each) => each <= tenant.length).map((each) => `zz${tenant.slice(-each)}`),
          `${tenant}2`,
          `x${tenant}`,
          ...['-', '.', ...signs].flatMap((sign) => [`${tenant}${sign}x`, `x${sign}${tenant}`]),
          ...signs.flatMap((sign) => [
            `${tenant.split(sign)[0]}${sign}zz`,
            `zz${sign}${tenant.split(sign).at(-1)}`,
          ]),
        ]
      : []),
    ...(tenant.length > 62 ? [`${tenant}z`] : []),
  ]
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '')

/** The last vowel with an accent. */
const accented = (text: string) =>
  text.replace(/[aeiou](?=[^aeiou]*$)/i, (vowel) => `${vowel}\u0301`.normalize('NFC'))
