import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { settings } from '@/lib/env'
import { chooseLocale, localeCookie, zoneCookie } from '@/lib/i18n/locale'
import { messages } from '@/lib/i18n/messages'

/** Which language and time zone this request is answered in: cookie, then Accept-Language, then Portuguese. */
export default getRequestConfig(async () => {
  const jar = await cookies()
  const locale = chooseLocale(jar.get(localeCookie)?.value, (await headers()).get('accept-language'))
  return {
    locale,
    timeZone: zone(jar.get(zoneCookie)?.value),
    messages: messages(locale, { fresh: !settings().production }),
  }
})

/** The browser's zone comes from a cookie and so may be anything: an unknown one falls back to the server's. */
function zone(wanted: string | undefined): string {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!wanted) return here
  try {
    return new Intl.DateTimeFormat('en', { timeZone: wanted }).resolvedOptions().timeZone
  } catch {
    return here
  }
}
