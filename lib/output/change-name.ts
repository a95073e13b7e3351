import type { DefaultPrivilege } from '@/lib/catalog/types-server'
import type { Change, Kind } from '@/lib/drift/compare'
import type { Language } from './words'

const kinds: Readonly<Record<Kind, string>> = {
  database: 'banco',
  schema: 'esquema',
  relation: 'relação',
  column: 'coluna',
  constraint: 'restrição',
  index: 'índice',
  policy: 'política',
  trigger: 'gatilho',
  'rewrite rule': 'regra de reescrita',
  routine: 'função',
  sequence: 'sequência',
  enum: 'enumeração',
  type: 'tipo',
  operator: 'operador',
  cast: 'conversão',
  collation: 'ordenação',
  role: 'papel',
  membership: 'participação em papel',
  grant: 'concessão',
  'default privilege': 'privilégio padrão',
  extension: 'extensão',
  'event trigger': 'gatilho de evento',
  publication: 'publicação',
  'role setting': 'ajuste de papel',
  'foreign server': 'servidor externo',
  setting: 'configuração',
}

const objects: Readonly<Record<DefaultPrivilege['objects'], string>> = {
  tables: 'tabelas',
  sequences: 'sequências',
  functions: 'funções',
  types: 'tipos',
  schemas: 'esquemas',
  'large objects': 'objetos grandes',
}

/** What changed, as a line of text names it: its kind, once, and its name. */
export function changeName({ kind, object }: Pick<Change, 'kind' | 'object'>, language: Language): string {
  if (language === 'en') return object.includes(` ${kind} `) ? object : `${kind} ${object}`
  if (/^(column|constraint|index|policy|trigger|rewrite rule)$/.test(kind)) return part(object)
  const word = kinds[kind]
  if (kind === 'membership') return `${word}: ${object.replace(' in ', ' em ')}`
  if (kind === 'default privilege') return `${word} ${privilegeOf(object)}`
  if (kind === 'role setting') return `${word}: ${settingOf(object)}`
  if (kind !== 'grant') return `${word} ${object}`
  const [, on = object, privilege = '', to = ''] = /^(.*): ([A-Z ]+) to (.*)$/s.exec(object) ?? []
  return `${word} ${grantedOn(on)}: ${privilege} para ${to}`
}

/** `public.t column "x"`: a thing within another. */
const part = (object: string) =>
  object.replace(
    / (column|constraint|index|policy|trigger|rewrite rule) ("(?:[^"\\]|\\.)*")$/s,
    (_, kind: Kind, name: string) => ` ${kinds[kind]} ${name}`,
  )

/** Relations and their columns go without their kind, others begin with it. */
function grantedOn(on: string): string {
  if (on === 'database') return kinds.database
  const [, kind, name = ''] = /^(schema|routine|sequence|default privilege) (.*)$/s.exec(on) ?? []
  if (kind === undefined) return part(on)
  return `${kinds[kind as Kind]} ${kind === 'default privilege' ? privilegeOf(name) : name}`
}

const privilegeOf = (object: string) =>
  object.replace(
    /^of (.*) for (tables|sequences|functions|types|schemas|large objects)(?: in (.*))?$/s,
    (_, role: string, what: DefaultPrivilege['objects'], schema?: string) =>
      `de ${role} para ${objects[what]}${schema === undefined ? '' : ` em ${schema}`}`,
  )

const settingOf = (object: string) =>
  object.replace(
    / of (.*?)( in this database)?$/s,
    (_, role: string, here?: string) =>
      ` de ${role === 'every role' ? 'todo papel' : role}${here === undefined ? '' : ' neste banco'}`,
  )
