import { getLocale, getTranslations } from 'next-intl/server'
import { CannotLook } from '@/components/states'
import type { Expected } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'

/** Why a page without an account could not answer, in words for a patient: they know no database. */
export async function NotNow({ error }: { error: Expected }) {
  const t = await getTranslations('link.away')
  return error.kind === 'unavailable' ? (
    <CannotLook title={t('title')} cause={t('body')} />
  ) : (
    <CannotLook cause={say(error.sentence, await getLocale())} />
  )
}
