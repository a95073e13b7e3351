/** Lines as one text, piece by piece: what `join('\n')` would make whole. */
export function* joined(lines: Iterable<string>): Generator<string> {
  let isFirst = true
  for (const line of lines) {
    yield isFirst ? line : `\n${line}`
    isFirst = false
  }
}

/**
 * A value as indented JSON with a line feed, piece by piece: the empty list that stands under `key` at this depth of the
 * value is filled with `items`, one at a time.
 */
export function* jsonPieces(
  value: object,
  key: string,
  depth: number,
  items: Iterable<unknown>,
): Generator<string> {
  const indent = '  '.repeat(depth)
  const place = `\n${indent}"${key}": [`
  const text = JSON.stringify(value, null, 2)
  // No string of JSON holds a line feed, so the key stands there once.
  const at = text.indexOf(`${place}]`) + place.length
  yield text.slice(0, at)
  let isFirst = true
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n${indent}  ${JSON.stringify(item, null, 2).replaceAll('\n', `\n${indent}  `)}`
    isFirst = false
  }
  yield `${isFirst ? '' : `\n${indent}`}${text.slice(at)}\n`
}
