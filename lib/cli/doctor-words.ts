import { listed } from '@/lib/catalog/blind-spots'
import type { BlindSpot } from '@/lib/catalog/types-server'
import type { Language } from '@/lib/output/words'

/** What can be seen, by the key of the blind spot that would hide it. */
const seen = {
  en: {
    structure: 'Tables, columns, keys, indexes, policies, triggers, functions, privileges and roles.',
    settings: 'All server settings.',
    hba: 'The rules of pg_hba.conf.',
    authid: 'How passwords are stored (pg_authid).',
    sequences: 'How far every sequence is.',
    statistics: 'Column statistics of every table.',
    sizes: 'The size of every table and index.',
    'database size': 'The size of the database.',
  },
  pt: {
    structure: 'Tabelas, colunas, chaves, índices, políticas, gatilhos, funções, privilégios e papéis.',
    settings: 'Todas as configurações do servidor.',
    hba: 'As regras do pg_hba.conf.',
    authid: 'Como as senhas são guardadas (pg_authid).',
    sequences: 'Até onde foi cada sequência.',
    statistics: 'Estatísticas de coluna de todas as tabelas.',
    sizes: 'O tamanho de cada tabela e índice.',
    'database size': 'O tamanho do banco.',
  },
} as const satisfies Record<Language, Record<string, string>>

/** Why a blind spot stays hidden, in Portuguese; the catalog says it in English. */
const hidden: Readonly<Record<string, string>> = {
  authid:
    'Verificadores de senha (pg_authid) são mostrados só a superusuários; não se sabe se restam verificadores md5.',
  'changing routines': 'Rotinas foram trocadas ou excluídas durante a leitura e ficaram de fora.',
  hba: 'As regras do pg_hba.conf (pg_hba_file_rules) não são legíveis; não se sabe quem pode conectar de onde.',
  settings:
    'Algumas configurações estão ocultas; não se sabe o que é pré-carregado nem onde ficam logs e chaves.',
  sequences: 'O último valor de algumas sequências está oculto; não se sabe quão perto do fim estão.',
  'sequence values':
    'O último valor de algumas sequências não foi lido: são muitas, ou uma estava bloqueada.',
  'database size': 'O tamanho do banco fica oculto a um papel que não pode conectar-se a ele.',
  sizes: 'Alguns tamanhos não foram lidos: outra sessão segurava a tabela, ou faltam VACUUM e ANALYZE.',
  statistics:
    'Estatísticas de coluna (pg_stats) de algumas tabelas estão ocultas: este papel não pode lê-las, ou a RLS se aplica a ele.',
}

function hiddenInPortuguese({ what, why, names = [] }: BlindSpot): string {
  const left = listed(names, (n) => (n === 1 ? 'e mais uma relação' : `e mais ${n} relações`))
  if (what === 'changing')
    return `Outra sessão alterava ou segurava ${left || 'relações'} durante a leitura; isso ficou de fora.`
  if (what === 'changing names')
    return `Outra sessão renomeava ${left || 'rotinas'} durante a leitura; isso ficou de fora.`
  return hidden[what] ?? why
}

export const doctorWords = {
  en: {
    seen: seen.en as Readonly<Record<string, string>>,
    why: ({ why }: BlindSpot) => why,
    state: { seen: '✓ seen   ', unknown: '? unknown' },
    standby: ', a standby: it writes nothing, and its statistics are its own',
    superuser: 'a superuser',
    bypasses: 'bypasses row-level security',
    ordinary: 'an ordinary role',
    role: 'Role',
    memberOf: (roles: string) => `, member of ${roles}`,
    needsNone: 'A scan needs no superuser: a role that may connect, with pg_monitor, sees what matters.',
    governed: (relations: number, schemas: string) =>
      `Governed: ${relations} relations in ${schemas === '' ? 'no schema' : schemas}.`,
    nothing: 'It may neither read nor change a row there: all that a scan needs.',
    may: (what: string) => `It may ${what}; a scan needs none of that.`,
    read: (n: number) => `read rows of ${n} relations`,
    write: (n: number) => `change rows of ${n}`,
    owns: (n: number) => `alter the ${n} it owns`,
    create: (schemas: string) => `create objects in ${schemas}`,
    help: 'These would help:',
    noHelp: 'No GRANT would show more.',
  },
  pt: {
    seen: seen.pt as Readonly<Record<string, string>>,
    why: hiddenInPortuguese,
    state: { seen: '✓ visível     ', unknown: '? desconhecido' },
    standby: ', um standby: não grava nada, e suas estatísticas são só dele',
    superuser: 'superusuário',
    bypasses: 'contorna a segurança em nível de linha',
    ordinary: 'papel comum',
    role: 'Papel',
    memberOf: (roles: string) => `, membro de ${roles}`,
    needsNone:
      'A leitura não precisa de superusuário: um papel que pode conectar, com pg_monitor, vê o que importa.',
    governed: (relations: number, schemas: string) =>
      `Governadas: ${relations} relações em ${schemas === '' ? 'nenhum esquema' : schemas}.`,
    nothing: 'Não pode ler nem alterar nenhuma linha ali: é tudo de que a leitura precisa.',
    may: (what: string) => `Pode ${what}; a leitura não precisa de nada disso.`,
    read: (n: number) => `ler linhas de ${n} relações`,
    write: (n: number) => `alterar linhas de ${n}`,
    owns: (n: number) => `modificar as ${n} de que é dono`,
    create: (schemas: string) => `criar objetos em ${schemas}`,
    help: 'Isto ajudaria:',
    noHelp: 'Nenhum GRANT mostraria mais.',
  },
} as const
