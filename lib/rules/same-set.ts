interface Node {
  readonly next: Map<string, Node>
  set: ReadonlySet<string> | null
}

const node = (): Node => ({ next: new Map(), set: null })
let first = node()
let size = 0

/** One object for equal sets of names, so that answers can hang on it. Any order of them leads there by a path of its own. */
export function sameSet(names: readonly string[]): ReadonlySet<string> {
  let at = first
  for (let place = 0; place < names.length; place++) {
    const name = names[place]!
    let next = at.next.get(name)
    if (!next) {
      next = node()
      at.next.set(name, next)
      size++
    }
    at = next
  }
  return (at.set ??= inOrder(names))
}

function inOrder(names: readonly string[]): ReadonlySet<string> {
  const sorted = [...names].sort()
  if (sorted.some((name, at) => name !== names[at])) return sameSet(sorted)
  if (size > 100_000) {
    first = node()
    size = 0
  }
  return new Set(names)
}
