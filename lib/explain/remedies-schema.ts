import type { Remedies } from './remedies'

/** What mends a finding of the rules on audit, keys and indexes, by code. */
export const schemaRemedies: Remedies = {
  A01: [
    'Create a trigger after insert, update and delete that calls the audit function.',
    'Crie um gatilho após insert, update e delete que chame a função de auditoria.',
  ],
  A02: ['`alter table … enable always trigger …`.', '`alter table … enable always trigger …`.'],
  A03: [
    '`alter table … enable always trigger …`, and keep session_replication_role out of reach.',
    '`alter table … enable always trigger …`, e mantenha session_replication_role fora de alcance.',
  ],
  A04: [
    'Add the operations that are missing, and drop the column list or WHEN that lets some changes by.',
    'Inclua as operações que faltam e retire a lista de colunas ou o WHEN que deixa passar alterações.',
  ],
  A05: [
    'Revoke TRUNCATE, and add a statement trigger before truncate.',
    'Revogue TRUNCATE e crie um gatilho por comando antes do truncate.',
  ],
  A06: [
    'Revoke UPDATE, DELETE and TRUNCATE on the log from everyone but its owner.',
    'Revogue UPDATE, DELETE e TRUNCATE na trilha de todos menos do dono.',
  ],
  A07: [
    'Add triggers that refuse update, delete and truncate, enabled always.',
    'Crie gatilhos que recusem update, delete e truncate, habilitados sempre.',
  ],
  A08: [
    'Give the log, its schema and its functions to a role that cannot sign in and that no login belongs to.',
    'Passe a trilha, o seu esquema e as suas funções a um papel que não entra e a que nenhum login pertence.',
  ],
  A09: [
    'Drop the foreign key of the log, or let it refuse (`on delete restrict`); the log keeps the identifier as a value.',
    'Retire a chave estrangeira da trilha, ou faça-a recusar (`on delete restrict`); a trilha guarda o identificador como valor.',
  ],
  A10: [
    'Make the function SECURITY DEFINER with a fixed search_path, let its errors through and return on no early path.',
    'Torne a função SECURITY DEFINER com search_path fixo, deixe passar os seus erros e não retorne antes da hora.',
  ],
  A11: [
    'Add the columns that are missing: who acted, `timestamptz` of the moment, the operation, the record.',
    'Inclua as colunas que faltam: quem agiu, `timestamptz` do momento, a operação, o registro.',
  ],
  A12: [
    'Record reads with pgaudit (object auditing by `pgaudit.role`) or let the application read through functions that record.',
    'Registre leituras com pgaudit (por objeto, com `pgaudit.role`) ou faça a aplicação ler por funções que registram.',
  ],
  K01: [
    'Add a primary key; build its unique index concurrently first on a large table.',
    'Crie a chave primária; em tabela grande, construa antes o índice único de forma concorrente.',
  ],
  K02: [
    'Give the key a default: `gen_random_uuid()`, or an identity.',
    'Dê um padrão à chave: `gen_random_uuid()`, ou identity.',
  ],
  K03: [
    '`alter table … validate constraint …`, once the rows that break it are mended.',
    '`alter table … validate constraint …`, depois de corrigir as linhas que a violam.',
  ],
  K04: [
    'Fill the empty rows, then `set not null`; on a large table through a validated check.',
    'Preencha as linhas vazias e então `set not null`; em tabela grande, por um check validado.',
  ],
  K05: [
    'Add the tenant column, fill it along the foreign key, and reference the registry of tenants.',
    'Inclua a coluna da clínica, preencha-a pela chave estrangeira e referencie o cadastro de clínicas.',
  ],
  K06: [
    'Reference the parent by its id and the tenant together, over a unique key of both.',
    'Referencie o pai pelo id e pela clínica juntos, sobre uma chave única de ambos.',
  ],
  K07: [
    'Let the foreign key refuse (`on delete restrict`) and inactivate in place of deleting.',
    'Faça a chave estrangeira recusar (`on delete restrict`) e inative em vez de excluir.',
  ],
  K08: [
    'Change the type to `timestamptz`, saying which zone the old values were in.',
    'Mude o tipo para `timestamptz`, dizendo em que fuso estavam os valores antigos.',
  ],
  K09: ['Change the type to `numeric(p, s)`.', 'Mude o tipo para `numeric(p, s)`.'],
  K10: [
    'Add a check, an enum, a domain or a reference; NOT VALID first, then validate.',
    'Crie um check, enum, domínio ou referência; primeiro NOT VALID, depois valide.',
  ],
  K11: ['Change one of the columns to the type of the other.', 'Mude uma das colunas para o tipo da outra.'],
  K12: [
    'Add the columns with a default, and a trigger that keeps the time of the last change.',
    'Inclua as colunas com padrão e um gatilho que mantenha o momento da última alteração.',
  ],
  K13: [
    'Make the unique index partial: `where deleted_at is null`.',
    'Torne o índice único parcial: `where deleted_at is null`.',
  ],
  I01: [
    '`create index concurrently` on the referencing columns.',
    '`create index concurrently` sobre as colunas que referenciam.',
  ],
  I02: [
    '`drop index concurrently` of the one that no constraint needs.',
    '`drop index concurrently` daquele de que nenhuma restrição precisa.',
  ],
  I03: [
    '`drop index concurrently` of the shorter one, after a look at its use.',
    '`drop index concurrently` do menor, depois de ver o seu uso.',
  ],
  I04: [
    'Watch it over a whole month and on every replica, then drop it concurrently.',
    'Observe-o por um mês inteiro e em toda réplica, depois apague-o de forma concorrente.',
  ],
  I05: [
    '`reindex index concurrently`, or drop it and build it anew.',
    '`reindex index concurrently`, ou apague-o e construa de novo.',
  ],
  I06: [
    '`create index concurrently` that begins with the tenant column.',
    '`create index concurrently` que comece pela coluna da clínica.',
  ],
  I07: [
    'Search by an operator that is leakproof, or through a SECURITY DEFINER function that filters by the tenant itself.',
    'Busque por um operador leakproof, ou por função SECURITY DEFINER que filtre ela mesma pela clínica.',
  ],
  I08: [
    '`create index concurrently` that begins with the person, or with the tenant and the time.',
    '`create index concurrently` que comece pela pessoa, ou pela clínica e pelo tempo.',
  ],
  I09: [
    'VACUUM; when much space is to be given back, pg_repack or `reindex concurrently`.',
    'VACUUM; se há muito espaço a devolver, pg_repack ou `reindex concurrently`.',
  ],
}
