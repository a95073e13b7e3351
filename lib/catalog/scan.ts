import { blindSpots } from './blind-spots'
import { byText, readBook, yes, type Book } from './book'
import * as build from './build-objects'
import { buildOperations } from './build-operations'
import { buildEventTriggers, buildExtensions, buildSchemas, serverOf } from './build-server'
import { buildDefinitions, buildOwnTypes } from './build-types'
import { readCarefully } from './careful'
import { lastValues } from './last-values'
import { readRelations } from './read-relations'
import { kept, step } from './reading'
import { supported, type Session } from './session'
import { definitionsSql, type DefinitionRow } from './sql/definitions'
import { ownedSequencesSql, type OwnedSequenceRow } from './sql/depends'
import { defaultPrivilegesSql, type DefaultPrivilegeRow } from './sql/grants'
import * as objects from './sql/objects'
import { operationsSql, type OperationsRow } from './sql/operations'
import { ownTypesSql, type OwnTypeRow } from './sql/own-types'
import { horizonSql, type HorizonRow } from './sql/renamed'
import { membershipsSql, roleSettingsSql, type MembershipRow, type RoleSettingRow } from './sql/roles'
import { routineOidsSql, routinesSql, type RoutineRow } from './sql/routines'
import { schemasSql, type SchemaRow } from './sql/schemas'
import { databaseSizeSql, serverSql, settingsSql, statisticsResetSql } from './sql/server'
import type { DatabaseSizeRow, ServerRow, SettingRow, StatisticsResetRow } from './sql/server'
import { hiddenStatisticsSql, type CountRow } from './sql/sight'
import { eventTriggersSql, type EventTriggerRow } from './sql/triggers'
import type { Snapshot } from './types'

/** What one pass over the catalog gave, and how many objects moved under it. */
export interface Scan {
  readonly snapshot: Snapshot
  readonly moved: number
  /** To ask, in a later transaction, what was renamed meanwhile. */
  readonly book: Book
  readonly horizon: string
}

/**
 * Reads everything, in one transaction and a fixed number of statements. `shared` lets relations that are alike have one
 * text for their expressions.
 */
