import { kept } from './memo'

/** Words of an identifier, lower-case, accents removed: `userCPF`, `cpf_do_usuário`, `Data-Nascimento`. */
export const tokens = kept((name): readonly string[] => (isPlain.test(name) ? name.split('_') : taken(name)))

/** Lower-case words with one underscore between them: the words are what stands between. */
export const isPlain = /^[a-z0-9]+(_[a-z0-9]+)*$/

const taken = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Do these words of a name stand in this order, next to each other? */
export function inWords(words: readonly string[], wanted: readonly string[]): boolean {
  const [first] = wanted
  for (let at = 0; at + wanted.length <= words.length; at++) {
    if (words[at] === first && wanted.every((word, offset) => words[at + offset] === word)) return true
  }
  return false
}
