import { expect, test } from 'vitest'
import { and, equal, flag, named, not, or, type Formula } from './formula'
import { Solver, type Model } from './solve'
import { application, constant, variable, type Term } from './term'

const uuid = (digit: number) => `a000000${digit}-0000-4000-8000-000000000000`
const constants = [0, 1].map((each) => constant(uuid(each), 'uuid'))
const variables = ['x', 'y', 'z'].map((name) => variable(name, 'uuid'))
const flags = ['p', 'q', 'r'].map((name) => flag(name))
const f = (of: Term) => application('f($1)', [of], 'uuid')
const text = (of: Term) => application('($1)::text', [of], 'text')

const hasModel = (...formulas: readonly Formula[]) => {
  const found = new Solver('any', formulas, [true]).solve({ left: 1_000_000 })
  expect(found).not.toBe('cut')
  return found !== null
}

/** Formulas of three flags and of equalities between three variables and two constants, the same each time. */
function* formulas(): Generator<readonly Formula[]> {
  let seed = 20261127
  const dice = (sides: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return (seed >> 8) % sides
  }
  const terms = [...variables, ...constants]
  const make = (depth: number): Formula => {
    if (depth === 0) {
      const atom =
        dice(3) === 0
          ? flags[dice(flags.length)]!
          : equal(terms[dice(terms.length)]!, terms[dice(terms.length)]!)
      return dice(2) === 0 ? atom : not(atom)
    }
    const parts = Array.from({ length: 2 + dice(3) }, () => make(depth - 1))
    const whole = dice(2) === 0 ? and(...parts) : or(...parts)
    return dice(3) === 0 ? not(named(whole)) : whole
  }
  for (let at = 0; at < 400; at++) yield Array.from({ length: 2 + dice(5) }, () => make(1 + dice(3)))
}

/** Is it so, with each variable one of five values (more are never needed) and each flag what a bit says? */
function holds(formula: Formula, bits: number, values: ReadonlyMap<string, number>): boolean {
  if (typeof formula === 'boolean') return formula
  const each = (arg: Formula) => holds(arg, bits, values)
  switch (formula.op) {
    case 'flag':
      return formula.means === undefined
        ? (bits & (1 << 'pqr'.indexOf(formula.name))) !== 0
        : each(formula.means)
    case 'equal':
      return values.get(formula.left.key) === values.get(formula.right.key)
    case 'not':
      return !each(formula.arg)
    case 'and':
      return formula.args.every(each)
    case 'or':
      return formula.args.some(each)
    default:
      throw new Error(formula.op)
  }
}

function hasAssignment(all: readonly Formula[]): boolean {
  const fixed = constants.map(({ key }, at): [string, number] => [key, at])
  for (let bits = 0; bits < 8; bits++) {
    for (let pick = 0; pick < 125; pick++) {
      const chosen = variables.map(({ key }, at): [string, number] => [key, Math.trunc(pick / 5 ** at) % 5])
      const values = new Map([...fixed, ...chosen])
      if (all.every((each) => holds(each, bits, values))) return true
    }
  }
  return false
}

test('a model is found exactly where some assignment makes all formulas true', () => {
  let without = 0
  for (const all of formulas()) {
    const expected = hasAssignment(all)
    if (!expected) without++
    expect(hasModel(...all)).toBe(expected)
  }
  expect(without).toBeGreaterThan(50)
})

test('what is said later counts like what was said first', () => {
  for (const all of formulas()) {
    const [first, ...later] = all
    const solver = new Solver('any', [first!], [true])
    let found = solver.solve({ left: 1_000_000 })
    for (const each of later) {
      if (found === null) break
      solver.require([each])
      found = solver.solve({ left: 1_000_000 })
    }
    expect(found !== null).toBe(hasAssignment(all))
  }
})

test('equal arguments make equal results, also of applications that come late', () => {
  const [x, y, z] = variables as [Term, Term, Term]
  expect(hasModel(equal(x, y), not(equal(f(x), f(y))))).toBe(false)
  expect(hasModel(equal(x, y), equal(f(y), z), not(equal(f(f(x)), f(z))))).toBe(false)
  expect(hasModel(equal(f(x), f(y)), not(equal(x, y)))).toBe(true)
  const solver = new Solver('any', [equal(x, y), equal(f(x), z)], [true])
  expect(solver.solve({ left: 1_000 })).not.toBeNull()
  solver.require([not(equal(f(y), z))])
  expect(solver.solve({ left: 1_000 })).toBeNull()
})

test('a printed value tells the value, a joined text its parts', () => {
  const [x, y] = variables as [Term, Term]
  const joined = application('($1 || $2)', [constant('c:', 'text'), text(x)], 'text')
  expect(hasModel(equal(text(x), text(y)), not(equal(x, y)))).toBe(false)
  expect(hasModel(equal(joined, constant(`c:${uuid(1)}`, 'text')), not(equal(x, constants[1]!)))).toBe(false)
  expect(hasModel(equal(joined, constant('d:', 'text')))).toBe(false)
  expect(hasModel(equal(text(x), constant('no uuid', 'text')))).toBe(false)
})

test('what nobody chose is not used where nothing may be left open', () => {
  const open = flag('open', true)
  expect(new Solver('none', [or(open, flags[0]!)], [true]).solve({ left: 1_000 })).toMatchObject({
    exact: true,
  })
  expect(new Solver('none', [open], [true]).solve({ left: 1_000 })).toBeNull()
  expect(new Solver('any', [open], [true]).solve({ left: 1_000 })).toMatchObject({ exact: false })
})

test('of alternatives that are all there is, the model says which it takes', () => {
  const [p, q] = flags as [Formula, Formula]
  const found = new Solver('any', [or(p, not(p)), q], [p, not(p)]).solve({ left: 1_000 })
  expect(found).toMatchObject({ alternative: 1, exact: true })
  expect((found as Model).flags).toEqual(new Map([['q', true], ['p', false]])) // prettier-ignore
})

test('a search goes on where another was begun meanwhile', () => {
  for (const all of formulas()) {
    const solver = new Solver('any', all.slice(0, 1), [true])
    if (solver.solve({ left: 1_000_000 }) === null) continue
    new Solver('any', all, [true]).solve({ left: 1_000_000 })
    solver.require(all.slice(1))
    expect(solver.solve({ left: 1_000_000 }) !== null).toBe(hasAssignment(all))
  }
})
