import type { Question, Witness } from '../types'
import { isWaiting } from './expression/later'
import type { Problem, Row } from './problem'
import type { Model } from './logic/solve'
import { family, type Term } from './logic/term'
import type { Way } from './ways'

/** The rows of a model, as the probe may put them on a clone; columns that do not matter are left to it. */
export function witnessOf(question: Question, way: Way, model: Model, problem: Problem): Witness {
  const there = problem.rows.filter(
    (row) => row !== way.new && row.relation && (row === way.old || isThere(row, model)),
  )
  const known = new Set(model.terms().map((term) => term.key))
  return {
    relation: question.relation,
    command: question.command,
    principal: question.principal,
    rows: there.map((row) => ({ relation: row.relation!.id, values: valuesOf(row, model, known) })),
    values: way.new ? valuesOf(way.new, model, known) : null,
  }
}

const isThere = (row: Row, model: Model) =>
  typeof row.exists === 'object' && row.exists.op === 'flag' && model.flags.get(row.exists.name) === true

/** Only terms that are `known` to the model have values there. */
function valuesOf(row: Row, model: Model, known: ReadonlySet<string>): Record<string, string | null> {
  const values: Record<string, string | null> = {}
  for (const [name, value] of row.columns) {
    if (isWaiting(value)) continue
    for (const { when, term } of value.cases) {
      if (term === null) {
        if (typeof when === 'object' && when.op === 'flag' && model.flags.get(when.name) === true)
          values[name] = null
      } else if (known.has(term.key) && !(name in values)) {
        const text = textOf(term, model)
        if (text !== null) values[name] = text
      }
    }
  }
  return values
}

function textOf(term: Term, model: Model): string | null {
  const constant = model.constantOf(term)
  if (constant?.kind === 'constant') return constant.text
  const number = model.classOf(term)
  switch (family(term.type)) {
    case 'uuid':
      return `0000${number.toString(16).padStart(4, '0')}-0000-4000-8000-0000000000ff`
    case 'text':
      return `witness ${number}`
    case 'int':
      return String(9000 + number)
    default:
      return null
  }
}
