import { randomUUID } from 'node:crypto'
import { cookies, headers } from 'next/headers'
import { forbidden, unauthorized } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { cache } from 'react'
import { env } from '@/lib/env'
import { isExpected, translated, Unavailable } from '@/lib/errors'
import { databaseCookie } from '@/lib/i18n/locale'
import type { Principal } from '@/lib/db/scope'
import { auth } from './auth'
import { noteDatabase, noteDenied } from './activity'
import { may, userRoles, type Permission } from './permissions'

export type { Principal } from '@/lib/db/scope'

const clinicCookie = 'tabellion_clinic'

/** One id for everything a request does: the proxy's if it is a plain one, else a new one. */
export const requestId = cache(async (): Promise<string> => {
  const given = (await headers()).get('x-request-id')
  return given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
})

/**
 * Who is asking, or `null` for a signed-out visitor; read once per request.
 * @throws Unavailable when the store does not answer: that is not the same as being signed out.
 */
export const currentPrincipal = cache(async (): Promise<Principal | null> => {
  const found = await auth()
    .api.getSession({ headers: await currentHeaders() })
    .catch((error: unknown) => {
      const known = translated(error, place)
      // The library answers its own error for whatever went wrong below it.
      throw isExpected(known) ? known : new Unavailable(down, { cause: error })
    })
  if (!found || found.user.disabled) return null
  const role = userRoles.find((each) => each === found.user.role)
  if (!role) return null
  const jar = await cookies()
  const { databases } = env()
  const wanted = jar.get(databaseCookie)?.value
  const clinics = found.user.clinics ?? []
  const clinic = jar.get(clinicCookie)?.value ?? null
  const principal: Principal = {
    userId: found.user.id,
    subject: found.user.subject,
    email: found.user.email,
    name: found.user.name,
    role,
    clinics,
    clinicId: clinic && clinics.includes(clinic) ? clinic : null,
    requestId: await requestId(),
    database: (databases.find((d) => d.name === wanted) ?? databases[0])?.name ?? '',
    locale: (await getLocale()) === 'en' ? 'en' : 'pt-BR',
  }
  await noteDatabase(found.session.id, principal)
  return principal
})

/** Once for a request, however many parts of a page ask. */
const refusal = cache(async (permission: Permission): Promise<void> => {
  const principal = await currentPrincipal()
  if (principal) await noteDenied(principal, permission)
})

/** The request's headers with the cookies as they are now: an action may have replaced the session a moment ago. */
async function currentHeaders(): Promise<Headers> {
  const now = new Headers(await headers())
  now.set('cookie', (await cookies()).toString())
  return now
}

const place = { en: "Tabellion's own database", pt: 'O banco de dados do próprio Tabellion' }
const down = { en: `${place.en} does not answer.`, pt: `${place.pt} não responde.` }

/** The principal, who must have this permission: 401 when signed out, 403 when it is missing. */
export async function requirePrincipal(permission: Permission): Promise<Principal> {
  const principal = await currentPrincipal()
  if (!principal) unauthorized()
  if (!may(principal, permission)) {
    await refusal(permission)
    forbidden()
  }
  return principal
}