export async function scan(session: Session, started: number, shared: boolean): Promise<Scan> {
  const [row] = await session.rows<ServerRow>(serverSql, 'server')
  if (!row) throw new Error('The server did not say who is asking.')
  const version = Number(row[0])
  supported(version, row[1])
  const may = { sessions: yes(row[18]), authid: yes(row[17]), hba: yes(row[16]) }
  const settings = kept<SettingRow>('settings', settingsSql)
  const horizon = kept<HorizonRow>('horizon', horizonSql)
  const [book] = await Promise.all([readBook(session), session.each(settings, horizon)])
  const blockSize = Number(settings.rows.find(([name]) => name === 'block_size')?.[1] ?? 8192)
  const schemas = kept<SchemaRow>('schemas', schemasSql)
  const routineOids = kept<readonly [oid: string]>('routines', routineOidsSql)
  const sequences = kept<objects.SequenceRow>('sequences', objects.sequencesSql)
  const owned = kept<OwnedSequenceRow>('sequences', ownedSequencesSql)
  const enums = kept<objects.EnumRow>('types', objects.enumsSql)
  const types = kept<OwnTypeRow>('types', ownTypesSql)
  const definitions = kept<DefinitionRow>('types', definitionsSql)
  const memberships = kept<MembershipRow>('roles', membershipsSql(version))
  const roleSettings = kept<RoleSettingRow>('roles', roleSettingsSql)
  const defaultPrivileges = kept<DefaultPrivilegeRow>('default privileges', defaultPrivilegesSql)
  const extensions = kept<objects.ExtensionRow>('extensions', objects.extensionsSql)
  const eventTriggers = kept<EventTriggerRow>('event triggers', eventTriggersSql)
  const publications = kept<objects.PublicationRow>('publications', objects.publicationsSql(version))
  const foreignServers = kept<objects.ForeignServerRow>('foreign servers', objects.foreignServersSql)
  const operations = kept<OperationsRow>('operations', operationsSql(version, may))
  const reset = kept<StatisticsResetRow>('statistics', statisticsResetSql)
  // Sent with the heavy part: the server works on them while its rows are taken.
  const beside = [
    schemas,
    routineOids,
    sequences,
    owned,
    enums,
    types,
    definitions,
    memberships,
    roleSettings,
    defaultPrivileges,
    extensions,
    eventTriggers,
    publications,
    foreignServers,
    operations,
    reset,
  ]
  const read = await readRelations(session, book, { version, blockSize, shared, beside })
  const { relations, lost } = read
  const routineRows = new Map<string, RoutineRow>()
  const superuser = yes(row[6])
  const [lostRoutines, last, hidden, measured] = await Promise.all([
    readCarefully(
      session,
      (among) => step<RoutineRow>('routines', routinesSql(among), (each) => routineRows.set(each[0], each)),
      routineOids.rows.map(([oid]) => oid),
    ),
    lastValues(session, sequences.rows, book),
    superuser ? [] : session.rows<CountRow>(hiddenStatisticsSql, 'statistics'),
    // Measuring walks the folder of the database, file by file.
    yes(row[13]) && !read.sizesEstimated
      ? session.rows<DatabaseSizeRow>(databaseSizeSql, 'database size')
      : [],
  ])
  const routines = build.buildRoutines([...routineRows.values()], book, read.uses, lostRoutines)
  const size = read.sizesEstimated ? read.size : Number(measured[0]?.[0] ?? NaN)
  const server = serverOf(row, book, settings.rows, {
    size: Number.isNaN(size) ? null : size,
    statisticsResetAt: reset.rows[0]?.[0] ?? null,
  })
  const hiddenSequences = sequences.rows.filter((each) => !yes(each[11]))
  const unsized = relations.filter(
    (each) => (each.kind === 'table' || each.kind === 'matview') && each.size === null,
  )
  const snapshot: Snapshot = {
    format: 1,
    database: row[2],
    takenAt: row[3],
    tookMs: Math.round(performance.now() - started),
    server,
    schemas: buildSchemas(schemas.rows, book),
    relations,
    routines,
    sequences: build.buildSequences(sequences.rows, owned.rows, last, book),
    enums: build.buildEnums(enums.rows, book),
    types: buildOwnTypes(types.rows, book),
    definitions: buildDefinitions(definitions.rows, book),
    roles: build.buildRoles(book.roleRows),
    memberships: build.buildMemberships(memberships.rows, book),
    defaultPrivileges: build.buildDefaultPrivileges(defaultPrivileges.rows, book),
    extensions: buildExtensions(extensions.rows, book),
    eventTriggers: buildEventTriggers(eventTriggers.rows),
    publications: build.buildPublications(publications.rows, book),
    roleSettings: build.buildRoleSettings(roleSettings.rows, book),
    foreignServers: build.buildForeignServers(foreignServers.rows, book),
    operations: buildOperations(operations.rows, may),
    unreadable: blindSpots({
      role: book.quote(row[5]),
      superuser,
      maySettings: yes(row[14]),
      mayHba: may.hba,
      mayAuthid: may.authid,
      maySize: yes(row[13]),
      settings: server.settings,
      hiddenSequences: hiddenSequences.length,
      schemasOfHidden: [
        ...new Set(hiddenSequences.map((each) => book.schemas.get(each[1])?.quoted ?? '')),
      ].sort(byText),
      unreadSequences: sequences.rows.filter((each) => yes(each[11]) && !last.has(each[0])).length,
      hiddenStatistics: Number(hidden[0]?.[0] ?? 0),
      changing: [...lost].map((oid) => read.drafts.get(oid)?.id ?? oid).sort(byText),
      changingRoutines: lostRoutines.size,
      sizesEstimated: read.sizesEstimated,
      unsized: unsized.length,
    }),
  }
  return {
    snapshot,
    moved: lost.size + lostRoutines.size,
    book,
    horizon: horizon.rows[0]?.[0] ?? '',
  }
}
