import type { OwnType, Sequence } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal } from './spelling'
import { build, type Statement } from './statement'

const collate = (collation: string | null) => (collation === null ? '' : ` collate ${collation}`)

/** CREATE TYPE and CREATE DOMAIN of everything that no extension brings. */
export function typeStatements(snapshot: Snapshot): Statement[] {
  const values = new Map(snapshot.enums.map((each) => [each.id, each.values]))
  return (snapshot.types ?? snapshot.enums.map(enumAlone))
    .filter((type) => type.extension === null)
    .map((type) => build(`type ${type.id}`, typeSql(type, values.get(type.id) ?? [])))
}

/** In a snapshot that was made without types. */
const enumAlone = (each: Snapshot['enums'][number]): OwnType => ({
  ...each,
  owner: '',
  grants: null,
  comment: null,
  shape: { kind: 'enum' },
})

function typeSql({ id, shape }: OwnType, values: readonly string[]): string {
  switch (shape.kind) {
    case 'enum':
      return `create type ${id} as enum (${values.map(literal).join(', ')})`
    case 'composite': {
      const attributes = shape.attributes.map((a) => `${ident(a.name)} ${a.type}${collate(a.collation)}`)
      return `create type ${id} as (${attributes.join(', ')})`
    }
    case 'domain': {
      const checks = shape.checks
        .filter((check) => !check.definition.endsWith(' NOT VALID'))
        .map((check) => ` constraint ${ident(check.name)} ${check.definition}`)
      const later = shape.checks
        .filter((check) => check.definition.endsWith(' NOT VALID'))
        .map((check) => `; alter domain ${id} add constraint ${ident(check.name)} ${check.definition}`)
      return [
        `create domain ${id} as ${shape.base}${collate(shape.collation)}`,
        shape.default === null ? '' : ` default ${shape.default}`,
        shape.notNull ? ' not null' : '',
        ...checks,
        ...later,
      ].join('')
    }
    case 'range': {
      const options = [
        `subtype = ${shape.subtype}`,
        `subtype_opclass = ${shape.opclass}`,
        shape.collation === null ? '' : `collation = ${shape.collation}`,
        shape.difference === null ? '' : `subtype_diff = ${shape.difference}`,
        `multirange_type_name = ${shape.multirange}`,
      ]
      return `create type ${id} as range (${options.filter((option) => option !== '').join(', ')})`
    }
  }
}

/** START, INCREMENT and the rest, as CREATE SEQUENCE and an identity column take them. */
export const sequenceOptions = (sequence: Sequence): string =>
  [
    `increment by ${sequence.increment}`,
    sequence.min === undefined ? '' : `minvalue ${sequence.min}`,
    `maxvalue ${sequence.max}`,
    `start with ${sequence.start}`,
    sequence.cache === undefined ? '' : `cache ${sequence.cache}`,
    sequence.cycle ? 'cycle' : 'no cycle',
  ]
    .filter((part) => part !== '')
    .join(' ')

/** Sequences that are not an identity column's: those come with their table. */
export const sequenceStatements = (sequences: readonly Sequence[]): Statement[] =>
  sequences.map((each) =>
    build(`sequence ${each.id}`, `create sequence ${each.id} as ${each.type} ${sequenceOptions(each)}`),
  )

export const ownedByStatements = (sequences: readonly Sequence[]): Statement[] =>
  sequences.flatMap((each) =>
    each.ownedBy === null
      ? []
      : build(
          `sequence ${each.id}`,
          `alter sequence ${each.id} owned by ${each.ownedBy.relation}.${ident(each.ownedBy.column)}`,
        ),
  )
