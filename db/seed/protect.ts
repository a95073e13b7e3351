import { createCipheriv, createHash, createHmac } from 'node:crypto'

/** Keys of the demonstration, known to everybody: real ones live in a key store, one pair for each clinic. */
const keys = new Map<string, Buffer>()
function key(clinic: string, use: string): Buffer {
  const name = `demonstration ${use} ${clinic}`
  const known = keys.get(name) ?? createHash('sha256').update(name).digest()
  keys.set(name, known)
  return known
}

const cipher = (clinic: string, text: string) => {
  // Deterministic on purpose, so that the demonstration is the same each time; real data takes a random nonce.
  const nonce = createHash('sha256').update(`${clinic}\n${text}`).digest().subarray(0, 12)
  const aes = createCipheriv('aes-256-gcm', key(clinic, 'data'), nonce)
  return Buffer.concat([nonce, aes.update(text, 'utf8'), aes.final(), aes.getAuthTag()])
}

/** PostgreSQL's text form of bytes. */
export const bytea = (bytes: Buffer) => `\\x${bytes.toString('hex')}`

/** Encrypted text as a clinical column takes it. */
export const sealed = (clinic: string, text: string) => `enc:v1:${cipher(clinic, text).toString('base64')}`

/** A CPF as it is kept: encrypted, and a keyed hash to find it by. */
export const protectedCpf = (clinic: string, cpf: string) => ({
  cpf_enc: bytea(cipher(clinic, cpf)),
  cpf_bidx: bytea(createHmac('sha256', key(clinic, 'index')).update(cpf).digest()),
})

export const sha256 = (text: string) => bytea(createHash('sha256').update(text).digest())

/** The eleven digits of a CPF whose first nine are given. */
export function cpf(base: string): string {
  const digits = base.split('').map(Number)
  for (let n = 9; n < 11; n++) {
    const rest = (digits.reduce((sum, digit, i) => sum + digit * (n + 1 - i), 0) * 10) % 11
    digits.push(rest % 10)
  }
  return digits.join('')
}

/** The fourteen digits of a CNPJ whose first twelve are given. */
export function cnpj(base: string): string {
  const digits = base.split('').map(Number)
  for (let n = 12; n < 14; n++) {
    const rest = digits.reduce((sum, digit, i) => sum + digit * (2 + ((n - 1 - i) % 8)), 0) % 11
    digits.push(rest < 2 ? 0 : 11 - rest)
  }
  return digits.join('')
}
