import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * What happened in an incident may name people, so the register keeps it encrypted (AES-256-GCM); the key comes from
 * the product's own secret and never reaches the database.
 */
const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', 'tabellion incidents', 32))
const prefix = 'enc:v1:tabellion:'

/** A description as the register takes it. */
export function seal(text: string, secret: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce)
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return prefix + sealed.toString('base64')
}

/** The description again; null when another application sealed it, or it was changed. */
export function unseal(text: string, secret: string): string | null {
  if (!text.startsWith(prefix)) return null
  const bytes = Buffer.from(text.slice(prefix.length), 'base64')
  if (bytes.length < 29) return null
  const cipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12))
  cipher.setAuthTag(bytes.subarray(-16))
  try {
    return cipher.update(bytes.subarray(12, -16), undefined, 'utf8') + cipher.final('utf8')
  } catch {
    return null
  }
}
