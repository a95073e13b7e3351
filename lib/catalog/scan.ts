import { blindSpots } from './blind-spots'
import { byName, bySchema, byText, readBook, yes, type Book } from './book'
import { addRules, policyTaker, triggerTaker } from './build-behaviour'
import { columnTaker } from './build-columns'
import { constraintTaker, indexTaker } from './build-keys'
import * as build from './build-objects'
import { readOwnTypes } from './build-types'
import { readEventTriggers, readExtensions, readSchemas, serverOf } from './build-server'
import { draftRelations, type Draft, type Texts } from './build-relation'
import { readCarefully } from './careful'
import { lastValues } from './last-values'
import { supported, type Session } from './session'
import { addSizes, readSizes } from './sizes'
import { columnGrantsSql, columnsSql, type ColumnGrantRow, type ColumnsRow } from './sql/columns'
import { constraintsSql, type ConstraintRow } from './sql/constraints'
import { dependsSql, ownedSequencesSql, type DependRow, type OwnedSequenceRow } from './sql/depends'
import { defaultPrivilegesSql, type DefaultPrivilegeRow } from './sql/grants'
import { indexesSql, type IndexRow } from './sql/indexes'
import * as objects from './sql/objects'
import { buildOperations } from './build-operations'
import { operationsSql, type OperationsRow } from './sql/operations'
import { policiesSql, type PolicyRow } from './sql/policies'
import { inheritanceSql, relationsSql, statisticsSql } from './sql/relations'
import type { InheritanceRow, RelationRow, StatisticsRow } from './sql/relations'
import { membershipsSql, roleSettingsSql, type MembershipRow, type RoleSettingRow } from './sql/roles'
import { routineOidsSql, routinesSql, type RoutineRow } from './sql/routines'
import { databaseSizeSql, serverSql, settingsSql } from './sql/server'
import type { DatabaseSizeRow, ServerRow, SettingRow } from './sql/server'
import { hiddenStatisticsSql, type CountRow } from './sql/sight'
import { textsSql, type TextRow } from './sql/texts'
import { rulesSql, triggersSql } from './sql/triggers'
import type { RuleRow, TriggerRow } from './sql/triggers'
import type { Command, Relation, Snapshot } from './types'

/** What one pass over the catalog gave, and how many objects moved under it. */
export interface Scan {
  readonly snapshot: Snapshot
  readonly moved: number
  /** To ask, in a later transaction, what was renamed meanwhile. */
  readonly book: Book
  readonly horizon: string
}

