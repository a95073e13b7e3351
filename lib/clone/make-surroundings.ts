import type { Snapshot } from '@/lib/catalog/types'
import { madeRoutines } from './make-routines'
import { grantee, ident, literal } from './spelling'
import { govern, leave, type Left, type Place, type Statement } from './statement'

/** Schemas and extensions, before anything stands in them. The builder owns the schemas for now. */
export function schemaStatements(snapshot: Snapshot, builder: string): Statement[] {
  return [
    govern('schema public', 'drop schema if exists public'),
    ...snapshot.schemas
      .filter((each) => each.extension === null)
      .map((each) => govern(`schema ${each.id}`, `create schema ${each.id} authorization ${builder}`)),
    ...snapshot.extensions
      .filter((each) => each.name !== 'plpgsql')
      .map((each) => {
        const schema = snapshot.schemas.find((one) => one.name === each.schema)
        const where = schema?.extension === null ? ` schema ${schema.id}` : ''
        return govern(
          `extension ${ident(each.name)}`,
          `create extension if not exists ${ident(each.name)}${where} version ${literal(each.version)} cascade`,
        )
      }),
    ...snapshot.schemas
      .filter((each) => each.extension !== null)
      .map((each) => govern(`schema ${each.id}`, `grant usage on schema ${each.id} to ${builder}`)),
  ]
}

/** Foreign servers without options: nothing can be reached through them. */
export function foreignServerStatements(snapshot: Snapshot, builder: string): Statement[] {
  return snapshot.foreignServers.flatMap((each) => [
    ...(snapshot.extensions.some((extension) => extension.name === each.wrapper)
      ? []
      : [
          govern(
            `foreign data wrapper ${ident(each.wrapper)}`,
            `create foreign data wrapper ${ident(each.wrapper)}`,
          ),
        ]),
    govern(
      `foreign server ${ident(each.name)}`,
      `create server ${ident(each.name)} foreign data wrapper ${ident(each.wrapper)};
       grant usage on foreign server ${ident(each.name)} to ${builder}`,
    ),
  ])
}

/** Last: what belongs to the database as a whole, and what is said of things. */
export function surroundingStatements(snapshot: Snapshot, place: Place, builder: string): Statement[] {
  return [
    ...snapshot.foreignServers.flatMap((each) => [
      govern(
        `foreign server ${ident(each.name)}`,
        `revoke all on foreign server ${ident(each.name)} from ${builder};
         alter server ${ident(each.name)} owner to ${ident(each.owner)}`,
      ),
      ...each.mappings.map((role) =>
        govern(
          `user mapping on ${ident(each.name)}`,
          `create user mapping for ${grantee(role)} server ${ident(each.name)}`,
        ),
      ),
    ]),
    ...snapshot.publications
      .filter((each) => !each.relations.some((one) => one.filtered))
      .map((each) =>
        govern(
          `publication ${ident(each.name)}`,
          `create publication ${ident(each.name)}${
            each.allTables
              ? ' for all tables'
              : each.relations.length > 0
                ? ` for table ${each.relations.map((one) => `only ${one.relation}`).join(', ')}`
                : ''
          }`,
        ),
      ),
    ...(firesUnasked(place) ? [] : eventTriggers(snapshot)),
    ...comments(snapshot),
    govern(
      'database',
      `alter database ${ident(place.database)} owner to ${ident(snapshot.server.databaseOwner)}`,
    ),
  ]
}

/** Event triggers: only 17 and later can be told not to fire them; while a clone is made they would run as a superuser. */
export const firesUnasked = (place: Place) => place.major < 17

const eventTriggers = (snapshot: Snapshot) =>
  snapshot.eventTriggers.flatMap((each) => {
    const tags = each.tags.length === 0 ? '' : ` when tag in (${each.tags.map(literal).join(', ')})`
    const state = { origin: '', always: 'enable always', replica: 'enable replica', disabled: 'disable' }
    const name = ident(each.name)
    return [
      govern(
        `event trigger ${name}`,
        `create event trigger ${name} on ${each.event}${tags} execute function ${each.routine.replace(/\(\)$/, '')}()`,
      ),
      ...(state[each.enabled] === ''
        ? []
        : [govern(`event trigger ${name}`, `alter event trigger ${name} ${state[each.enabled]}`)]),
    ]
  })

const say = (on: string, text: string | null) =>
  text === null ? [] : [govern(on, `comment on ${on} is ${literal(text)}`)]

function comments(snapshot: Snapshot): Statement[] {
  const words = {
    table: 'table',
    partitioned: 'table',
    view: 'view',
    matview: 'materialized view',
    foreign: 'foreign table',
  }
  return [
    ...snapshot.schemas.filter((s) => s.extension === null).flatMap((s) => say(`schema ${s.id}`, s.comment)),
    ...(snapshot.types ?? [])
      .filter((t) => t.extension === null)
      .flatMap((t) => say(`type ${t.id}`, t.comment)),
    ...madeRoutines(snapshot).flatMap((r) => say(`routine ${r.id}`, r.comment)),
    ...snapshot.relations
      .filter((relation) => relation.extension === null)
      .flatMap((relation) => [
        ...say(`${words[relation.kind]} ${relation.id}`, relation.comment),
        ...relation.columns.flatMap((c) => say(`column ${relation.id}.${ident(c.name)}`, c.comment)),
        ...relation.constraints.flatMap((c) =>
          say(`constraint ${ident(c.name)} on ${relation.id}`, c.comment),
        ),
        ...relation.indexes.flatMap((i) => say(`index ${i.id}`, i.comment)),
        ...relation.policies.flatMap((p) => say(`policy ${ident(p.name)} on ${relation.id}`, p.comment)),
        ...relation.triggers.flatMap((t) => say(`trigger ${ident(t.name)} on ${relation.id}`, t.comment)),
      ]),
  ]
}

/** What a snapshot names but does not hold whole. */
export function surroundingsLeft(snapshot: Snapshot, place: Place): Left[] {
  const several = snapshot.foreignServers.length > 1
  return [
    ...(snapshot.types === undefined
      ? [
          leave(
            'types',
            'The snapshot was made without domains and composite types.',
            'A fotografia foi feita sem domínios e tipos compostos.',
          ),
        ]
      : []),
    ...snapshot.publications
      .filter((each) => each.relations.some((one) => one.filtered))
      .map((each) =>
        leave(
          `publication ${ident(each.name)}`,
          'The snapshot does not hold its row filters.',
          'A fotografia não guarda seus filtros de linha.',
        ),
      ),
    ...(firesUnasked(place) ? snapshot.eventTriggers : []).map((each) =>
      leave(
        `event trigger ${ident(each.name)}`,
        'Before PostgreSQL 17 it would run on the clone.',
        'Antes do PostgreSQL 17 ele rodaria no clone.',
      ),
    ),
    ...snapshot.relations
      .filter((each) => each.kind === 'foreign' && several)
      .map((each) =>
        leave(
          each.id,
          'The snapshot does not say which foreign server it is on.',
          'A fotografia não diz em que servidor externo ela está.',
        ),
      ),
    ...snapshot.relations.flatMap((relation) =>
      relation.columns
        .filter((column) => column.label !== null)
        .map((column) =>
          leave(
            `${relation.id} column ${ident(column.name)}`,
            'Security labels need their provider.',
            'Rótulos de segurança exigem o seu provedor.',
          ),
        ),
    ),
  ]
}
