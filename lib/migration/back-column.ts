import type { Column } from '@/lib/catalog/types-relation'
import { quote } from '@/lib/rules/identity'
import type { TableCommand } from './back-table'
import { lost, nothing, type Back, type Claim, type Lock } from './step'
import { nodeOf } from './tree'

/** A command of ALTER TABLE that is about one column; undefined for any other. */
export function columnCommand(
  about: TableCommand,
  subtype: string,
): { readonly lock: Lock; readonly back: Back; readonly claims: readonly Claim[] } | undefined {
  const { alter, name, id, command } = about
  const was = about.relation?.columns.find((each) => each.name === name)
  const column = `${alter} alter column ${quote(name)}`
  const known = (sql: string): Back => (was ? { sql: [sql], lost: null } : nothing)
  const claim = (aspect: string): Claim[] => [
    {
      aspect: `${id} column ${name}${aspect}`,
      value: `${subtype} ${JSON.stringify(command['def'] ?? null)}`,
    },
  ]
  switch (subtype) {
    case 'AT_AddColumn':
      return { lock: 'brief', back: dropColumn(about), claims: claim('') }
    case 'AT_DropColumn':
      return {
        lock: 'brief',
        back: lost('The values of the column are gone.', 'Os valores da coluna se perderam.'),
        claims: claim(''),
      }
    case 'AT_SetNotNull':
    case 'AT_DropNotNull':
      return {
        lock: subtype === 'AT_SetNotNull' ? 'long' : 'brief',
        back: known(`${column} ${was?.notNull ? 'set' : 'drop'} not null`),
        claims: claim(' null'),
      }
    case 'AT_ColumnDefault':
      return {
        lock: 'brief',
        back: was ? { sql: [setDefault(column, was)], lost: null } : nothing,
        claims: claim(' default'),
      }
    case 'AT_AddIdentity':
      return { lock: 'long', back: known(`${column} drop identity if exists`), claims: claim(' default') }
    case 'AT_AlterColumnType':
      return { lock: 'long', back: was ? retype(column, was, about) : nothing, claims: claim(' type') }
    default:
      return undefined
  }
}

/** What was written into the column meanwhile goes with it. */
const dropColumn = ({ alter, name }: TableCommand): Back =>
  lost(
    `Values written into ${name} meanwhile go with the column.`,
    `Valores gravados em ${name} nesse meio-tempo saem com a coluna.`,
    `${alter} drop column if exists ${quote(name)}`,
  )

const setDefault = (column: string, was: Column) =>
  was.default === null ? `${column} drop default` : `${column} set default ${was.default}`

/** The old type, by the same conversion where it is one between times with and without a zone. */
function retype(column: string, was: Column, { sql, command }: TableCommand): Back {
  const zone = /\busing\s+(.+\bat time zone\b.+)$/is.exec(sql)?.[1]
  const using = nodeOf(nodeOf(command['def'])['ColumnDef'])['raw_default']
  const back = `${column} type ${was.type} using ${using && zone ? zone : `${quote(was.name)}::${was.type}`}`
  return lost(
    `Values of ${was.name} that the new type changed (rounding, a zone) stay as they became.`,
    `Valores de ${was.name} que o novo tipo mudou (arredondamento, fuso) ficam como estão.`,
    ...(was.default === null ? [back] : [`${column} drop default`, back, setDefault(column, was)]),
  )
}
