const comparesParts =
  /\b(?:starts_with|strpos|position|left|right|substr|substring)\s*\(|~~|\^@|\bi?like\b| ~ /i

/** A number of columns that hold fractions lies between others. */
const comparesOrder = /[<>]|\bbetween\b/i

/** A sign that repeats, or leaves out, what stands before it. */
const repeats = /'[*+?{]/

/** Texts of conditions, and what tenants are like. */
interface Compared {
  readonly texts: readonly string[]
  readonly tenants: readonly string[]
  /** Some tenant column takes fractions. */
  readonly fractions: boolean
}

/**
 * Tenants that a condition may take for those that are known: they begin or end alike, a pattern that is made of one matches the
 * other, they lie between two numbers.
 */
export function tenantsAlike({ texts, tenants, fractions }: Compared): string[] {
  const asks = (pattern: RegExp) => texts.some((text) => pattern.test(text))
  if (fractions && asks(comparesOrder))
    return tenants
      .filter((each) => /^\d+$/.test(each))
      .slice(0, 1)
      .map((each) => `${each}.5`)
  const words = tenants.filter((each) => !/^\d+$/.test(each) && !isUuid.test(each))
  if (!asks(comparesParts)) return []
  const wild = asks(/ ~|\bregexp|\bsimilar\b|~~|\bi?like\b/i) ? words.flatMap(matched) : []
  const repeated =
    asks(/ ~|\bregexp/) && asks(repeats)
      ? words.flatMap((each) => [each.slice(0, -1), `${each}${each.slice(-1)}`])
      : []
  const found = [
    ...words.slice(0, 2).map((each) => `${each}-${each}`),
    ...wild.slice(0, 2),
    ...repeated.slice(0, 2),
  ]
  return [...new Set(found)].filter((each) => each !== '' && !tenants.includes(each))
}

export const isUuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i

/** What the text matches as a pattern besides itself. */
const matched = (text: string) =>
  /[._%]/.test(text) ? [text.replaceAll(/[._]/g, 'z').replaceAll('%', 'zz')] : []
