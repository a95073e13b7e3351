import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { RefreshWhile } from '@/components/refresh-while'
import { CannotLook } from '@/components/states'
import { missingFrom, type Needs } from '@/lib/audit/installed'
import { migrationFiles, type MigrationSet } from '@/lib/audit/migration'
import { currentSnapshot } from '@/lib/catalog/current'
import { CatalogError } from '@/lib/catalog/error'

export interface Lack {
  readonly what: readonly string[]
  /** Why it is not known, in which case `what` is empty and the page tries. */
  readonly error: CatalogError | null
}

/** What a records page lacks in a database, by its catalog; not being able to look is not the same as missing nothing. */
export async function whatIsMissing(database: string, needs: Needs): Promise<Lack> {
  try {
    const { snapshot } = await currentSnapshot(database)
    return { what: missingFrom(snapshot, needs), error: null }
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    return { what: [], error }
  }
}

/** What would bring the consent tables: with the log, unless that is there already. */
export const setFor = (what: readonly string[]): MigrationSet =>
  what.some((name) => name.startsWith('ledger.')) ? 'reference' : 'tables'

/** Above a page that tries although the catalog could not be read. */
export async function NotKnown({
  kind,
  error,
}: {
  kind: 'audit' | 'consents' | 'requests'
  error: CatalogError | null
}) {
  if (!error) return null
  const t = await getTranslations(kind)
  const c = await getTranslations('catalog')
  return (
    <div className="mb-4">
      <CannotLook
        title={t('unknownTitle')}
        cause={`${c(`problems.${error.code}`)} ${c(`todo.${error.code}`)}`}
      />
      <RefreshWhile every={10_000} />
    </div>
  )
}

/** Says what is missing and offers the migration that brings it, to read and to take along. */
export async function Missing({
  kind,
  database,
  what,
  set,
}: {
  kind: 'audit' | 'consents' | 'requests'
  database: string
  what: readonly string[]
  set: MigrationSet
}) {
  const t = await getTranslations(kind)
  const locale = await getLocale()
  const names = new Intl.ListFormat(locale, { type: 'conjunction' }).format(what)
  return (
    <>
      <CannotLook title={t('missingTitle')} cause={t('missingBody', { database, what: names })} />
      <section className="mt-6">
        <h2 className="font-semibold">{t('migration')}</h2>
        <p className="text-muted mt-0.5 mb-3">{t('migrationBody')}</p>
        <LinkButton href={`/export/migration/${set}`} download>
          {t('download', { file: `tabellion-${set}.sql` })}
        </LinkButton>
        <ol className="mt-4 list-decimal space-y-1 pl-7">
          {migrationFiles(set).map(({ name, sql }) => (
            <li key={name}>
              <a
                href={`/export/migration/${set}?file=${encodeURIComponent(name)}`}
                className="link font-mono"
              >
                {name}
              </a>{' '}
              <span className="text-muted text-meta">
                {t('lines', { count: sql.trimEnd().split('\n').length })}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}
