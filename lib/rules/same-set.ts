const sets = new Map<string, ReadonlySet<string>>()

/** One object for equal sets of names, so that answers can hang on it. */
export function sameSet(names: readonly string[]): ReadonlySet<string> {
  const sorted = names.length < 2 ? names : [...names].sort()
  const key = sorted.join('\u0000')
  const known = sets.get(key)
  if (known) return known
  if (sets.size > 100_000) sets.clear()
  const made = new Set(sorted)
  sets.set(key, made)
  return made
}
