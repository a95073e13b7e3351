import type { Counterexample, IsolationCommand, Observation, Sentence } from '../types'

const executed = ({ steps, said }: Counterexample): Sentence => ({
  en: `Executed on a clone: the last statement ${said?.en ?? steps.at(-1)?.effect ?? ''}.`,
  pt: said
    ? `Executado em um clone: a última instrução ${said.pt}.`
    : 'Executado em um clone: a última instrução atravessou.',
})

/** What was executed, and what had to be opened for it. */
export const crossing = (crossed: Counterexample): Sentence[] => [
  ...(crossed.through ? [crossed.through] : []),
  executed(crossed),
]

export const contradicted: Sentence = {
  en: 'The proof said isolated and the statement crossed: the prover is wrong here, please report it.',
  pt: 'A prova dizia isolado e a instrução atravessou: o provador errou aqui, por favor relate.',
}

export const unconfirmed = (exact: boolean, observation: Observation | undefined): Sentence =>
  observation === undefined
    ? {
        en: 'There is a model in which it leaks; no statement was executed to confirm it.',
        pt: 'Há um modelo em que vaza; nenhuma instrução foi executada para confirmar.',
      }
    : exact
      ? {
          en: 'There is a model in which it leaks, and none of the statements that were executed on a clone confirmed it.',
          pt: 'Há um modelo em que vaza, e nenhuma das instruções executadas em um clone o confirmou.',
        }
      : {
          en: 'A model leaks only with values that nobody chose, and no statement executed on a clone confirmed it.',
          pt: 'Um modelo só vaza com valores que ninguém escolheu, e nenhuma instrução executada em um clone o confirmou.',
        }

export const silence = ({ alive, attempts }: Observation): Sentence =>
  alive
    ? {
        en: `${attempts} statements were executed on a clone and none crossed; that is no proof.`,
        pt: `${attempts} instruções foram executadas em um clone e nenhuma atravessou; isso não é prova.`,
      }
    : {
        en: `${attempts} statements were executed on a clone, but the session reached no row of its own, so their silence means nothing.`,
        pt: `${attempts} instruções foram executadas em um clone, mas a sessão não alcançou nenhuma linha própria: o silêncio nada diz.`,
      }

export const unasked: Sentence = {
  en: 'Only the proof was asked: nothing was executed on a clone.',
  pt: 'Só a prova foi pedida: nada foi executado em um clone.',
}

export const unheard: Readonly<Record<'covert' | 'session', Sentence>> = {
  covert: {
    en: 'No statement executed on a clone told of a row by an error or a key; that is no proof.',
    pt: 'Nenhuma instrução executada em um clone revelou uma linha por um erro ou uma chave; isso não é prova.',
  },
  session: {
    en: 'On a clone no later request on the same connection saw more than a fresh one does; that is no proof.',
    pt: 'Em um clone nenhuma requisição posterior na mesma conexão viu mais do que uma nova vê; isso não é prova.',
  },
}

/** Of a table or a view that was sent no statement of the kind. */
export const unsent = (command: IsolationCommand, relation: string): Sentence => ({
  en: `On a clone the session may send no ${command} to ${relation} itself, and nothing else that it sent crossed there; that is no proof.`,
  pt: `Em um clone a sessão não pode enviar ${command} a ${relation}, e nada mais que enviou atravessou ali; isso não é prova.`,
})

/** Of what calls of a function do: they are counted where it answers. */
export const called = ({ attempts }: Observation): Sentence => ({
  en: `It was called on a clone (${attempts}), and no call crossed so; that is no proof.`,
  pt: `Foi chamada em um clone (${attempts}), e nenhuma chamada atravessou assim; isso não é prova.`,
})

export const uncalled: Sentence = {
  en: 'It was not called on a clone: the session may not call it, or its text reaches out of the database.',
  pt: 'Não foi chamada em um clone: a sessão não pode chamá-la, ou seu texto alcança além do banco de dados.',
}