/** Reads everything, in one transaction and a fixed number of statements. */
export async function scan(session: Session, started: number): Promise<Scan> {
  const [row] = await session.rows<ServerRow>(serverSql)
  if (!row) throw new Error('The server did not say who is asking.')
  const version = Number(row[0])
  supported(version, row[1])
  const book = await readBook(session)
  const settings = await session.rows<SettingRow>(settingsSql)
  const { relations, lost, sizes, drafts, pages, uses } = await readRelations(
    session,
    version,
    book,
    settings,
  )
  // Measuring walks the folder of the database, file by file.
  const measured =
    yes(row[14]) && !sizes.estimated ? await session.rows<DatabaseSizeRow>(databaseSizeSql) : []
  const size = sizes.estimated ? pages : Number(measured[0]?.[0] ?? NaN)
  const server = serverOf(row, book, settings, Number.isNaN(size) ? null : size)

  const routineRows = new Map<string, RoutineRow>()
  const oids = await session.rows<readonly [oid: string]>(routineOidsSql)
  const lostRoutines = await readCarefully<RoutineRow>(
    session,
    routinesSql,
    oids.map(([oid]) => oid),
    (each) => routineRows.set(each[0], each),
  )
  const routines = build.buildRoutines([...routineRows.values()], book, uses, lostRoutines)

  const sequenceRows = await session.rows<objects.SequenceRow>(objects.sequencesSql)
  const hiddenSequences = sequenceRows.filter((each) => !yes(each[11]))
  const last = await lastValues(session, sequenceRows, book)
  const owned = await session.rows<OwnedSequenceRow>(ownedSequencesSql)
  const hidden = server.currentUserSuperuser ? [] : await session.rows<CountRow>(hiddenStatisticsSql)
  const unsized = relations.filter(
    (each) => (each.kind === 'table' || each.kind === 'matview') && each.size === null,
  )

  const may = { sessions: yes(row[19]), authid: yes(row[18]), hba: yes(row[17]) }
  const snapshot: Snapshot = {
    format: 1,
    database: row[2],
    takenAt: row[3],
    tookMs: 0,
    server,
    schemas: await readSchemas(session, book),
    relations,
    routines,
    sequences: build.buildSequences(sequenceRows, owned, last, book),
    enums: build.buildEnums(await session.rows<objects.EnumRow>(objects.enumsSql), book),
    types: await readOwnTypes(session, book),
    roles: build.buildRoles(book.roleRows),
    memberships: build.buildMemberships(await session.rows<MembershipRow>(membershipsSql(version)), book),
    defaultPrivileges: build.buildDefaultPrivileges(
      await session.rows<DefaultPrivilegeRow>(defaultPrivilegesSql),
      book,
    ),
    extensions: await readExtensions(session, book),
    eventTriggers: await readEventTriggers(session),
    publications: build.buildPublications(
      await session.rows<objects.PublicationRow>(objects.publicationsSql(version)),
      book,
    ),
    roleSettings: build.buildRoleSettings(await session.rows<RoleSettingRow>(roleSettingsSql), book),
    foreignServers: build.buildForeignServers(
      await session.rows<objects.ForeignServerRow>(objects.foreignServersSql),
      book,
    ),
    operations: buildOperations(await session.rows<OperationsRow>(operationsSql(version, may)), may),
    unreadable: blindSpots({
      role: book.quote(row[5]),
      superuser: server.currentUserSuperuser,
      maySettings: yes(row[15]),
      mayHba: yes(row[17]),
      mayAuthid: yes(row[18]),
      maySize: yes(row[14]),
      settings: server.settings,
      hiddenSequences: hiddenSequences.length,
      schemasOfHidden: [
        ...new Set(hiddenSequences.map((each) => book.schemas.get(each[1])?.quoted ?? '')),
      ].sort(byText),
      unreadSequences: sequenceRows.filter((each) => yes(each[11]) && !last.has(each[0])).length,
      hiddenStatistics: Number(hidden[0]?.[0] ?? 0),
      changing: [...lost].map((oid) => drafts.get(oid)?.id ?? oid).sort(byText),
      changingRoutines: lostRoutines.size,
      sizesEstimated: sizes.estimated,
      unsized: unsized.length,
    }),
  }
  return {
    snapshot: { ...snapshot, tookMs: Math.round(performance.now() - started) },
    moved: lost.size + lostRoutines.size,
    book,
    horizon: row[19],
  }
}

