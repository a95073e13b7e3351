/**
 * The one list of keys. A key belongs to the thing that registered last, so a drawer's Escape wins over a list's.
 * `label` is a key under `shell.shortcuts` in the messages, for the sheet behind `?`.
 */
export interface Shortcut {
  readonly keys: string
  readonly label: string
  readonly run: () => void
}

const stack: Shortcut[] = []

/** Registers a key (`j`, `/`, `Escape`, `g o`); call the answer to take it back. */
export function addShortcut(keys: string, label: string, run: () => void): () => void {
  const shortcut = { keys, label, run }
  stack.push(shortcut)
  return () => {
    const at = stack.indexOf(shortcut)
    if (at >= 0) stack.splice(at, 1)
  }
}

/** What a key does now, the newest first. */
export const shortcutFor = (keys: string): Shortcut | undefined =>
  stack.findLast((each) => each.keys === keys)
