const quoted = /'((?:[^']|'')*)'/g

/** Names that conditions take out of JSON: by one key, by a path, by what they ask a document to hold. */
export function jsonKeysOf(text: string): string[] {
  const found: string[] = []
  const literals = (part: string) => found.push(...[...part.matchAll(quoted)].map(([, key]) => key ?? ''))
  for (const [, key = ''] of text.matchAll(/->>?\s*'([^']+)'/g)) found.push(key)
  for (const [, path = ''] of text.matchAll(/#>>?\s*'\{([^'}]+)\}'/g)) found.push(...path.split(','))
  for (const [, path = ''] of text.matchAll(/#>>?\s*\(?array\[([^\]]*)\]/gi)) literals(path)
  for (const [, rest = ''] of text.matchAll(/\bjsonb?_extract_path(?:_text)?\((.*)/gi))
    for (const [, key = ''] of rest.matchAll(/[,[]\s*'([^']+)'/g)) found.push(key)
  for (const [, document = ''] of text.matchAll(/(?:@>|@\?|@@)\s*'([^']+)'/g))
    for (const [, key = ''] of document.matchAll(/(?:"|\.)([\w-]+)(?="\s*:|\b)/g)) found.push(key)
  for (const [, list = ''] of text.matchAll(
    /\bjsonb?_to_record(?:set)?\([^()]*\)\s*(?:as\s+)?\w*\s*\(([^()]*)\)/gi,
  ))
    for (const part of list.split(',')) found.push(part.trim().split(/\s+/)[0] ?? '')
  return found.map((each) => each.trim().replace(/^"(.*)"$/, '$1'))
}
