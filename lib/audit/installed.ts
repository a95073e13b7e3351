import type { Snapshot } from '@/lib/catalog/types'

/** What a records page needs of a governed database: relations and routines, by qualified name. */
export interface Needs {
  readonly relations: readonly string[]
  readonly routines: readonly string[]
}

export const ledgerNeeds: Needs = {
  relations: ['ledger.audit_logs'],
  routines: [
    'ledger.record_event',
    'ledger.clinics_of',
    'ledger.same_patient',
    'ledger.reach_of',
    'ledger.page_of',
  ],
}

/** The needs a snapshot does not show, in their order; empty when everything is there. */
export function missingFrom(snapshot: Snapshot, needs: Needs): readonly string[] {
  const relations = new Set(snapshot.relations.map((r) => `${r.schema}.${r.name}`))
  const routines = new Set(snapshot.routines.map((r) => `${r.schema}.${r.name}`))
  return [
    ...needs.relations.filter((name) => !relations.has(name)),
    ...needs.routines.filter((name) => !routines.has(name)).map((name) => `${name}()`),
  ]
}
