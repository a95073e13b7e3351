import type { Clone } from '@/lib/clone/with-clone'
import type { Snapshot } from '@/lib/catalog/types'

/**
 * The clone as the governed database would look: names, rights and definitions from the clone; from the original what a
 * clone cannot have, its server, sizes, statistics and times. Roles that only the scratch server has are left out.
 */
export function asSeen(copy: Snapshot, original: Snapshot, clone: Clone): Snapshot {
  const measured = new Map(original.relations.map((relation) => [relation.id, relation]))
  const counted = new Map(original.sequences.map((sequence) => [sequence.id, sequence]))
  const offered = new Map(original.extensions.map((extension) => [extension.name, extension.available]))
  const known = (role: string | null) => role === null || !clone.strangers.has(role)
  return {
    ...copy,
    database: original.database,
    takenAt: original.takenAt,
    server: {
      ...original.server,
      databaseOwner: copy.server.databaseOwner,
      databaseGrants: copy.server.databaseGrants,
    },
    relations: copy.relations.map((relation) => {
      const was = measured.get(relation.id)
      const indexes = new Map(was?.indexes.map((index) => [index.id, index]))
      return {
        ...relation,
        rows: was?.rows ?? null,
        size: was?.size ?? null,
        statistics: was?.statistics ?? null,
        indexes: relation.indexes.map((index) => ({
          ...index,
          size: indexes.get(index.id)?.size ?? null,
          scans: indexes.get(index.id)?.scans ?? null,
          lastScan: indexes.get(index.id)?.lastScan ?? null,
        })),
      }
    }),
    sequences: copy.sequences.map((sequence) => {
      const was = counted.get(sequence.id)
      return was ? { ...sequence, last: was.last, readable: was.readable } : sequence
    }),
    extensions: copy.extensions.map((each) => ({ ...each, available: offered.get(each.name) ?? null })),
    roles: copy.roles.filter(({ name }) => known(name)),
    memberships: copy.memberships.filter(({ role, member }) => known(role) && known(member)),
    roleSettings: [
      ...original.roleSettings.filter((each) => each.role === null && !each.thisDatabase),
      ...copy.roleSettings.filter((each) => known(each.role) && !(each.role === null && !each.thisDatabase)),
    ],
    ...(original.operations ? { operations: original.operations } : {}),
    unreadable: original.unreadable,
  }
}
