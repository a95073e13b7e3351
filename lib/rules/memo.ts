import type { Facts } from './facts'

/** A function of an object, remembered as long as that lives. Of the facts' own tables it sees those of the portion at hand. */
export function memo<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>()
  return (key) => {
    const found = known.get(key)
    if (found) return found.value
    const value = make(key)
    known.set(key, { value })
    return value
  }
}

/** A function of the facts of the whole database, whichever portion of them asks, kept in a place of its own with them. */
export function ofFacts<Value>(make: (facts: Facts) => Value): (facts: Facts) => Value {
  const place = places++
  return ({ whole }) => {
    const found = whole.made[place] as { readonly value: Value } | undefined
    if (found) return found.value
    const value = make(whole)
    whole.made[place] = { value }
    return value
  }
}

let places = 0

const none = Symbol('none')

/** The same with a Map: for what dies with its owner anyway; thousands of weak keys cost the collector dearly. */
export function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  // Rules ask several times about the table or role at hand.
  let lastKey: Key | typeof none = none
  let lastValue: Value | undefined
  return (key) => {
    if (key === lastKey) return lastValue as Value
    let value = known.get(key)
    if (value === undefined && !known.has(key)) {
      value = make(key)
      known.set(key, value)
    }
    lastKey = key
    lastValue = value
    return value as Value
  }
}

/** A function of a name or text alone, remembered as long as the process lives, for so many at most. */
export function kept<Value>(make: (text: string) => Value, most = 50_000): (text: string) => Value {
  const known = new Map<string, Value>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined || known.has(text)) return found as Value
    if (known.size >= most) known.clear()
    const value = make(text)
    known.set(text, value)
    return value
  }
}

/** A function of the facts and of something in them, remembered with the facts. */
export function perFacts<Key, Value>(
  make: (facts: Facts, key: Key) => Value,
): (facts: Facts, key: Key) => Value {
  const of = ofFacts((facts) => remembered((key: Key) => make(facts, key)))
  return (facts, key) => of(facts)(key)
}
