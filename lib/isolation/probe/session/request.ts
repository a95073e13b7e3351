import { Query, type Client } from 'pg'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { enter, leave, type Identity } from './identity'
import { limited } from './limited'

/** A whole request, which lasts. */
export async function committed(client: Client, as: Identity, sql: string): Promise<boolean> {
  try {
    await limited(client, () => client.query(['begin', ...enter(as), sql, ...leave, 'commit'].join(';\n')))
    return true
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    await client.query('rollback')
    return false
  }
}

/** All rows of a relation as one value. */
export const lookSql = ({ id, columns }: Relation) =>
  `select coalesce(pg_catalog.json_agg(array[${columns.map(({ name }) => `${ident(name)}::text`).join(', ')}]::text[]), '[]') as seen from ${id}`

/** What it sees of each relation that lets it look: all of them in one batch, which goes on after one that refuses. */
export async function look(
  client: Client,
  as: Identity,
  targets: readonly Relation[],
): Promise<Map<string, string[]>> {
  const out = new Map<string, string[]>()
  for (let left = targets; left.length > 0;) {
    const { rows, refused } = await untilRefused(client, [
      'begin read only',
      ...enter(as),
      ...left.map(lookSql),
    ])
    await client.query('rollback')
    const seen = rows.flatMap((row) => ('seen' in row ? [row.seen as unknown[]] : []))
    seen.forEach((each, at) =>
      out.set(
        left[at]?.id ?? '',
        each.map((v) => JSON.stringify(v)),
      ),
    )
    left = refused ? left.slice(seen.length + 1) : []
  }
  return out
}

/** The rows that statements of one batch gave before one of them was refused. */
export function untilRefused(client: Client, statements: readonly string[]) {
  const asked = () =>
    new Promise<{ rows: Record<string, unknown>[]; refused: boolean }>((resolve, reject) => {
      const rows: Record<string, unknown>[] = []
      const query = new Query<Record<string, unknown>>(statements.join(';\n'))
      query.on('row', (row) => rows.push(row))
      query.on('end', () => resolve({ rows, refused: false }))
      query.on('error', (error: Error & { code?: string }) =>
        error.code === undefined ? reject(error) : resolve({ rows, refused: true }),
      )
      client.query(query)
    })
  return limited(client, asked)
}
