'use server'

import { cookies } from 'next/headers'
import { densityCookie, localeCookie, locales, themeCookie } from '@/lib/i18n/locale'

/** Taste, not content: kept in cookies, asked of nobody, open to the signed-out (sign-in speaks two languages too). */
const allowed: Readonly<Record<string, { cookie: string; values: readonly string[] }>> = {
  theme: { cookie: themeCookie, values: ['light', 'dark', 'system'] },
  density: { cookie: densityCookie, values: ['comfortable', 'compact'] },
  locale: { cookie: localeCookie, values: locales },
}

/** Stores the preference named by the pressed button; anything unknown is left out. */
export async function setPreference(form: FormData): Promise<void> {
  const jar = await cookies()
  for (const [name, { cookie, values }] of Object.entries(allowed)) {
    const value = form.get(name)
    if (typeof value !== 'string' || !values.includes(value)) continue
    jar.set(cookie, value, { path: '/', sameSite: 'lax', httpOnly: true, maxAge: 31_536_000 })
  }
}
