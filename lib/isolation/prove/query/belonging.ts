import type { Relation } from '@/lib/catalog/types-relation'
import type { Context } from '../problem'
import { typed } from '../expression/operate'
import { ofText, type Value } from '../logic/value'
import { anyRowOf } from './rows'

/**
 * Rows that say of the session's user what the setup says of it and the content of a table does not: of somebody whom no
 * row names nothing could ever be read, and all would be proved. Their other columns may hold anything.
 */
export function rowsSaid(
  relation: Relation,
  content: readonly ReadonlyMap<string, string | null>[],
  context: Context,
) {
  const { problem } = context
  const { tenants } = problem.session.principal
  return problem.knowledge.said(relation).flatMap(({ user, tenant, session }) => {
    if (tenants.length === 0) return []
    const answer = problem.ask(`(${session})::text`)
    const who = answer && 'text' in answer ? answer.text : null
    if (who === null) return []
    const given = (name: string, text: string): readonly [string, Value] => {
      const type = relation.columns.find((each) => each.name === name)?.baseType ?? 'text'
      return [name, typed(context, ofText(text, null), type)]
    }
    const left = tenants.filter(
      (each) => !content.some((row) => row.get(user) === who && row.get(tenant) === each),
    )
    if (left.length > 0)
      problem.assume({
        en: `The user is taken for a member of its tenants in ${relation.id}, which holds no such row.`,
        pt: `O usuário é tido por membro de seus inquilinos em ${relation.id}, que não tem tal linha.`,
      })
    return left.map((each) => ({
      row: anyRowOf(problem, relation, 'old', {
        given: new Map([given(user, who), given(tenant, each)]),
        moment: context.moment,
      }),
      when: true,
      symbolic: true,
    }))
  })
}
