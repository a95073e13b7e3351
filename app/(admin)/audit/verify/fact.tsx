import { getLocale, getTranslations } from 'next-intl/server'
import { count } from '@/lib/format/format'
import { ledgerUrl } from '@/lib/ledger/runs'
import { sealedSoFar } from '@/lib/ledger/state'
import { attempt } from '../attempt'

/** How far the log is sealed, for the head of its list. */
export async function SealFact({ database }: { database: string }) {
  const t = await getTranslations('verify')
  const locale = await getLocale()
  const { value } = await attempt(() => sealedSoFar(ledgerUrl(database), database))
  if (!value) return t('factUnknown')
  const sealed = t('fact', { size: count(value.size, locale) })
  return value.window.entries === 0
    ? sealed
    : `${sealed}, ${t('factWindow', { count: value.window.entries })}`
}
