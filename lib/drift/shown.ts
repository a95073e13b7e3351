import type { ForeignKey, IndexKey } from '@/lib/catalog/types-relation'

/** A property's value as a DBA writes it: names in a list, a reference, the keys of an index; anything else as JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (isReference(value)) return reference(value)
  if (Array.isArray(value) && value.length > 0) {
    if (value.every(isKey)) return value.map(key).join(', ')
    if (value.every((each) => typeof each === 'string')) return value.join(', ')
  }
  return JSON.stringify(value) ?? 'null'
}

const has = (value: unknown, ...names: readonly string[]) =>
  typeof value === 'object' && value !== null && names.every((name) => name in value)

const isReference = (value: unknown): value is ForeignKey => has(value, 'relation', 'onDelete', 'onUpdate')
const isKey = (value: unknown): value is IndexKey => has(value, 'opclass', 'descending')

function reference({ relation, columns, onDelete, onUpdate, match }: ForeignKey): string {
  const actions = [
    match === 'simple' ? '' : ` match ${match}`,
    onDelete === 'no action' ? '' : ` on delete ${onDelete}`,
    onUpdate === 'no action' ? '' : ` on update ${onUpdate}`,
  ]
  return `references ${relation} (${columns.join(', ')})${actions.join('')}`
}

/** The order that goes without saying is left out, the operator class stays: two keys may differ in nothing else. */
function key({ column, expression, opclass, collation, descending, nullsFirst }: IndexKey): string {
  return [
    column ?? `(${expression ?? ''})`,
    collation === null ? '' : ` collate ${collation}`,
    ` ${opclass}`,
    descending ? ' desc' : '',
    nullsFirst === descending ? '' : ` nulls ${nullsFirst ? 'first' : 'last'}`,
  ].join('')
}
