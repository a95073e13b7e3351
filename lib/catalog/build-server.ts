import { byName, byText, yes, type Book } from './book'
import type { ExtensionRow } from './sql/objects'
import type { SchemaRow } from './sql/schemas'
import type { ServerRow, SettingRow } from './sql/server'
import type { EventTriggerRow } from './sql/triggers'
import type { EventTrigger, Extension, Schema, Server } from './types-server'
import type { RoutineId } from './types'

/** The server and the database, with every setting this role may see. */
export function serverOf(
  row: ServerRow,
  book: Book,
  settings: readonly SettingRow[],
  { size, statisticsResetAt }: Pick<Server, 'size' | 'statisticsResetAt'>,
): Server {
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
    statisticsResetAt,
    size,
    settings: Object.fromEntries(sorted.map(([name, value]) => [name, value ?? ''])),
    pendingRestart: sorted.filter((setting) => yes(setting[2])).map(([name]) => name),
  }
}

export const buildSchemas = (rows: readonly SchemaRow[], book: Book): Schema[] =>
  rows
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

export const buildExtensions = (rows: readonly ExtensionRow[], book: Book): Extension[] =>
  rows
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

export const buildEventTriggers = (rows: readonly EventTriggerRow[]): EventTrigger[] =>
  rows
    .map(([name, event, routine, enabled, tags]) => ({
      name,
      event,
      routine: routine as RoutineId,
      enabled: states[enabled] ?? 'origin',
      tags: tags === null ? [] : (JSON.parse(tags) as string[]).sort(byText),
    }))
    .sort(byName)
