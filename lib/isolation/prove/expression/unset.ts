import { names, type RawNode } from '@/lib/sql/leaves'

/**
 * `nullif(current_setting('a.b', true), '')` and `coalesce(current_setting('a.b', true), '')`: what they come to is the
 * same whether an unset setting reads as NULL or as `''`.
 */
export function isSettingOrEmpty(first: unknown, second: unknown): boolean {
  const call = bare(first)['FuncCall'] as RawNode | undefined
  const path = names(call?.['funcname'])
  const [name] = (call?.['args'] ?? []) as RawNode[]
  return (
    path.at(-1) === 'current_setting' &&
    (path.length === 1 || path[0] === 'pg_catalog') &&
    name !== undefined &&
    'A_Const' in bare(name) &&
    isEmptyText(bare(second)['A_Const'])
  )
}

function isEmptyText(constant: unknown): boolean {
  const text = (constant as RawNode | undefined)?.['sval'] as RawNode | undefined
  return text !== undefined && (text['sval'] ?? '') === ''
}

/** What is cast to text. */
function bare(node: unknown): RawNode {
  const cast = (node as RawNode | undefined)?.['TypeCast'] as RawNode | undefined
  const type = names((cast?.['typeName'] as RawNode | undefined)?.['names']).at(-1)
  return cast && type === 'text' ? bare(cast['arg']) : ((node ?? {}) as RawNode)
}