/** The heavy part: rows become parts of their relation as they arrive. */
async function readRelations(session: Session, version: number, book: Book, settings: readonly SettingRow[]) {
  const relationRows = await session.rows<RelationRow>(relationsSql)
  const drafts = draftRelations(relationRows, book)
  const blockSize = Number(settings.find(([name]) => name === 'block_size')?.[1] ?? 8192)
  const oids = [...drafts.keys()]
  const texts = new Map<string, Map<string, string>>()
  const gone = new Set<string>()
  const lost = await readCarefully<TextRow>(session, textsSql, oids, textTaker(texts, gone))
  for (const oid of gone) lost.add(oid)
  const sizes = await readSizes(session, oids, blockSize)
  const inheritance = await session.rows<InheritanceRow>(inheritanceSql)
  const columnGrants = await session.rows<ColumnGrantRow>(columnGrantsSql)
  await session.each<ColumnsRow>(columnsSql, columnTaker(drafts, book, texts, columnGrants, lost))

  const served = new Map<string, string>()
  await session.each<ConstraintRow>(constraintsSql(version), constraintTaker(drafts, book, texts, served))
  const indexes = indexTaker(drafts, book, texts, { served, parents: new Map(inheritance), sizes })
  await session.each<IndexRow>(indexesSql(version), indexes.take)
  indexes.adopt()
  await session.each<PolicyRow>(policiesSql, policyTaker(drafts, book, texts))
  await session.each<TriggerRow>(triggersSql, triggerTaker(drafts, book, texts, lost))
  const uses = new Map((await session.rows<DependRow>(dependsSql)).map(([of, oid, list]) => [of + oid, list]))
  addRules(await session.rows<RuleRow>(rulesSql), drafts, texts, book, uses)
  await session.each<StatisticsRow>(statisticsSql, statisticsTaker(drafts))
  for (const [child, parent] of inheritance) {
    const id = book.relations.get(parent)?.id
    if (id) drafts.get(child)?.parents.push(id)
  }
  addSizes(
    drafts,
    sizes,
    new Map(relationRows.map((row) => [row[0], row[13] === null ? null : Number(row[13])])),
  )
  for (const draft of drafts.values()) finish(draft, texts)
  const relations = [...drafts.values()]
    .filter((draft) => !lost.has(draft.oid))
    .sort(bySchema)
    .map(released)
  const pages = relations.reduce(
    (sum, relation) => sum + (relation.isPartition ? 0 : (relation.size ?? 0)),
    0,
  )
  return { relations, lost, sizes, drafts, pages, uses }
}

function finish(draft: Draft, texts: Texts) {
  draft.partitionKey = texts.get('partition key')?.get(draft.oid) ?? null
  draft.partitionBound = texts.get('bound')?.get(draft.oid) ?? null
  const updatable = texts.get('updatable')?.get(draft.oid)
  if (updatable !== undefined) draft.updatable = passedOn(Number(updatable))
  if (draft.constraints.length > 1) draft.constraints.sort(byName)
  if (draft.indexes.length > 1) draft.indexes.sort(byName)
  if (draft.policies.length > 1) draft.policies.sort(byName)
  if (draft.triggers.length > 1) draft.triggers.sort(byName)
  if (draft.rules.length > 1) draft.rules.sort(byName)
}

/** The relation without its OID: none leaves this folder. */
function released(draft: Draft): Relation {
  const { oid, ...relation } = draft
  return oid === '' ? draft : relation
}

/** `pg_relation_is_updatable` gives one bit for each command. */
const passedOn = (bits: number): Command[] =>
  (['UPDATE', 'INSERT', 'DELETE'] as const).filter((_, i) => bits & (4 << i))

/** A text that came back null belongs to an object that was dropped meanwhile. */
function textTaker(texts: Map<string, Map<string, string>>, gone: Set<string>): (row: TextRow) => void {
  return ([what, relation, part, text]) => {
    if (text === null) {
      gone.add(relation)
      return
    }
    let of = texts.get(what)
    if (!of) texts.set(what, (of = new Map()))
    of.set(what === 'default' ? `${relation} ${part}` : part || relation, text)
  }
}

function statisticsTaker(drafts: ReadonlyMap<string, Draft>): (row: StatisticsRow) => void {
  return ([oid, seqScans, inserted, updated, deleted, live, dead, lastVacuum, lastAnalyze]) => {
    const draft = drafts.get(oid)
    if (!draft) return
    draft.statistics = {
      seqScans: Number(seqScans),
      idxScans: draft.indexes.reduce((sum, index) => sum + (index.scans ?? 0), 0),
      inserted: Number(inserted),
      updated: Number(updated),
      deleted: Number(deleted),
      live: Number(live),
      dead: Number(dead),
      lastVacuum,
      lastAnalyze,
    }
  }
}
