const comment = String.raw`--[^\n]*|\/\*[\s\S]*?\*\/`
const quoted = String.raw`\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$`
const [comments, commentsAndQuotes] = [comment, `${quoted}|${comment}`].map((each) => new RegExp(each, 'g'))

/** The text of a body without its comments, for where no tree of it is at hand; what looks like one in quotes stays. */
export const uncommented = (text: string): string =>
  text.replaceAll(commentsAndQuotes!, (found) => (/^(?:--|\/\*)/.test(found) ? ' ' : found))

/** The text of a body without its comments and what stands in quotes as a value. */
export const withoutTexts = (text: string): string =>
  text.replaceAll(commentsAndQuotes!, (found) => (found.startsWith('"') ? found : ' '))

/**
 * What a body may say to whoever looks for words in it: without its comments, without what looks like one in a text that it runs,
 * and each with the parts of such a text in one; names that are called stand without quotes.
 */
export function readings(text: string): readonly string[] {
  const plain = text.replaceAll(/"(\w+)"(?=\s*\()/g, '$1')
  const read = [uncommented(plain), plain.replaceAll(comments!, ' ')]
  return [...new Set([...read, ...read.map((each) => each.replaceAll(/'\s*(?:\|\|\s*)?'/g, ''))])]
}

/** Does a body say this, in whatever way it is read, or may it, since nobody can read it? */
export const says = (text: string, pattern: RegExp): boolean =>
  isVeiled(text) || readings(text).some((each) => pattern.test(each))

/** Does one of these readings run a text that begins with SET or RESET? */
export const runsSet = (reading: string): boolean =>
  /\bexecute\b/i.test(reading) && /['$]\s*(?:re)?set\s/i.test(reading)

/** Has a body words that nobody can look for: names by their codes, texts that it decodes and runs? */
export const isVeiled = (text: string): boolean =>
  /\bU&"/i.test(text) ||
  (/\bexecute\b/i.test(text) &&
    /\bU&'|\\(?:x|u|[0-7])|\b(?:chr\s*\(\s*(?!(?:9|10|13|3[249]|44)\s*\))|(?:decode|convert_from|reverse|translate)\s*\()/i.test(
      text,
    ))

/** A name as a regular expression finds it. */
export const literally = (name: string): string => name.replaceAll(/[$^.*+?()[\]{}|\\]/g, '\\$&')

/** Does a text call a function of this name? Its schema may stand before it, and quotes around it. */
export const calls = (text: string, name: string): boolean =>
  new RegExp(`\\b${literally(name)}"?\\s*\\(`, 'i').test(text)
