export type Language = 'en' | 'pt'

/** The words around the statements of a migration, in both languages. */
export const said = {
  en: {
    title: 'Fixes of findings, for the database',
    backTitle: 'The way back, for the database',
    made: (when: string) => `Made from the catalog as it was read at ${when}.`,
    backMade: (when: string) => `Brings back what the catalog said at ${when}.`,
    trust: 'Read it before you run it. Tabellion itself changes nothing here.',
    mends: (findings: number, parts: number) =>
      `Mends ${findings} ${findings === 1 ? 'finding' : 'findings'} in ${parts} ${parts === 1 ? 'part' : 'parts'}.`,
    strongest: 'Strongest lock',
    run: 'Run with: psql -v ON_ERROR_STOP=1 -f FILE. Each part is whole or not at all. After a failure scan again and make a new file.',
    together: 'One transaction.',
    alone: 'Alone: not allowed in a transaction.',
    leftOut: (count: number) => `Left out: ${count} ${count === 1 ? 'finding' : 'findings'}.`,
    wholeBack: 'Everything is taken back.',
    losses: (count: number) => `What does not come back (${count}):`,
    phases: {
      rights: 'Rights and functions',
      columns: 'Columns',
      indexes: 'Indexes',
      keys: 'Keys and constraints',
      triggers: 'Triggers',
      rows: 'Row-level security',
      views: 'Views and options',
      drops: 'What goes',
      server: 'Settings and the rest',
    },
    locks: {
      none: 'Takes no lock on a table.',
      quiet: 'Reads and writes go on.',
      writes: 'Writes wait for a moment, reads go on.',
      brief: 'ACCESS EXCLUSIVE for an instant: waits for running queries and holds up new ones meanwhile.',
      long: 'ACCESS EXCLUSIVE while rows are read or rewritten: reads and writes wait.',
    },
  },
  pt: {
    title: 'Correções de achados, para o banco',
    backTitle: 'O caminho de volta, para o banco',
    made: (when: string) => `Feito a partir do catálogo lido em ${when}.`,
    backMade: (when: string) => `Devolve o que o catálogo dizia em ${when}.`,
    trust: 'Leia antes de executar. O próprio Tabellion não altera nada aqui.',
    mends: (findings: number, parts: number) =>
      `Corrige ${findings} ${findings === 1 ? 'achado' : 'achados'} em ${parts} ${parts === 1 ? 'parte' : 'partes'}.`,
    strongest: 'Bloqueio mais forte',
    run: 'Execute com: psql -v ON_ERROR_STOP=1 -f ARQUIVO. Cada parte entra inteira ou não entra. Após uma falha, verifique de novo e gere outro arquivo.',
    together: 'Uma transação.',
    alone: 'Sozinho: não é permitido em transação.',
    leftOut: (count: number) => `De fora: ${count} ${count === 1 ? 'achado' : 'achados'}.`,
    wholeBack: 'Tudo é desfeito.',
    losses: (count: number) => `O que não volta (${count}):`,
    phases: {
      rights: 'Direitos e funções',
      columns: 'Colunas',
      indexes: 'Índices',
      keys: 'Chaves e restrições',
      triggers: 'Gatilhos',
      rows: 'Segurança por linha (RLS)',
      views: 'Visões e opções',
      drops: 'O que sai',
      server: 'Configurações e o resto',
    },
    locks: {
      none: 'Não bloqueia nenhuma tabela.',
      quiet: 'Leituras e escritas continuam.',
      writes: 'Escritas esperam um momento, leituras continuam.',
      brief:
        'ACCESS EXCLUSIVE por um instante: espera as consultas em curso e segura as novas enquanto isso.',
      long: 'ACCESS EXCLUSIVE enquanto linhas são lidas ou regravadas: leituras e escritas esperam.',
    },
  },
} as const
