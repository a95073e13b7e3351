import { getLocale, getTranslations } from 'next-intl/server'
import { CatalogError } from '@/lib/catalog/error'
import type { Expected } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'

/** For `catch`: the catalog's own error is answered, everything else is thrown on. */
export function unreadable(error: unknown): CatalogError {
  if (error instanceof CatalogError) return error
  throw error
}

/** An export of what could not be read is a sentence, never an empty file. `mark` makes it a comment of the format. */
export async function refusal(error: CatalogError, mark = ''): Promise<Response> {
  const t = await getTranslations('catalog')
  return new Response(`${mark}${t('failed')}: ${t(`problems.${error.code}`)} ${t(`todo.${error.code}`)}\n`, {
    status: 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}

/** The same for what the records of a database refused, or could not answer. */
export async function refused(error: Expected): Promise<Response> {
  return new Response(`${say(error.sentence, await getLocale())}\n`, {
    status: statuses[error.kind] ?? 409,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}

const statuses: Partial<Record<Expected['kind'], number>> = {
  'not-found': 404,
  denied: 403,
  unavailable: 503,
}
