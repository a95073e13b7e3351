grant select on
  public.clinicas, public.usuarios_clinicas, public.pacientes, public.profissionais, public.prontuarios, public.receitas,
  public.itens_receita, public.faturas, public.pagamentos, public.orcamentos, public.mensagens, public.documentos,
  public.bloqueios_agenda, public.alertas, public.etiquetas, public.lembretes, public.convenios, public.anamneses,
  public.leads, public.fila_espera, public.campanhas, public.avaliacoes, public.turnos, public.grupos_familiares,
  public.estoque, public.salas, public.importacao_pacientes, public.integracoes, public.protocolos, public.andamentos,
  public."PacienteObs", public.servicos, public.movimentos, public.log_auditoria to neg_app;
grant insert, update on
  public.usuarios_clinicas, public.pacientes, public.receitas, public.itens_receita, public.estoque, public.salas,
  public.importacao_pacientes, public.protocolos, public.andamentos, public."PacienteObs" to neg_app;
grant insert on public.prontuarios, public.pagamentos, public.leads, public.log_auditoria to neg_app;
grant update on public.orcamentos to neg_app;
grant insert, update, delete on public.fila_espera to neg_app;
grant all on public.consultas, public.exames to neg_app;
grant update, delete, truncate on public.log_auditoria to neg_app;
grant usage on all sequences in schema public to neg_app;

grant select on public.servicos, public.avaliacoes to public;
grant insert on public.leads to neg_anon;
grant select on public.laudos_laboratorio, public.mv_faturamento, public.vw_pacientes, public.vw_agenda to neg_relatorios;
grant select on public.movimentos_2026_01 to neg_relatorios;
grant select on public.faturas to neg_relatorios with grant option;
grant select, insert, update on public.pacientes, public.consultas, public.exames, public.mensagens to neg_portal;

alter default privileges in schema public grant select on tables to public;
alter default privileges for role neg_dono in schema public grant all on tables to public;

do $$
begin
  execute format('alter role neg_relatorios in database %I set row_security = off', current_database());
  execute format('alter role neg_app in database %I set session_replication_role = %L', current_database(), 'replica');
end
$$;

do $$
begin
  if to_regrole('tabellion_scanner') is not null then
    grant select on all sequences in schema public to tabellion_scanner;
  end if;
end
$$;

create publication neg_replica for table public.pacientes, public.consultas;
