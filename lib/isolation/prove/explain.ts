import type { Proof, Question, Sentence, Setup } from '../types'
import type { Answer } from './answer'

/** An answer in words: what holds the door, and what the answer rests on. */
export function explained(question: Question, answer: Answer, setup: Setup): Proof {
  return {
    ...question,
    outcome: answer.outcome,
    doors: answer.doors,
    assumptions: answer.outcome === 'unreachable' ? [] : assumptionsOf(answer, setup),
    because: becauseOf(question, answer),
    witness: answer.witness,
    exact: answer.exact,
  }
}

function assumptionsOf(answer: Answer, setup: Setup): readonly Sentence[] {
  const threat: Sentence =
    setup.threat === 'dml'
      ? {
          en: 'The caller sends no SET, no SET ROLE and no DDL.',
          pt: 'Quem chama não envia SET, SET ROLE nem DDL.',
        }
      : {
          en: 'The caller may send any SQL its roles are allowed to run.',
          pt: 'Quem chama pode enviar qualquer SQL permitido a seus papéis.',
        }
  return [threat, ...answer.notes.assumptions.values()]
}

const kinds: Readonly<Record<string, string>> = {
  policy: 'política',
  view: 'visão',
  function: 'função',
  constraint: 'restrição',
  trigger: 'gatilho',
  grant: 'permissão',
  rule: 'regra',
  table: 'tabela',
}

/** `policy own on public.rooms` as `política own em public.rooms`. */
const inPortuguese = ({ kind, name }: Answer['doors'][number]) =>
  `${kinds[kind] ?? kind} ${name.replace(/ on (?=\S+$)/, ' em ')}`

function becauseOf(question: Question, answer: Answer): readonly Sentence[] {
  const names = [...new Set(answer.doors.map((door) => `${door.kind} ${door.name}`))]
  const list = names.join(', ')
  const lista = [...new Set(answer.doors.map(inPortuguese))].join(', ')
  const on = question.relation
  switch (answer.outcome) {
    case 'unreachable':
      return [
        {
          en: `${question.role} has no right to ${question.command} on ${on}, and nothing else leads there.`,
          pt: `${question.role} não tem direito a ${question.command} em ${on}, e nada mais leva até lá.`,
        },
      ]
    case 'proved':
      return [
        names.length > 0
          ? {
              en: `No row of another tenant passes: ${list}.`,
              pt: `Nenhuma linha de outro inquilino passa: ${lista}.`,
            }
          : {
              en: `No statement gets as far as a row of ${on}.`,
              pt: `Nenhum comando chega a uma linha de ${on}.`,
            },
      ]
    case 'model':
      return [
        {
          en: `A row of another tenant may pass${list ? `: ${list}` : ''}.`,
          pt: `Uma linha de outro inquilino pode passar${lista ? `: ${lista}` : ''}.`,
        },
        ...answer.notes.unclear.values(),
      ]
    default:
      return [
        ...answer.notes.unclear.values(),
        {
          en: `Whether ${question.command} on ${on} crosses could not be decided.`,
          pt: `Não foi possível decidir se ${question.command} em ${on} cruza inquilinos.`,
        },
      ]
  }
}
