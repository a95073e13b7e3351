set role neg_dono;

-- Cached plans keep the first clinic's answer: this reads the session and claims it never changes.
create function public.clinica_atual() returns uuid language sql immutable
  as $$ select current_setting('app.clinica', true)::uuid $$;
-- volatile by omission
create function public.usuario_atual() returns uuid language plpgsql
  as $$ begin return current_setting('app.usuario', true)::uuid; end $$;

-- pacientes: sound policies, but the owner signs in and is not bound by them
alter table public.pacientes enable row level security;
create policy pacientes_ler on public.pacientes for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy pacientes_incluir on public.pacientes for insert to neg_app
  with check (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy pacientes_alterar on public.pacientes for update to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid))
  with check (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.clinicas enable row level security;
alter table public.clinicas force row level security;
create policy clinicas_ler on public.clinicas for select to neg_app
  using (id = (select current_setting('app.clinica', true)::uuid));

alter table public.profissionais enable row level security;
alter table public.profissionais force row level security;
create policy profissionais_ler on public.profissionais for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));

-- prontuarios: switched off for a migration in 2021 and never on again
create policy prontuarios_ler on public.prontuarios for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy prontuarios_incluir on public.prontuarios for insert to neg_app
  with check (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.consultas enable row level security;
alter table public.consultas force row level security;
create policy consultas_ler on public.consultas for select to neg_app using (true);
create policy consultas_incluir on public.consultas for insert to neg_app
  with check (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy consultas_alterar on public.consultas for update to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy consultas_apagar on public.consultas for delete to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.receitas enable row level security;
alter table public.receitas force row level security;
create policy receitas_todas on public.receitas for all to neg_app using (clinica_id is not null);

-- "u.clinica_id = clinica_id": both sides are the inner table's column
alter table public.faturas enable row level security;
alter table public.faturas force row level security;
create policy faturas_ler on public.faturas for select to neg_app
  using (exists (
    select 1 from public.usuarios_clinicas u
    where u.clinica_id = clinica_id and u.usuario_id = (select current_setting('app.usuario', true)::uuid)
  ));

alter table public.pagamentos enable row level security;
alter table public.pagamentos force row level security;
create policy pagamentos_ler on public.pagamentos for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy pagamentos_incluir on public.pagamentos for insert to neg_app;

alter table public.orcamentos enable row level security;
alter table public.orcamentos force row level security;
create policy orcamentos_ler on public.orcamentos for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy orcamentos_alterar on public.orcamentos for update to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid))
  with check (total >= 0);

alter table public.mensagens enable row level security;
alter table public.mensagens force row level security;
create policy mensagens_ler on public.mensagens for select to neg_app
  using (
    (select current_setting('app.clinica', true)) is null
    or clinica_id = (select nullif(current_setting('app.clinica', true), '')::uuid)
  );

alter table public.documentos enable row level security;
alter table public.documentos force row level security;
create policy documentos_ler on public.documentos for select to neg_app
  using (clinica_id = (select (current_setting('request.jwt.claims', true)::json -> 'user_metadata' ->> 'clinica_id')::uuid));

alter table public.bloqueios_agenda enable row level security;
alter table public.bloqueios_agenda force row level security;
create policy bloqueios_agenda_ler on public.bloqueios_agenda for select to neg_app
  using (clinica_id = current_setting('app.clinica', true)::uuid);

alter table public.alertas enable row level security;
alter table public.alertas force row level security;
create policy alertas_ler on public.alertas for select to neg_app
  using (
    clinica_id in (
      select u.clinica_id from public.usuarios_clinicas u where u.usuario_id = (select public.usuario_atual())
    )
  );

alter table public.etiquetas enable row level security;
alter table public.etiquetas force row level security;
create policy etiquetas_ler on public.etiquetas for select to neg_app using (clinica_id = (select public.clinica_atual()));

-- lembretes: on, and nothing lets anybody in
alter table public.lembretes enable row level security;
alter table public.lembretes force row level security;

alter table public.convenios enable row level security;
alter table public.convenios force row level security;
create policy convenios_restrita on public.convenios as restrictive for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.anamneses enable row level security;
alter table public.anamneses force row level security;
create policy anamneses_ler on public.anamneses for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy anamneses_piso on public.anamneses as restrictive for select to neg_app using (true);

-- leads: the form of the site writes here; no TO means everybody
alter table public.leads enable row level security;
alter table public.leads force row level security;
create policy leads_formulario on public.leads for insert with check (clinica_id is not null);
create policy leads_ler on public.leads for select
  using (clinica_id = (select nullif(current_setting('app.clinica', true), '')::uuid));

alter table public.fila_espera enable row level security;
alter table public.fila_espera force row level security;
create policy fila_espera_ler on public.fila_espera for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy fila_espera_incluir on public.fila_espera for insert to neg_app
  with check (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.campanhas enable row level security;
alter table public.campanhas force row level security;
create policy campanhas_ler on public.campanhas for select to neg_app
  using (clinica_id = '11111111-1111-4111-8111-111111111111'::uuid);
create policy campanhas_antiga on public.campanhas for select to neg_antigo
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));

alter table public.avaliacoes enable row level security;
alter table public.avaliacoes force row level security;
create policy avaliacoes_ler on public.avaliacoes for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy avaliacoes_ler_2 on public.avaliacoes for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));
create policy avaliacoes_publicas on public.avaliacoes for select to neg_app using (publica);

alter table public.turnos enable row level security;
alter table public.turnos force row level security;
create policy turnos_ler on public.turnos for select to neg_app using (usuario = current_user);

alter table public.grupos_familiares enable row level security;
alter table public.grupos_familiares force row level security;
create policy grupos_familiares_ler on public.grupos_familiares for select to neg_app
  using (
    clinica_id = (select current_setting('app.clinica', true)::uuid)
    and exists (select 1 from public.grupos_familiares g where g.responsavel_id = grupos_familiares.id)
  );

alter table public.movimentos enable row level security;
alter table public.movimentos force row level security;
create policy movimentos_ler on public.movimentos for select to neg_app
  using (clinica_id = (select current_setting('app.clinica', true)::uuid));

reset role;
