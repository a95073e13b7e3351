import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { CannotLook, Empty } from '@/components/states'
import { CatalogError } from '@/lib/catalog/error'
import { Invalid } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'
import { currentMeasurement, type Measurement } from '@/lib/operations/current'
import type { Principal } from '@/lib/session/principal'

/** A section over the last measurement of the database looked at, or what has to be configured, or why there is none. */
export async function WithMeasurement({
  principal,
  children,
}: {
  principal: Principal
  children: (measurement: Measurement) => ReactNode
}) {
  const t = await getTranslations('performance')
  const catalog = await getTranslations('catalog')
  const measurement = await currentMeasurement(principal.database).catch((error: unknown) => {
    if (error instanceof CatalogError || error instanceof Invalid) return error
    throw error
  })
  if (measurement instanceof CatalogError)
    return (
      <CannotLook
        title={t('failed')}
        cause={`${catalog(`problems.${measurement.code}`)} ${catalog(`todo.${measurement.code}`)}`}
      />
    )
  if (measurement instanceof Invalid)
    return <CannotLook title={t('failed')} cause={say(measurement.sentence, principal.locale)} />
  if (measurement === null)
    return (
      <Empty title={t('none')}>
        <p>{t.rich('noneText', { code: (chunks) => <code>{chunks}</code> })}</p>
      </Empty>
    )
  return children(measurement)
}
