import { blindSpots } from './blind-spots'
import { byName, bySchema, byText, readBook, yes, type Book } from './book'
import { addPolicies, addRules, addTriggers, usesOf } from './build-behaviour'
import { addColumns } from './build-columns'
import { addConstraints, addIndexes } from './build-keys'
import * as build from './build-objects'
import { draftRelations, type Draft, type Texts } from './build-relation'
import { readCarefully } from './careful'
import { lastValues } from './last-values'
import { supported, type Session } from './session'
import { addSizes, readSizes } from './sizes'
import { columnsSql, type ColumnRow } from './sql/columns'
import { constraintsSql, type ConstraintRow } from './sql/constraints'
import { dependsSql, ownedSequencesSql, type DependRow, type OwnedSequenceRow } from './sql/depends'
import { defaultPrivilegesSql, type DefaultPrivilegeRow } from './sql/grants'
import { indexesSql, type IndexRow } from './sql/indexes'
import * as objects from './sql/objects'
import { policiesSql, type PolicyRow } from './sql/policies'
import { inheritanceSql, relationsSql, statisticsSql } from './sql/relations'
import type { InheritanceRow, RelationRow, StatisticsRow } from './sql/relations'
import { membershipsSql, roleSettingsSql, type MembershipRow, type RoleSettingRow } from './sql/roles'
import { routinesSql, type RoutineRow } from './sql/routines'
import { schemasSql, type SchemaRow } from './sql/schemas'
import { databaseSizeSql, serverSql, settingsSql } from './sql/server'
import type { DatabaseSizeRow, ServerRow, SettingRow } from './sql/server'
import { hiddenStatisticsSql, type CountRow } from './sql/sight'
import { textsSql, type TextRow } from './sql/texts'
import { eventTriggersSql, rulesSql, triggersSql } from './sql/triggers'
import type { EventTriggerRow, RuleRow, TriggerRow } from './sql/triggers'
import type { Command, EventTrigger, Extension, Relation, RoutineId, Schema, Server, Snapshot } from './types'

/** What one pass over the catalog gave, and how many objects moved under it. */
export interface Scan {
  readonly snapshot: Snapshot
  readonly moved: number
}

