import { z } from 'zod'

const separator = '\u241e'

/** A validation message in both languages, for zod: `z.string().min(3, words('Say why.', 'Diga por quê.'))`. */
export const words = (en: string, pt: string): string => en + separator + pt

/** A field that may come several times or not at all: always a list. */
export const many = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(item),
  )

/** A text field that may be left empty: `null` then. */
export const optionalText = (limit: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
      z.string().trim().max(limit).optional(),
    )
    .transform((value) => value ?? null)

/** The message of one problem in the user's language. */
export function inLanguage(issue: z.core.$ZodIssue, locale: string): string {
  const [en, pt] = issue.message.split(separator)
  if (pt !== undefined) return locale === 'en' ? (en ?? '') : pt
  const error = (locale === 'en' ? english : portuguese).localeError
  const said = error(issue as z.core.$ZodRawIssue)
  return (typeof said === 'string' ? said : said?.message) ?? issue.message
}

const english = z.locales.en()
const portuguese = z.locales.pt()

/** What a form sent, without files and without the framework's own fields; a repeated name is a list. */
export function formValues(form: FormData): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(form.keys())) {
    if (name.startsWith('$ACTION')) continue
    const all = form.getAll(name).filter((value) => typeof value === 'string')
    const [first] = all
    if (first !== undefined) values[name] = all.length === 1 ? first : all
  }
  return values
}
