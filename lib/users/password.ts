import { randomInt } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'

const consonants = 'bdfgklmnprstvz'
const vowels = 'aeiou'

/** A random password that can be read out and typed: ten syllables, 61 bits. Example: `kobu-ravi-mede-tosa-lufi`. */
export function readablePassword(): string {
  return Array.from({ length: 5 }, () => syllable() + syllable()).join('-')
}

const syllable = () =>
  (consonants[randomInt(consonants.length)] ?? '') + (vowels[randomInt(vowels.length)] ?? '')

/** The hash the sign-in library stores and checks (scrypt with its own salt). */
export const passwordHash = (password: string): Promise<string> => hashPassword(password)
