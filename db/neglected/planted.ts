/** One defect that was planted in the neglected database, and what a scan must say about it. */
export interface Planted {
  /** Number of the rule in the catalogue. */
  readonly code: string
  readonly rule: string
  /** The finding's key, the rule's id included. */
  readonly key: string
  readonly why: string
}

const planted = (code: string, key: string, why: string): Planted => ({
  code,
  rule: key.slice(0, key.indexOf(':')),
  key,
  why,
})

/** Every planted defect. Where a kind occurs on many tables, the telling ones are named. */
export const plantedDefects: readonly Planted[] = [
  planted('T01', 'rls-disabled:public.exames', 'Exam results granted in full, with row-level security off.'),
  planted(
    'T01',
    'rls-disabled:public.usuarios_clinicas',
    'The table that policies ask who belongs where can be rewritten by the application.',
  ),
  planted(
    'T01',
    'rls-disabled:public.integracoes',
    'Tokens of every clinic, readable by the application of any.',
  ),
  planted('T02', 'rls-not-forced:public.pacientes', 'The owner signs in, and FORCE is off.'),
  planted(
    'T03',
    'rls-no-policy:public.lembretes',
    'Row-level security on, no policy: nobody sees a reminder.',
  ),
  planted(
    'T04',
    'rls-dormant-policies:public.prontuarios',
    'Good policies, switched off for a migration and forgotten.',
  ),
  planted('T05', 'policy-always-true:public.consultas/consultas_ler', 'using (true).'),
  planted(
    'T05',
    'policy-always-true:public.receitas/receitas_todas',
    'A tautology in disguise: the column is never null.',
  ),
  planted(
    'T06',
    'write-without-check:public.pagamentos/pagamentos_incluir',
    'An INSERT policy without WITH CHECK.',
  ),
  planted(
    'T07',
    'check-weaker-than-using:public.orcamentos/orcamentos_alterar',
    'The check looks at the amount and lets the clinic be changed.',
  ),
  planted('T08', 'policy-to-public-or-anon:public.leads/leads_formulario', 'No TO: everybody.'),
  planted(
    'T09',
    'command-gap:public.fila_espera/neg_app',
    'UPDATE and DELETE are granted, no policy lets them through.',
  ),
  planted(
    'T10',
    'inert-policy:public.campanhas/campanhas_antiga',
    'For a role that has no grant on the table.',
  ),
  planted(
    'T11',
    'multiple-permissive:public.avaliacoes/select',
    'Three permissive policies for one command are joined by OR.',
  ),
  planted('T12', 'duplicate-policy:public.avaliacoes/avaliacoes_ler_2', 'The same policy twice.'),
  planted('T13', 'restrictive-only:public.convenios', 'Only a restrictive policy: nobody gets in.'),
  planted(
    'T14',
    'restrictive-noop:public.anamneses/anamneses_piso',
    'A restrictive policy that restricts nothing.',
  ),
  planted(
    'T15',
    'policy-ignores-tenant:public.faturas/faturas_ler',
    'Name capture: "clinica_id" inside the sub-select is the inner column, so any membership opens all invoices.',
  ),
  planted(
    'T15',
    'policy-ignores-tenant:public.avaliacoes/avaliacoes_publicas',
    'Looks at a flag, not at the clinic.',
  ),
  planted(
    'T16',
    'fail-open-context:public.mensagens/mensagens_ler',
    'Without a session everything is visible.',
  ),
  planted('T17', 'hardcoded-tenant:public.campanhas/campanhas_ler', 'One clinic, written as a literal.'),
  planted(
    'T18',
    'user-editable-claim:public.documentos/documentos_ler',
    'Trusts a claim that the user may write.',
  ),
  planted(
    'T19',
    'current-user-as-tenant:public.turnos/turnos_ler',
    'Compares with the login that everybody shares.',
  ),
  planted(
    'T20',
    'per-row-context-call:public.bloqueios_agenda/bloqueios_agenda_ler',
    'The setting is read for each row.',
  ),
  planted('T21', 'volatile-in-policy:public.usuario_atual()', 'The helper is volatile by omission.'),
  planted(
    'T22',
    'immutable-context-helper:public.clinica_atual()',
    'The helper claims to be immutable and reads the session: a cached plan serves the first clinic.',
  ),
  planted(
    'T23',
    'policy-reads-unprotected-table:public.usuarios_clinicas',
    'Asks a membership table that the same role may write.',
  ),
  planted(
    'T24',
    'policy-self-recursion:public.grupos_familiares/grupos_familiares_ler',
    'Reads its own table: infinite recursion at run time.',
  ),
  planted(
    'T26',
    'definer-mutable-search-path:public.buscar_paciente(text)',
    'Definer function without a search_path.',
  ),
  planted(
    'T27',
    'definer-open-execute:public.buscar_paciente(text)',
    'Anybody may call it, and it reads past row-level security.',
  ),
  planted(
    'T27',
    'definer-open-execute:public.executa_sql(text)',
    'Anybody may run any SQL as the administrator.',
  ),
  planted(
    'T28',
    'view-or-rule-bypasses-rls:public.vw_pacientes',
    'A view of the administrator, with names and CPF.',
  ),
  planted('T29', 'matview-copies-rls-data:public.mv_faturamento', 'A copy that no policy protects.'),
  planted('T30', 'foreign-table-exposed:public.laudos_laboratorio', 'A foreign table cannot carry policies.'),
  planted(
    'T31',
    'child-escapes-parent-rls:public.movimentos_2026_01',
    'The partition is granted by itself and has no policies.',
  ),
  planted('T32', 'rls-exempt-login:role neg_portal', 'The login of the portal has BYPASSRLS.'),
  planted(
    'T33',
    'grant-bypasses-rls:public.consultas/neg_app',
    'GRANT ALL brought TRUNCATE, which ignores policies.',
  ),
  planted(
    'T34',
    'integrity-covert-channel:public.pacientes/pacientes_cpf_key',
    'A unique CPF over all clinics tells whether somebody is a patient elsewhere.',
  ),
  planted('T36', 'replication-escape:public.pacientes/neg_replica', 'Published whole, without a row filter.'),
  planted('A01', 'no-audit-trigger:public.exames', 'A trigger called audit that audits nothing.'),
  planted('A01', 'no-audit-trigger:public.pagamentos', 'No audit trigger at all.'),
  planted(
    'A02',
    'audit-trigger-disabled:public.prontuarios/auditoria',
    'Disabled for a load and never enabled again.',
  ),
  planted(
    'A02',
    'audit-trigger-disabled:public.movimentos_2026_02/auditoria',
    'Disabled on one partition only.',
  ),
  planted(
    'A03',
    'audit-not-always:public.pacientes/auditoria',
    'Silent when session_replication_role is replica, as it is for this application.',
  ),
  planted('A04', 'audit-missing-operation:public.consultas', 'Only updates of one column are recorded.'),
  planted('A04', 'audit-missing-operation:public.faturas', 'Updates are not recorded.'),
  planted(
    'A05',
    'audit-truncate-gap:public.consultas',
    'The application may truncate, and no trigger sees it.',
  ),
  planted(
    'A06',
    'audit-log-mutable:public.log_auditoria',
    'The application may change, delete and empty the log.',
  ),
  planted('A07', 'audit-log-no-guard:public.log_auditoria', 'Nothing refuses a change of the log.'),
  planted('A08', 'audit-owner-is-app:public.log_auditoria', 'The log belongs to a login.'),
  planted(
    'A09',
    'audit-cascade-loss:public.log_auditoria/log_auditoria_paciente_id_fkey',
    'Deleting a patient deletes what was logged about them.',
  ),
  planted(
    'A10',
    'audit-function-weak:public.registra_log()',
    'Swallows every error and runs with the rights of the writer.',
  ),
  planted(
    'A11',
    'audit-log-shape:public.log_auditoria',
    'current_user of a shared login, and a time without zone.',
  ),
  planted('K01', 'no-primary-key:public.importacao_pacientes', 'No primary key.'),
  planted('K02', 'pk-without-generator:public.salas.id', 'A uuid key without a default.'),
  planted(
    'K03',
    'constraint-not-validated:public.avaliacoes/avaliacoes_nota_check',
    'NOT VALID since it was added.',
  ),
  planted('K04', 'tenant-key-nullable:public.estoque.clinica_id', 'Rows of no clinic.'),
  planted('K05', 'tenant-key-missing-or-unlinked:public.itens_receita', 'No clinic of its own.'),
  planted('K05', 'tenant-key-missing-or-unlinked:public.salas.clinica_id', 'A clinic that need not exist.'),
  planted(
    'K06',
    'fk-not-tenant-consistent:public.consultas/consultas_paciente_id_fkey',
    'An appointment may name a patient of another clinic.',
  ),
  planted(
    'K06',
    'fk-not-tenant-consistent:public.prontuarios/prontuarios_paciente_id_fkey',
    'A chart entry may name a patient of another clinic.',
  ),
  planted('K07', 'cascade-on-clinical:public.pacientes', 'Deleting a patient deletes the chart.'),
  planted('K08', 'timestamp-without-zone:public.exames.colhido_em', 'An instant without zone.'),
  planted('K09', 'money-or-float-amount:public.faturas.valor', 'money.'),
  planted('K09', 'money-or-float-amount:public.pagamentos.valor', 'double precision.'),
  planted('K10', 'open-status-domain:public.faturas.status', 'Any text is a status.'),
  planted(
    'K11',
    'fk-type-mismatch:public.andamentos/andamentos_protocolo_id_fkey',
    'bigint refers to integer.',
  ),
  planted(
    'K13',
    'soft-delete-vs-unique:public.pacientes/pacientes_cpf_key',
    'A removed patient keeps the CPF taken.',
  ),
  planted('I01', 'fk-unindexed:public.exames/exames_paciente_id_fkey', 'No index on the patient.'),
  planted('I01', 'fk-unindexed:public.pagamentos/pagamentos_fatura_id_fkey', 'No index on the invoice.'),
  planted(
    'I02',
    'duplicate-index:public.consultas/consultas_clinica_inicio_idx',
    'The same index under two names.',
  ),
  planted('I03', 'redundant-prefix:public.consultas/consultas_clinica_so_idx', 'Prefix of another index.'),
  planted(
    'I05',
    'invalid-index:public.importacao_pacientes/importacao_pacientes_cpf_idx',
    'Left behind by a build that failed on duplicates.',
  ),
  planted('D01', 'sensitive-plaintext:public.pacientes.cpf', 'CPF in plain text.'),
  planted('D01', 'sensitive-plaintext:public.prontuarios.diagnostico', 'Diagnosis in plain text.'),
  planted(
    'D03',
    'sensitive-through-view:public.vw_pacientes',
    'The view gives CPF to a role that has no right to the table.',
  ),
  planted('D05', 'secret-in-table:public.integracoes.api_token', 'A token as it is.'),
  planted('D06', 'sensitive-in-blob:public.documentos.payload', 'A free payload nobody has classified.'),
  planted('D08', 'extension-placement:extension btree_gist', 'In the schema that everybody writes to.'),
  planted('P01', 'public-or-wide-grant:public.servicos', 'Granted to PUBLIC.'),
  planted(
    'P01',
    'public-or-wide-grant:public.faturas/neg_relatorios',
    'WITH GRANT OPTION to a reporting login.',
  ),
  planted('P02', 'public-create-connect:schema public', 'Everybody may create here.'),
  planted(
    'P03',
    'default-privileges-open:role neg_dono/"tables in public"',
    'Every future table is open to PUBLIC.',
  ),
  planted('P05', 'excess-admin:role neg_relatorios', 'pg_read_all_data, which no table shows.'),
  planted(
    'P08',
    'untrusted-code:database/"server neg_laboratorio"',
    'A user mapping for PUBLIC, password included.',
  ),
  planted(
    'S05',
    'row-security-override:role neg_app/session_replication_role',
    'The application runs with session_replication_role = replica.',
  ),
  planted('O02', 'sequence-exhaustion:public.protocolos_id_seq', 'An integer key at 95 % of its range.'),
  planted('O03', 'vacuum-analyze-lag:public.estoque', 'autovacuum is off for this table.'),
]
