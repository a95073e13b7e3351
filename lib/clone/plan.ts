import type { Snapshot } from '@/lib/catalog/types'
import { behaviourStatements, viewStatements } from './make-behaviour'
import { definitionStatements } from './make-definitions'
import {
  checkStatements,
  foreignStatements,
  indexStatements,
  invalidStatements,
  keyStatements,
} from './make-keys'
import { defaultPrivilegeStatements, grantStatements, ownerStatements } from './make-rights'
import { databaseSettings } from './make-roles'
import { routinePlan, routineRights } from './make-routines'
import {
  foreignServerStatements,
  schemaStatements,
  surroundingsLeft,
  surroundingStatements,
} from './make-surroundings'
import { defaultStatements, parentStatements, tableStatements } from './make-tables'
import { ident } from './spelling'
import { ownedByStatements, sequenceStatements, typeStatements } from './make-types'
import type { Left, Place, Statement } from './statement'

/** What recreates a schema, in three rounds; within one round a statement may have to wait for a later one. */
export interface ClonePlan {
  readonly before: readonly Statement[]
  readonly build: readonly Statement[]
  readonly after: readonly Statement[]
  readonly left: readonly Left[]
}

/** The role that builds a clone and owns it meanwhile; it has no rights anywhere else. */
export const builder = 'tabellion_builder'

/**
 * The statements that recreate the schema of a snapshot, without its rows, in an empty database whose roles are there.
 * Pure. What the snapshot cannot give back is in `left`; what the server refuses is told by `withClone`.
 */
export function planClone(snapshot: Snapshot, place: Place): ClonePlan {
  const owner = ident(builder)
  const relations = snapshot.relations.filter(
    (each) => each.extension === null && each.persistence !== 'temporary',
  )
  const several = snapshot.foreignServers.length > 1
  const here = relations.filter((each) => !(each.kind === 'foreign' && several))
  const sequences = snapshot.sequences.filter((each) => each.extension === null)
  const identities = new Map(
    sequences.flatMap((each) =>
      each.ownedBy ? [[`${each.ownedBy.relation} ${each.ownedBy.column}`, each]] : [],
    ),
  )
  const isIdentity = new Set(
    relations.flatMap((each) =>
      each.columns.filter((column) => column.identity).map((column) => `${each.id} ${column.name}`),
    ),
  )
  const alone = sequences.filter(
    ({ ownedBy }) => ownedBy === null || !isIdentity.has(`${ownedBy.relation} ${ownedBy.column}`),
  )
  const routines = routinePlan(snapshot)
  return {
    before: [...schemaStatements(snapshot, owner), ...foreignServerStatements(snapshot, owner)],
    build: [
      ...typeStatements(snapshot),
      ...sequenceStatements(alone),
      ...tableStatements(here, snapshot, identities),
      ...routines.statements,
      ...definitionStatements(snapshot),
      ...viewStatements(here),
      ...defaultStatements(here),
      ...ownedByStatements(alone),
      ...checkStatements(here),
      ...parentStatements(here),
      ...keyStatements(here),
      ...indexStatements(here),
      ...foreignStatements(here),
      ...behaviourStatements(here),
    ],
    after: [
      ...invalidStatements(here),
      ...routineRights(snapshot),
      ...ownerStatements(snapshot),
      ...surroundingStatements(snapshot, place, owner),
      ...grantStatements(snapshot, place),
      ...defaultPrivilegeStatements(snapshot),
      ...databaseSettings(snapshot, place).statements,
    ],
    left: [...routines.left, ...surroundingsLeft(snapshot, place)],
  }
}
