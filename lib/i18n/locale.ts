/** The languages of the product; the first is the one that is spoken when nobody says otherwise. */
export const locales = ['pt-BR', 'en'] as const
export type Locale = (typeof locales)[number]

export const localeCookie = 'tabellion_locale'
export const themeCookie = 'tabellion_theme'
export const densityCookie = 'tabellion_density'
export const zoneCookie = 'tabellion_zone'
export const databaseCookie = 'tabellion_db'

/** The cookie's language if it is one of ours, else the best of `Accept-Language`, else Portuguese. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const chosen = locales.find((locale) => locale === cookie)
  return chosen ?? accepted(acceptLanguage ?? '') ?? 'pt-BR'
}

function accepted(header: string): Locale | undefined {
  const wanted = header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean)
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter((each) => each.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  for (const { language } of wanted) {
    const found = locales.find((locale) => locale.toLowerCase().split('-')[0] === language)
    if (found) return found
  }
  return undefined
}

/** Picks the words of one language out of a pair: `say(rule.title, locale)`. */
export const say = (text: { readonly en: string; readonly pt: string }, locale: string): string =>
  locale === 'en' ? text.en : text.pt
