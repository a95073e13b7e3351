-- made by the administrator, so it reads with the administrator's rights
create view public.vw_pacientes as select id, clinica_id, nome, cpf, telefone from public.pacientes;
create view public.vw_agenda as
  select c.id, c.clinica_id, c.inicio, p.nome from public.consultas c join public.pacientes p on p.id = c.paciente_id;

create materialized view public.mv_faturamento as
  select f.clinica_id, p.nome, sum(f.valor::numeric) as total
  from public.faturas f join public.pacientes p on p.id = f.paciente_id
  group by f.clinica_id, p.nome;

create function public.buscar_paciente(p_cpf text) returns setof public.pacientes
language sql security definer as $$ select * from pacientes where cpf = p_cpf $$;

create function public.contar_consultas(p_clinica uuid) returns bigint
language sql security definer set search_path = public
as $$ select count(*) from consultas where clinica_id = p_clinica $$;

-- anybody may call it, and it rewrites whatever it is told
create function public.executa_sql(comando text) returns void
language plpgsql security definer as $$ begin execute comando; end $$;

create foreign data wrapper neg_laboratorio_fdw;
create server neg_laboratorio foreign data wrapper neg_laboratorio_fdw options (host 'lab.example', senha 'laboratorio123');
create foreign table public.laudos_laboratorio (id integer, clinica_id uuid, paciente_cpf text, laudo text)
  server neg_laboratorio;
create user mapping for public server neg_laboratorio options (usuario 'clinica', senha 'laboratorio123');
