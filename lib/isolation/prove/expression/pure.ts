import { names, type RawNode } from '@/lib/sql/leaves'
import { changing, ofTheMoment } from './builtin'
import { operatorName } from './own-operator'
import type { Problem } from '../problem'

/** Does it call nothing but what PostgreSQL brings? */
export function isPure(node: RawNode, problem: Problem): boolean {
  const { pure } = problem.world
  let found = pure.get(node)
  if (found === undefined) pure.set(node, (found = callsNothing(node, problem)))
  return found
}

function callsNothing(node: unknown, problem: Problem): boolean {
  if (node === null || typeof node !== 'object') return true
  if (Array.isArray(node)) return node.every((each) => callsNothing(each, problem))
  const body = node as RawNode
  const expression = body['A_Expr'] as RawNode | undefined
  if (operatorName(names(expression?.['name'])).startsWith('operator(')) return false
  if ('TypeCast' in body && problem.world.casts.length > 0) return false
  const call = body['FuncCall'] as RawNode | undefined
  const path = ((call?.['funcname'] ?? []) as RawNode[]).length
  if (call && path > 1) return false
  if ('SQLValueFunction' in body || 'SubLink' in body) return false
  const name = names(call?.['funcname']).at(-1) ?? ''
  if (name === 'current_setting' || ofTheMoment.has(name) || changing.has(name)) return false
  return Object.values(body).every((each) => callsNothing(each, problem))
}
