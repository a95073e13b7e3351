import type { Remedies } from './remedies'

/** What mends a finding of the rules on protection, privileges, settings and operations, by code. */
export const serverRemedies: Remedies = {
  D01: [
    'Encrypt or tokenise the column, or classify it and record why it stays readable.',
    'Cifre ou tokenize a coluna, ou classifique-a e registre por que continua legível.',
  ],
  D02: [
    'Write the class into the column’s comment, or classify its domain.',
    'Escreva a classe no comentário da coluna, ou classifique o seu domínio.',
  ],
  D03: [
    'Leave the column out of the view or mask it, or let the view run with the rights of its caller.',
    'Retire a coluna da visão ou mascare-a, ou faça a visão usar os direitos de quem chama.',
  ],
  D04: [
    'Revoke the grant on the table and grant the columns that are needed; a REVOKE of one column alone changes nothing.',
    'Revogue a permissão na tabela e conceda as colunas necessárias; um REVOKE só da coluna nada muda.',
  ],
  D05: [
    'Move it to a secret store, or keep a salted hash; then change the secret, since it was readable.',
    'Leve-o a um cofre de segredos, ou guarde um hash com sal; depois troque o segredo, pois esteve legível.',
  ],
  D06: [
    'Classify it, keep it out of audit values and exports, and give it a retention.',
    'Classifique-a, deixe-a fora dos valores de auditoria e exportações, e defina a guarda.',
  ],
  D07: [
    'Partition by time and declare how long it is kept, at least and at most.',
    'Particione por tempo e declare por quanto se guarda, no mínimo e no máximo.',
  ],
  D08: [
    '`alter extension … set schema`, or `alter extension … update`.',
    '`alter extension … set schema`, ou `alter extension … update`.',
  ],
  P01: [
    'Revoke it from PUBLIC, or revoke the grant option, and grant to the roles that need it.',
    'Revogue de PUBLIC, ou revogue a opção de conceder, e conceda aos papéis que precisam.',
  ],
  P02: [
    'Revoke CREATE on the schema, and CONNECT and TEMPORARY on the database, from PUBLIC.',
    'Revogue de PUBLIC o CREATE no esquema, e CONNECT e TEMPORARY no banco.',
  ],
  P03: [
    '`alter default privileges for role … revoke …`, for each role that creates objects.',
    '`alter default privileges for role … revoke …`, para cada papel que cria objetos.',
  ],
  P04: [
    'Revoke EXECUTE from PUBLIC and grant it to the roles that need it.',
    'Revogue EXECUTE de PUBLIC e conceda aos papéis que precisam.',
  ],
  P05: [
    'Take back the attribute or the membership; an application needs none of them.',
    'Retire o atributo ou a participação; uma aplicação não precisa deles.',
  ],
  P06: [
    'Give the objects to one role that cannot sign in.',
    'Passe os objetos a um só papel que não entra no banco.',
  ],
  P07: [
    '`alter role … valid until … connection limit …`.',
    '`alter role … valid until … connection limit …`.',
  ],
  P08: [
    'Revoke USAGE of the language or server, and drop mappings for PUBLIC.',
    'Revogue o USAGE da linguagem ou do servidor e apague mapeamentos para PUBLIC.',
  ],
  P09: [
    'Approve the role in the configuration, or take its rights and drop it.',
    'Aprove o papel na configuração, ou retire os seus direitos e apague-o.',
  ],
  S01: [
    'Switch TLS on (1.2 or later), and let pg_hba.conf hold `hostssl` lines with scram-sha-256 only.',
    'Ligue TLS (1.2 ou posterior) e deixe em pg_hba.conf só linhas `hostssl` com scram-sha-256.',
  ],
  S02: [
    'Set password_encryption to scram-sha-256 and set each password anew: old verifiers stay until then.',
    'Defina password_encryption como scram-sha-256 e redefina cada senha: os verificadores antigos ficam até lá.',
  ],
  S03: [
    'Set the log settings named in the finding; statements of data stay out of the log, where values would be readable.',
    'Defina as configurações de log citadas no achado; comandos de dados ficam fora do log, onde os valores seriam legíveis.',
  ],
  S04: [
    'Preload pgaudit, create the extension, set its classes, and take back overrides of roles.',
    'Pré-carregue pgaudit, crie a extensão, defina as suas classes e retire exceções de papéis.',
  ],
  S05: ['`alter role …` or `alter database … reset …`.', '`alter role …` ou `alter database … reset …`.'],
  S06: [
    'Switch fsync, full_page_writes and checksums on; archive with a tool that verifies, and try a restore.',
    'Ligue fsync, full_page_writes e checksums; arquive com ferramenta que verifica e teste a restauração.',
  ],
  S07: [
    '`alter role … set statement_timeout`, and the limits for idle transactions and locks.',
    '`alter role … set statement_timeout`, e os limites para transações ociosas e bloqueios.',
  ],
  S08: [
    'Install the latest minor release; plan the next major before the support of this one ends.',
    'Instale a última versão menor; planeje a próxima maior antes do fim do suporte desta.',
  ],
  O01: [
    'Find what holds the horizon back, end it, and VACUUM (FREEZE).',
    'Encontre o que segura o horizonte, encerre-o e execute VACUUM (FREEZE).',
  ],
  O02: [
    'Change the column to `bigint` before the sequence ends, and let the column own the sequence.',
    'Mude a coluna para `bigint` antes que a sequência acabe, e faça a coluna dona da sequência.',
  ],
  O03: [
    'Switch autovacuum on again for the table, and VACUUM (ANALYZE) once.',
    'Religue o autovacuum da tabela e execute VACUUM (ANALYZE) uma vez.',
  ],
  O04: [
    'Drop the slot, commit or roll back the prepared transaction, end the idle session.',
    'Apague o slot, confirme ou desfaça a transação preparada, encerre a sessão ociosa.',
  ],
  N01: [
    'Rename it, together with what uses it; or accept it where a tool made the name.',
    'Renomeie, junto com o que o usa; ou aceite, se o nome veio de uma ferramenta.',
  ],
  N02: [
    '`comment on …`: what a row is, whose it is, and how long it is kept.',
    '`comment on …`: o que é uma linha, de quem é e por quanto se guarda.',
  ],
  X01: [
    'Grant the scanner `pg_monitor`, and what the finding names beyond it; what stays hidden stays unknown.',
    'Conceda `pg_monitor` ao scanner, e o mais que o achado cita; o que continua oculto segue não avaliável.',
  ],
  X02: [
    'Read the catalog again when nobody changes the schema.',
    'Leia o catálogo de novo quando ninguém estiver alterando o esquema.',
  ],
}
