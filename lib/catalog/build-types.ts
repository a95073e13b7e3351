import { byGrant, bySchema, byText, grantOf, type Book } from './book'
import type { DefinitionRow } from './sql/definitions'
import type { OwnTypeRow } from './sql/own-types'
import type { Cast, Definition, Operator, OwnType, TypeShape } from './types-object'

/** The types that somebody made, by schema and name; one that is gone meanwhile has no shape and is left out. */
export const buildOwnTypes = (rows: readonly OwnTypeRow[], book: Book): OwnType[] =>
  rows
    .flatMap(([oid, schemaOid, name, quoted, owner, grants, comment, shape]): OwnType[] => {
      const schema = book.schemas.get(schemaOid)
      if (shape === null || schema === undefined) return []
      return [
        {
          id: `${schema.quoted}.${quoted}`,
          schema: schema.name,
          name,
          owner: book.role(owner),
          grants:
            grants === null
              ? null
              : (JSON.parse(grants) as [string, string, string, string][])
                  .map(([grantee, grantor, privilege, grantable]) =>
                    grantOf(book.role, grantee, grantor, privilege, grantable),
                  )
                  .sort(byGrant),
          comment,
          extension: book.extension('pg_type', oid),
          shape: JSON.parse(shape) as TypeShape,
        },
      ]
    })
    .sort(bySchema)

/** Operators, casts, collations and aggregates by kind and name; one that is gone meanwhile has no text and is left out. */
export const buildDefinitions = (rows: readonly DefinitionRow[], book: Book): Definition[] =>
  rows
    .flatMap(([kind, oid, catalog, id, shape, sql]): Definition[] => {
      if (id === null || sql === null) return []
      const parts: unknown = shape === null ? null : JSON.parse(shape)
      return [
        {
          kind: kind as Definition['kind'],
          id,
          sql,
          operator: kind === 'operator' ? (parts as Operator) : null,
          cast: kind === 'cast' ? (parts as Cast) : null,
          extension: book.extension(catalog, oid),
        },
      ]
    })
    .sort((a, b) => byText(a.kind, b.kind) || byText(a.id, b.id))
