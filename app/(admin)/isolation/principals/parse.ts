import type { RefinementCtx } from 'zod'
import { z } from 'zod'
import { words } from '@/lib/session/form'

/** Tenants as typed: one a line, or with commas between. */
export const tenantsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ),
]

/** Settings as typed: `app.clinic_id = value`, one a line. */
export function settingsOf(text: string, context: RefinementCtx): Record<string, string> {
  const found: Record<string, string> = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [, name, value = ''] = /^\s*([a-z_][\w$]*(?:\.[a-z_][\w$]*)+)\s*=\s?(.*?)\s*$/i.exec(line) ?? []
    if (name === undefined) {
      const said = line.trim().slice(0, 60)
      context.addIssue({
        code: 'custom',
        message: words(
          `Write each as prefix.name = value: ${said}`,
          `Escreva cada um como prefixo.nome = valor: ${said}`,
        ),
      })
      return z.NEVER
    }
    found[name] = value
  }
  return found
}

/** Claims as typed: a JSON object, or nothing. */
export function claimsOf(text: string, context: RefinementCtx): Record<string, unknown> | null {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Said below, together with what is JSON but no object.
  }
  context.addIssue({
    code: 'custom',
    message: words('Write a JSON object, as {"sub": "…"}.', 'Escreva um objeto JSON, como {"sub": "…"}.'),
  })
  return z.NEVER
}
