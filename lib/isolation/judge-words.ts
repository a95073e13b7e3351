import type { Counterexample, Observation, Sentence } from './types'

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
