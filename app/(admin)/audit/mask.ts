import { maskFor } from '@/lib/audit/masking'
import { currentSnapshot } from '@/lib/catalog/current'
import { CatalogError } from '@/lib/catalog/error'

/** The columns of a table that must not show values, by its catalog; when that cannot be read, all of them. */
export async function maskOf(database: string, table: string | null): Promise<(column: string) => boolean> {
  return (await masksOf(database))(table)
}

/** The same for many tables, with one look at the catalog. */
export async function masksOf(
  database: string,
): Promise<(table: string | null) => (column: string) => boolean> {
  try {
    const { snapshot } = await currentSnapshot(database)
    return (table) => maskFor(snapshot, table)
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    return () => () => true
  }
}
