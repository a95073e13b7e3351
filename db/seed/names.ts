import type { Random } from './random'

const women =
  'Ana Beatriz,Ana Clara,Adriana,Alice,Aline,Amanda,Bárbara,Bruna,Camila,Carolina,Cecília,Clarice,Cláudia,Daniela,Débora,Eduarda,Elaine,Fernanda,Flávia,Gabriela,Giovana,Heloísa,Isabela,Jaqueline,Joana,Júlia,Juliana,Laís,Larissa,Letícia,Lívia,Lorena,Luana,Luciana,Luísa,Maria Eduarda,Mariana,Melissa,Natália,Nicole,Patrícia,Priscila,Rafaela,Raquel,Renata,Sabrina,Sílvia,Sofia,Tatiane,Vanessa,Vitória,Yasmin'.split(
    ',',
  )
const men =
  'Alexandre,André,Antônio,Arthur,Augusto,Bernardo,Bruno,Caio,Carlos Eduardo,César,Daniel,Davi,Diego,Eduardo,Enzo,Fábio,Felipe,Fernando,Gabriel,Guilherme,Gustavo,Heitor,Henrique,Igor,João Pedro,João Vítor,Jorge,José,Leandro,Leonardo,Lucas,Luiz Fernando,Marcelo,Marcos,Matheus,Miguel,Murilo,Nicolas,Otávio,Paulo,Pedro Henrique,Rafael,Ricardo,Rodrigo,Samuel,Sérgio,Thiago,Tomás,Vinícius,Vítor'.split(
    ',',
  )
const surnames =
  'Almeida,Alves,Andrade,Araújo,Azevedo,Barbosa,Barros,Batista,Borges,Cardoso,Carvalho,Castro,Cavalcanti,Coelho,Correia,Costa,Cunha,Dias,Duarte,Farias,Fernandes,Ferreira,Figueiredo,Fonseca,Freitas,Garcia,Gomes,Gonçalves,Guimarães,Leite,Lima,Lopes,Macedo,Machado,Magalhães,Marques,Martins,Medeiros,Melo,Mendes,Miranda,Monteiro,Moraes,Moreira,Moura,Nascimento,Nogueira,Nunes,Oliveira,Pacheco,Peixoto,Pereira,Pinheiro,Pinto,Queiroz,Ramos,Rezende,Ribeiro,Rocha,Rodrigues,Sales,Sampaio,Santana,Santos,Siqueira,Silva,Silveira,Soares,Souza,Tavares,Teixeira,Torres,Vasconcelos,Vieira,Xavier'.split(
    ',',
  )

/** A full name; `family` is the surname that relatives share. */
export function person(random: Random, sex: 'female' | 'male', family = random.pick(surnames)) {
  const first = random.pick(sex === 'female' ? women : men)
  const middle = random.chance(0.7) ? ` ${random.pick(surnames)}` : ''
  return { first, family, full: `${first}${middle} ${family}` }
}

/** Letters of a name that an address may hold. */
export const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[^\w ]/g, '')
    .toLowerCase()
    .replaceAll(' ', '.')
