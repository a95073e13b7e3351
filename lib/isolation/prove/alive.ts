import type { Principal, Question, Setup } from '../types'
import { asking, latest, possibilities, type Answer } from './answer'
import { decide } from './logic/decide'
import { and, not } from './logic/formula'
import { Notes, TooMuch } from './notes'
import type { Problem } from './problem'

/** Cases that are looked at for a row that passes: that none does is found soon, where nothing is reached. */
const cases = 2_000

/**
 * Does a session reach by this what is not another tenant's, or with `whose` open anything at all? A way on which nothing
 * hangs tells nothing of that.
 */
export function reaches(question: Question, setup: Setup, problem: Problem, whose: 'own' | 'any'): boolean {
  return problem.apart(() => {
    try {
      const last = latest.get(problem)
      const found =
        last?.question === question
          ? last.found
          : possibilities(question, setup, problem.world, asking(problem))
      if (found === 'unreachable') return false
      if (found === 'unknown') return true
      const telling = found.filter(({ way }) => way.when !== true && way.when !== false)
      return telling.some(({ way, formula }) => {
        const passes = whose === 'any' ? way.when : and(way.when, not(formula))
        return decide(problem, [passes], { left: cases }) !== null
      })
    } catch (error) {
      if (error instanceof TooMuch) return true
      throw error
    }
  }, false).value
}

/** May the rows that are there prove what is open? They name nobody who was made up, so of his request they tell nothing. */
export const mayRowsProve = ({ notes }: Answer, setup: Setup): boolean => notes.anyRows && !setup.identity

/** Nothing is proved by what a made-up request does not reach, where it reaches nothing of its own either. */
export function provesNothing(found: Answer, who: Principal): Answer {
  const notes = new Notes()
  notes.add(found.notes)
  notes.leaveOpen('made up', {
    en: `The request made up for ${who.name} reaches no row of its own here, so it proves nothing that it reaches no other: isolation.principals can name a real one.`,
    pt: `A requisição inventada para ${who.name} não alcança aqui nenhuma linha própria, então não prova nada que não alcance outras: isolation.principals pode indicar uma real.`,
  })
  return { ...found, outcome: 'unknown', exact: false, notes }
}

/** Which of two answers is the worse: the higher. */
export const rank = ({ outcome, exact }: Answer) =>
  outcome === 'model' ? (exact ? 4 : 3) : outcome === 'unknown' ? 2 : outcome === 'proved' ? 1 : 0
