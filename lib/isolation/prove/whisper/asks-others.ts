import type { Relation } from '@/lib/catalog/types-relation'
import { uncommented } from '@/lib/sql/source-text'
import { textsBeside, textsOf } from '../change/hidden'
import { calledBy, namedIn } from '../routine/mentions'
import type { World } from '../world'

/** Do defaults, checks, indexes or types of a relation call a function that looks at rows? What it finds decides what becomes of a row. */
export function namesReader(relation: Relation, { snapshot }: World): boolean {
  const { policies: _, ...rest } = relation
  const domains = relation.columns.some(({ type, baseType }) => !type.startsWith(baseType))
  const texts = [...textsOf({ ...rest, policies: [], rules: [] }), ...(domains ? textsBeside(snapshot) : [])]
  return namedIn(texts, snapshot.routines)
    .flatMap((each) => calledBy(each, snapshot.routines))
    .some((each) => each.extension === null && looks.test(uncommented(each.body ?? '')))
}

const looks = /\b(?:from|join|table|execute|perform)\b/i
