import type { Role } from '@/lib/catalog/types-server'
import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal, settingName, settingValue } from './spelling'
import { govern, leave, type Left, type Place, type Plan, type Statement } from './statement'

/** Roles that a clone needs and the server lacks: by name, what makes them; never with a password. */
export function roleStatements(snapshot: Snapshot, missing: ReadonlySet<string>, place: Place): Statement[] {
  const made = snapshot.roles.filter((role) => missing.has(role.name))
  return [
    ...made.map((role) => govern(`role ${ident(role.name)}`, roleSql(role, place))),
    ...made.flatMap((role) =>
      role.comment === null
        ? []
        : govern(
            `role ${ident(role.name)}`,
            `comment on role ${ident(role.name)} is ${literal(role.comment)}`,
          ),
    ),
    ...snapshot.memberships
      .filter(({ role, member }) => missing.has(role) || missing.has(member))
      .map((each) => {
        const options =
          place.major >= 16
            ? ` with admin ${each.admin}, inherit ${each.inherit}, set ${each.set}`
            : each.admin
              ? ' with admin option'
              : ''
        return govern(
          `membership of ${ident(each.member)} in ${ident(each.role)}`,
          `grant ${ident(each.role)} to ${ident(each.member)}${options}`,
        )
      }),
    ...snapshot.roleSettings
      .filter((each) => each.role !== null && !each.thisDatabase && missing.has(each.role))
      .map((each) =>
        govern(
          `role ${ident(each.role ?? '')}`,
          `alter role ${ident(each.role ?? '')} set ${settingName(each.name)} to ${settingValue(each.name, each.value)}`,
        ),
      ),
  ]
}

const flag = (on: boolean, word: string) => `${on ? '' : 'no'}${word}`

/** Where passwords are asked for, a role that has none cannot log in, whatever its attribute says. */
function roleSql(role: Role, place: Place): string {
  return [
    `create role ${ident(role.name)}`,
    flag(role.login && place.own, 'login'),
    flag(role.superuser, 'superuser'),
    flag(role.bypassRls, 'bypassrls'),
    flag(role.inherit, 'inherit'),
    flag(role.createRole, 'createrole'),
    flag(role.createDb, 'createdb'),
    flag(role.replication, 'replication'),
    `connection limit ${role.connectionLimit}`,
    role.validUntil === null ? '' : `valid until ${literal(role.validUntil)}`,
  ].join(' ')
}

/** What cannot be said of roles that are made for a clone. */
export function rolesLeft(snapshot: Snapshot, missing: ReadonlySet<string>, place: Place): Left[] {
  const quiet = snapshot.roles.filter((role) => role.login && missing.has(role.name) && !place.own)
  return [
    ...quiet.map((role) =>
      leave(
        `role ${ident(role.name)}`,
        'Made without LOGIN: the scratch server is shared.',
        'Criado sem LOGIN: o servidor de rascunho é compartilhado.',
      ),
    ),
    ...snapshot.roleSettings
      .filter((each) => each.role === null && !each.thisDatabase)
      .map((each) =>
        leave(
          `setting ${each.name} of every role`,
          'It would hold for every database of the scratch server.',
          'Valeria para todos os bancos do servidor de rascunho.',
        ),
      ),
  ]
}

/** Settings that hold in this database, for every role or for one; last, since they hold for us too. */
export const databaseSettings = (snapshot: Snapshot, place: Place): Plan => ({
  statements: snapshot.roleSettings
    .filter((each) => each.thisDatabase)
    .map((each) => {
      const database = ident(place.database)
      const whose =
        each.role === null ? `database ${database}` : `role ${ident(each.role)} in database ${database}`
      return govern(
        `setting ${each.name} of ${each.role ?? 'every role'}`,
        `alter ${whose} set ${settingName(each.name)} to ${settingValue(each.name, each.value)}`,
      )
    }),
  left: [],
})
