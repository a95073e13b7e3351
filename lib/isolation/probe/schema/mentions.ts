export const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const words = new Map<string, RegExp>()

/** A name where it stands for itself, not as part of another or as the beginning or end of a literal. */
export const word = (name: string) => {
  const known =
    words.get(name) ?? new RegExp(`(?<![\\p{L}\\p{N}_$'])${escaped(name)}(?![\\p{L}\\p{N}_$'])`, 'u')
  words.set(name, known)
  return known
}

export const names = (text: string, relation: { readonly name: string }) => word(relation.name).test(text)

const token = /[\p{L}_][\p{L}\p{N}_$]*/gu

/** Texts by the names in them: each is read once, however many names are asked about. */
export class Mentions {
  private readonly texts: readonly string[]
  private readonly byToken = new Map<string, string[]>()

  constructor(texts: readonly string[]) {
    this.texts = [...new Set(texts)]
    for (const text of this.texts)
      for (const each of new Set(text.match(token) ?? [])) {
        const known = this.byToken.get(each)
        if (known) known.push(text)
        else this.byToken.set(each, [text])
      }
  }

  /** Those that name it, in the order they were given. */
  of(name: string): readonly string[] {
    const [first] = name.match(token) ?? []
    const likely = first === name ? (this.byToken.get(name) ?? []) : this.texts
    return likely.filter((text) => word(name).test(text))
  }
}
