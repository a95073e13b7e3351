import type { Routine } from '@/lib/catalog/types-object'
import type { Proof, Question, Sentence, Setup } from '../types'
import type { Answer } from './answer'

/** Who writes the statements, and a routine that runs any text for a caller that should not. */
export interface Caller {
  readonly threat: Setup['threat']
  readonly runsAny: Routine | null
}

/** An answer in words: what holds the door, and what the answer rests on. */
export function explained(question: Question, answer: Answer, caller: Caller): Proof {
  return {
    ...question,
    outcome: answer.outcome,
    doors: answer.doors,
    assumptions: answer.outcome === 'unreachable' ? [] : assumptionsOf(answer, caller),
    because: becauseOf(question, answer),
    witness: answer.witness,
    exact: answer.exact,
  }
}

function sends({ threat, runsAny }: Caller): Sentence {
  if (threat === 'dml' && runsAny === null)
    return {
      en: 'The caller sends no SET, no SET ROLE and no DDL.',
      pt: 'Quem chama não envia SET, SET ROLE nem DDL.',
    }
  const by = runsAny && {
    en: `: ${runsAny.id} runs the text it is given`,
    pt: `: ${runsAny.id} executa o texto que recebe`,
  }
  return {
    en: `The caller may send any SQL its roles are allowed to run${by?.en ?? ''}.`,
    pt: `Quem chama pode enviar qualquer SQL permitido a seus papéis${by?.pt ?? ''}.`,
  }
}

const assumptionsOf = (answer: Answer, caller: Caller): readonly Sentence[] => [
  sends(caller),
  ...answer.notes.assumptions.values(),
]

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

/** What is said of a long list: its beginning, and how much more there is. */
const few = 4

function listed(names: readonly string[], rest: (more: number) => string): string {
  const more = names.length - few
  return more > 1 ? `${names.slice(0, few).join(', ')} ${rest(more)}` : names.join(', ')
}

/** The first reasons, and how many were left out: one that stands alone is said. */
export function first(reasons: readonly Sentence[]): readonly Sentence[] {
  const more = reasons.length - few
  if (more <= 1) return reasons
  const rest: Sentence = {
    en: `${more} more things on the way there were left open.`,
    pt: `Outros ${more} pontos do caminho ficaram em aberto.`,
  }
  return [...reasons.slice(0, few), rest]
}

function becauseOf(question: Question, answer: Answer): readonly Sentence[] {
  const names = [...new Set(answer.doors.map((door) => `${door.kind} ${door.name}`))]
  const list = listed(names, (more) => `and ${more} more`)
  const lista = listed([...new Set(answer.doors.map(inPortuguese))], (more) => `e mais ${more}`)
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
        ...first([...answer.notes.unclear.values()]),
      ]
    default:
      return [
        ...first([...answer.notes.unclear.values()]),
        {
          en: `Whether ${question.command} on ${on} crosses could not be decided.`,
          pt: `Não foi possível decidir se ${question.command} em ${on} cruza inquilinos.`,
        },
      ]
  }
}
