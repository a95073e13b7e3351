import { getTranslations } from 'next-intl/server'
import { RefreshWhile } from '@/components/refresh-while'
import { CannotLook } from '@/components/states'
import { Time } from '@/components/time'
import type { CatalogError } from '@/lib/catalog/error'
import { readStore } from '@/lib/db/scope'
import { lastScanAt } from '@/lib/findings/last-scan'
import type { Principal } from '@/lib/session/principal'

/** A database that cannot be read: why, what to do, when it was read last. It looks again by itself. */
export async function DatabaseAway({ principal, error }: { principal: Principal; error: CatalogError }) {
  const t = await getTranslations('catalog')
  const last = await readStore(principal, (tx) => lastScanAt(tx, principal.database))
  return (
    <CannotLook
      title={t('failed')}
      cause={
        <>
          <p>{t(`problems.${error.code}`)}</p>
          <p>
            {t(`todo.${error.code}`)} {t('looksAgain')}
          </p>
          <p className="text-meta mt-1">
            {last ? t.rich('lastRead', { when: () => <Time at={last} look="exact" /> }) : t('neverRead')}
          </p>
          <RefreshWhile every={10_000} />
        </>
      }
    />
  )
}
