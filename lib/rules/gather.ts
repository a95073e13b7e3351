/** Adds a value to the list that a map keeps under a key; linear, where a copy for each value would not be. */
export function gather<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}
