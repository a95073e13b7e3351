import { readRecords, type Principal } from '@/lib/db/scope'
import { isExpected } from '@/lib/errors'

export interface Clinic {
  readonly id: string
  readonly name: string
}

/**
 * The clinics of the database looked at that this person may see, by name; `null` when that cannot be known: no such
 * table, no right, or no answer. Then identifiers are shown and typed.
 */
export async function readClinics(principal: Principal): Promise<readonly Clinic[] | null> {
  try {
    return await readRecords(principal, (tx) =>
      tx.selectFrom('clinics').select(['id', 'name']).orderBy('name').execute(),
    )
  } catch (error) {
    if (isExpected(error)) return null
    throw error
  }
}

/** A clinic's name, or as much of its identifier as tells it apart. */
export const clinicName = (clinics: readonly Clinic[] | null, id: string): string =>
  clinics?.find((clinic) => clinic.id === id)?.name ?? id.slice(0, 8)
