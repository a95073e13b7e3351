import type { Question, Witness } from '../types'
import { isWaiting } from './expression/later'
import type { Problem, Row } from './problem'
import type { Model } from './logic/solve'
import { family, type Term } from './logic/term'
import type { Way } from './ways'

const mostArguments = 100

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
    ...(question.relation.includes('(') ? { arguments: argumentsOf(question.relation, model) } : {}),
  }
}

/** The name of what a caller gives a function at one place. */
export const argumentName = (routine: string, at: number) => `argument ${at + 1} of ${routine}`

function argumentsOf(routine: string, model: Model): Record<number, string | null> {
  const given: Record<number, string | null> = {}
  for (let at = 0; at < mostArguments; at++) {
    const name = argumentName(routine, at)
    if (model.flags.get(`${name} null`) === true) given[at] = null
    const term = model.terms().find((each) => each.kind === 'variable' && each.name === name)
    const text = term && given[at] !== null ? textOf(term, model) : null
    if (text !== null) given[at] = text
  }
  return given
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
      return term.type === 'date' ? new Date(Date.UTC(2040, 0, 1 + number)).toISOString().slice(0, 10) : null
  }
}
