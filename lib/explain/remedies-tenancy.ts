import type { Remedies } from './remedies'

/** What mends a finding of the rules on row-level security, by code. */
export const tenancyRemedies: Remedies = {
  T01: [
    'Enable and force row-level security together with policies on the tenant column, in one transaction; enabled alone, the table goes empty for the application.',
    'Ative e force a segurança por linha junto com políticas sobre a coluna da clínica, numa só transação; ativada sozinha, a tabela fica vazia para a aplicação.',
  ],
  T02: [
    '`alter table … force row level security`, after a look at the SECURITY DEFINER functions of the owner, which are filtered from then on.',
    '`alter table … force row level security`, depois de rever as funções SECURITY DEFINER do dono, que passam a ser filtradas.',
  ],
  T03: [
    'Add policies; where nobody is meant to read it, revoke the grants and accept the finding with that reason.',
    'Crie políticas; se ninguém deve lê-la, revogue as permissões e aceite o achado com esse motivo.',
  ],
  T04: [
    'Enable and force row-level security; read the dormant policies first, since they begin to apply at once.',
    'Ative e force a segurança por linha; leia antes as políticas adormecidas, que passam a valer de imediato.',
  ],
  T05: [
    'Give the policy the tenant’s condition; a table that is public on purpose is classified as reference data.',
    'Dê à política a condição da clínica; tabela pública de propósito se classifica como referência.',
  ],
  T06: [
    '`alter policy … with check (…)` with the same condition on the tenant as for reading.',
    '`alter policy … with check (…)` com a mesma condição de clínica da leitura.',
  ],
  T07: [
    'Repeat the tenant’s condition in WITH CHECK, or leave WITH CHECK out so that USING serves for both.',
    'Repita a condição da clínica em WITH CHECK, ou omita WITH CHECK para que USING valha para ambos.',
  ],
  T08: ['`alter policy … to` the role of the application.', '`alter policy … to` o papel da aplicação.'],
  T09: [
    'Add the policy that is missing for the command, or revoke the privilege.',
    'Crie a política que falta para o comando, ou revogue a permissão.',
  ],
  T10: [
    'Drop the policy, or give it the role it was meant for.',
    'Apague a política, ou dê a ela o papel pretendido.',
  ],
  T11: [
    'Merge the policies of one command into one; conditions that must always hold become a restrictive policy.',
    'Junte as políticas de um comando em uma só; condições que sempre devem valer viram política restritiva.',
  ],
  T12: ['Drop one of the two.', 'Apague uma das duas.'],
  T13: [
    'Add a permissive policy that says who gets in; the restrictive one stays as the floor.',
    'Crie uma política permissiva que diga quem entra; a restritiva fica como piso.',
  ],
  T14: [
    'Give the restrictive policy the tenant’s condition, or drop it.',
    'Dê à política restritiva a condição da clínica, ou apague-a.',
  ],
  T15: [
    'Compare the tenant column with the session’s tenant in the policy, or tie its sub-select to the row.',
    'Compare na política a coluna da clínica com a clínica da sessão, ou ligue a sua subconsulta à linha.',
  ],
  T16: [
    'Take out the branch that holds when the setting is missing: a session that says nothing sees nothing.',
    'Retire o ramo que vale quando falta a configuração: sessão que nada diz, nada vê.',
  ],
  T17: [
    'Compare with the session’s tenant in place of the literal.',
    'Compare com a clínica da sessão em vez do literal.',
  ],
  T18: [
    'Read the claim from metadata that only the server writes, or look it up in a table of memberships.',
    'Leia a informação de metadados que só o servidor grava, ou de uma tabela de vínculos.',
  ],
  T19: [
    'Compare with a setting that the application sets for each request; one shared login is one identity.',
    'Compare com uma configuração que a aplicação define a cada requisição; um login compartilhado é uma só identidade.',
  ],
  T20: [
    'Wrap the call in a scalar sub-select, `column = (select f())`, so that it runs once for each statement.',
    'Envolva a chamada em subconsulta escalar, `coluna = (select f())`, para que rode uma vez por comando.',
  ],
  T21: [
    '`alter function … stable` when it changes nothing; otherwise take it out of the policy.',
    '`alter function … stable` se ela nada altera; senão, tire-a da política.',
  ],
  T22: [
    '`alter function … stable`: plans that were kept are made anew.',
    '`alter function … stable`: os planos guardados são refeitos.',
  ],
  T23: [
    'Protect the table that the policy reads, or revoke writing to it from the roles the policy is for.',
    'Proteja a tabela que a política lê, ou revogue a gravação nela dos papéis a que a política se aplica.',
  ],
  T24: [
    'Move the lookup into a SECURITY DEFINER function with a fixed search_path.',
    'Leve a consulta para uma função SECURITY DEFINER com search_path fixo.',
  ],
  T25: [
    'Let every policy ask one helper function, which reads one setting.',
    'Faça todas as políticas usarem uma só função auxiliar, que lê uma só configuração.',
  ],
  T26: [
    '`alter function … set search_path = pg_catalog, …, pg_temp`: only schemas that untrusted roles cannot create in, pg_temp last.',
    '`alter function … set search_path = pg_catalog, …, pg_temp`: só esquemas em que papéis não confiáveis não criam, pg_temp por último.',
  ],
  T27: [
    'Revoke EXECUTE from PUBLIC and grant it to the roles that need it.',
    'Revogue EXECUTE de PUBLIC e conceda aos papéis que precisam.',
  ],
  T28: [
    '`alter view … set (security_invoker = true)` from PostgreSQL 15 on; before that, an owner who is bound by the policies.',
    '`alter view … set (security_invoker = true)` a partir do PostgreSQL 15; antes, um dono sujeito às políticas.',
  ],
  T29: [
    'Revoke reading of the materialized view, and offer a filtering view over it.',
    'Revogue a leitura da visão materializada e ofereça uma visão que filtre por cima.',
  ],
  T30: [
    'Revoke it from application roles, and offer a filtering view over it.',
    'Revogue dos papéis da aplicação e ofereça uma visão que filtre por cima.',
  ],
  T31: [
    'Revoke direct grants on the partition; rows are then reached through the parent alone.',
    'Revogue as permissões diretas na partição; as linhas são alcançadas só pela tabela pai.',
  ],
  T32: [
    'Let the application sign in as a role that owns nothing, has no BYPASSRLS and cannot become such a role.',
    'Faça a aplicação entrar com um papel que não é dono de nada, não tem BYPASSRLS e não pode assumir um que tenha.',
  ],
  T33: [
    '`revoke truncate, references, trigger` (and maintain, from PostgreSQL 17 on) from application roles.',
    '`revoke truncate, references, trigger` (e maintain, a partir do PostgreSQL 17) dos papéis da aplicação.',
  ],
  T34: [
    'Put the tenant column into the unique key and into the foreign key.',
    'Inclua a coluna da clínica na chave única e na chave estrangeira.',
  ],
  T35: [
    '`alter function … not leakproof`; for a filtering view `set (security_barrier = true)`.',
    '`alter function … not leakproof`; para visão que filtra, `set (security_barrier = true)`.',
  ],
  T36: [
    'Take the table out of the publication, or give it a row filter and a column list.',
    'Tire a tabela da publicação, ou dê a ela filtro de linhas e lista de colunas.',
  ],
  T37: [
    'Install an event trigger that refuses tables without protection, or take back default privileges that open them.',
    'Instale um gatilho de evento que recuse tabelas sem proteção, ou retire privilégios padrão que as abrem.',
  ],
}