/** Reads everything, in one transaction and a fixed number of statements. */
export async function scan(session: Session, started: number): Promise<Scan> {
  const [row] = await session.rows<ServerRow>(serverSql)
  if (!row) throw new Error('The server did not say who is asking.')
  const version = Number(row[0])
  supported(version, row[1])
  const book = await readBook(session)
  const settings = await session.rows<SettingRow>(settingsSql)
  const size = yes(row[14]) ? await session.rows<DatabaseSizeRow>(databaseSizeSql) : []
  const server = serverOf(row, book, settings, size[0]?.[0] ?? null)
  const { relations, lost, sizes, drafts } = await readRelations(session, version, book)

  const lostRoutines = new Set<string>()
  const routineRows = await session.rows<readonly [oid: string]>(`select oid from pg_proc where oid >= 12000`)
  const routineTexts = await readCarefully<RoutineRow>(
    session,
    routinesSql,
    routineRows.map(([oid]) => oid),
  )
  for (const oid of routineTexts.lost) lostRoutines.add(oid)
  const uses = usesOf(await session.rows<DependRow>(dependsSql), book)
  const routines = build.buildRoutines(routineTexts.rows, book, uses, lostRoutines)

  const sequenceRows = await session.rows<objects.SequenceRow>(objects.sequencesSql)
  const last = await lastValues(session, sequenceRows, book)
  const sequences = build.buildSequences(
    sequenceRows,
    await session.rows<OwnedSequenceRow>(ownedSequencesSql),
    last,
    book,
  )
  const hidden = server.currentUserSuperuser ? [] : await session.rows<CountRow>(hiddenStatisticsSql)
  const unsized = relations.filter(
    (each) => (each.kind === 'table' || each.kind === 'matview') && each.size === null,
  )

  const snapshot: Snapshot = {
    format: 1,
    database: row[2],
    takenAt: row[3],
    tookMs: 0,
    server,
    schemas: await schemas(session, book),
    relations,
    routines,
    sequences,
    enums: build.buildEnums(await session.rows<objects.EnumRow>(objects.enumsSql), book),
    roles: build.buildRoles(book.roleRows),
    memberships: build.buildMemberships(await session.rows<MembershipRow>(membershipsSql(version)), book),
    defaultPrivileges: build.buildDefaultPrivileges(
      await session.rows<DefaultPrivilegeRow>(defaultPrivilegesSql),
      book,
    ),
    extensions: await extensions(session, book),
    eventTriggers: await eventTriggers(session),
    publications: build.buildPublications(
      await session.rows<objects.PublicationRow>(objects.publicationsSql(version)),
      book,
    ),
    roleSettings: build.buildRoleSettings(await session.rows<RoleSettingRow>(roleSettingsSql), book),
    foreignServers: build.buildForeignServers(
      await session.rows<objects.ForeignServerRow>(objects.foreignServersSql),
      book,
    ),
    unreadable: blindSpots({
      role: quoted(row[5]),
      superuser: server.currentUserSuperuser,
      maySettings: yes(row[15]),
      mayHba: yes(row[17]),
      mayAuthid: yes(row[18]),
      maySize: yes(row[14]),
      database: row[2],
      settings: server.settings,
      hiddenSequences: sequenceRows.filter((each) => !yes(each[11])).length,
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
  }
}

async function readRelations(session: Session, version: number, book: Book) {
  const drafts = draftRelations(await session.rows<RelationRow>(relationsSql), book)
  const deparsed = await readCarefully<TextRow>(session, textsSql, [...drafts.keys()])
  const lost = deparsed.lost
  const texts = textsBy(deparsed.rows, lost)
  const inheritance = await session.rows<InheritanceRow>(inheritanceSql)
  const sizes = await readSizes(session, [...drafts.keys()])

  addColumns(await session.rows<ColumnRow>(columnsSql), drafts, book, texts, lost)
  const served = addConstraints(
    await session.rows<ConstraintRow>(constraintsSql(version)),
    drafts,
    book,
    texts,
  )
  addIndexes(
    await session.rows<IndexRow>(indexesSql(version)),
    drafts,
    book,
    texts,
    served,
    inheritance,
    sizes.bytes,
  )
  const uses = usesOf(await session.rows<DependRow>(dependsSql), book)
  addPolicies(await session.rows<PolicyRow>(policiesSql), drafts, book, texts, uses)
  addTriggers(await session.rows<TriggerRow>(triggersSql), drafts, book, texts, lost)
  addRules(await session.rows<RuleRow>(rulesSql), drafts, texts, uses)
  for (const [child, parent] of inheritance) {
    const id = book.relations.get(parent)?.id
    if (id) drafts.get(child)?.parents.push(id)
  }
  addSizes(drafts, sizes)
  addStatistics(await session.rows<StatisticsRow>(statisticsSql), drafts)
  for (const draft of drafts.values()) {
    draft.partitionKey = texts.get('partition key')?.get(draft.oid) ?? null
    draft.partitionBound = texts.get('bound')?.get(draft.oid) ?? null
    const updatable = texts.get('updatable')?.get(draft.oid)
    if (updatable !== undefined) draft.updatable = passedOn(Number(updatable))
  }
  const relations = [...drafts.values()]
    .filter((draft) => !lost.has(draft.oid))
    .sort(bySchema)
    .map(finished)
  return { relations, lost, sizes, drafts }
}

/** The relation without its OID: none leaves this folder. */
function finished(draft: Draft): Relation {
  const { oid, ...relation } = draft
  return oid === '' ? draft : relation
}

/** `pg_relation_is_updatable` gives one bit for each command. */
const passedOn = (bits: number): Command[] =>
  (['UPDATE', 'INSERT', 'DELETE'] as const).filter((_, i) => bits & (4 << i))

/** A text that came back null belongs to an object that was dropped meanwhile. */
function textsBy(rows: readonly TextRow[], lost: Set<string>): Texts {
  const texts = new Map<string, Map<string, string>>()
  for (const [what, relation, part, text] of rows) {
    if (text === null) {
      lost.add(relation)
      continue
    }
    let of = texts.get(what)
    if (!of) texts.set(what, (of = new Map()))
    of.set(what === 'default' ? `${relation} ${part}` : part || relation, text)
  }
  return texts
}

function addStatistics(rows: readonly StatisticsRow[], drafts: ReadonlyMap<string, Draft>) {
  for (const [oid, seqScans, inserted, updated, deleted, live, dead, lastVacuum, lastAnalyze] of rows) {
    const draft = drafts.get(oid)
    if (!draft) continue
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

function serverOf(row: ServerRow, book: Book, settings: readonly SettingRow[], size: string | null): Server {
  const [version, versionText, , , , currentUser, superuser, bypassRls, owner, acl, encoding, inRecovery] =
    row
  const sorted = [...settings].sort((a, b) => byText(a[0], b[0]))
  return {
    version: Number(version),
    versionText,
    currentUser,
    currentUserSuperuser: yes(superuser),
    currentUserBypassesRls: yes(superuser) || yes(bypassRls),
    databaseOwner: book.role(owner),
    databaseGrants: book.grants('d', owner, acl),
    encoding,
    inRecovery: yes(inRecovery),
    startedAt: row[12],
    statisticsResetAt: row[13],
    size: size === null ? null : Number(size),
    settings: Object.fromEntries(sorted.map(([name, value]) => [name, value ?? ''])),
    pendingRestart: sorted.filter((setting) => yes(setting[2])).map(([name]) => name),
  }
}

async function schemas(session: Session, book: Book): Promise<Schema[]> {
  return (await session.rows<SchemaRow>(schemasSql))
    .filter(
      ([, name]) => !/^pg_(toast|temp)/.test(name) && name !== 'pg_catalog' && name !== 'information_schema',
    )
    .map(([oid, name, id, owner, acl]) => ({
      name,
      id,
      owner: book.role(owner),
      grants: book.grants('n', owner, acl),
      comment: book.comment('pg_namespace', oid),
      extension: book.extension('pg_namespace', oid),
    }))
    .sort(byName)
}

const extensions = async (session: Session, book: Book): Promise<Extension[]> =>
  (await session.rows<objects.ExtensionRow>(objects.extensionsSql))
    .map(([name, schema, version, available]) => ({
      name,
      schema: book.schemas.get(schema)?.name ?? '',
      version,
      available,
    }))
    .sort(byName)

const states: Readonly<Record<string, EventTrigger['enabled']>> = {
  O: 'origin',
  A: 'always',
  R: 'replica',
  D: 'disabled',
}

const eventTriggers = async (session: Session): Promise<EventTrigger[]> =>
  (await session.rows<EventTriggerRow>(eventTriggersSql))
    .map(([name, event, routine, enabled, tags]) => ({
      name,
      event,
      routine: routine as RoutineId,
      enabled: states[enabled] ?? 'origin',
      tags: tags === null ? [] : (JSON.parse(tags) as string[]).sort(byText),
    }))
    .sort(byName)

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
