import type { RelationId } from '@/lib/catalog/types'

/** Where one relation is shown; its quoted name is the address, so any identifier works. */
export const tablePath = (
  id: RelationId | string,
  tab: '' | 'access' | 'indexes' | 'audit' | 'relationships' = '',
) => `/tables/${encodeURIComponent(id)}${tab === '' ? '' : `/${tab}`}`

/** Where one finding is shown. */
export const findingPath = (key: string) => `/findings/${encodeURIComponent(key)}`

/** What stands in a dynamic segment: Next hands it over still encoded; a broken one is taken as it is. */
export function segment(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
