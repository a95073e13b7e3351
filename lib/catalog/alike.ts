import { once } from './book'

/** What is made of a relation's column names and a text is one for all relations that share the names. */
export function perNames<Made>(make: (names: readonly string[], text: string) => Made) {
  const known = new Map<readonly string[], (text: string) => Made>()
  return (names: readonly string[], text: string): Made => {
    let made = known.get(names)
    if (!made) known.set(names, (made = once((each: string) => make(names, each))))
    return made(text)
  }
}

/** Remembers the last answer: what belongs to one relation mostly comes together. */
export function lately<Answer>(find: (oid: string) => Answer): (oid: string) => Answer {
  let last: { readonly oid: string; readonly answer: Answer } | undefined
  return (oid) => {
    if (last?.oid !== oid) last = { oid, answer: find(oid) }
    return last.answer
  }
}
