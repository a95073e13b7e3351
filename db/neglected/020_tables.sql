set role neg_dono;

create table public.clinicas (
  id uuid primary key default gen_random_uuid(),
  nome text not null,
  cnpj text not null unique,
  fuso text not null default 'America/Sao_Paulo',
  criado_em timestamptz not null default now()
);

create table public.usuarios_clinicas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  usuario_id uuid not null,
  papel text not null check (papel in ('admin', 'medico', 'recepcao')),
  criado_em timestamptz not null default now(),
  unique (clinica_id, usuario_id)
);
create index usuarios_clinicas_usuario_idx on public.usuarios_clinicas (usuario_id);

create table public.pacientes (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  cpf text not null,
  email text,
  telefone text,
  nascimento date not null,
  observacoes text,
  criado_em timestamptz not null default now(),
  removido_em timestamptz,
  constraint pacientes_cpf_key unique (cpf)
);

create table public.profissionais (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  registro text not null,
  ativo boolean not null default true,
  criado_em timestamptz not null default now(),
  unique (clinica_id, id)
);

create table public.prontuarios (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id) on delete cascade,
  profissional_id uuid not null,
  diagnostico text,
  cid text,
  registrado_em timestamptz not null default now(),
  foreign key (clinica_id, profissional_id) references public.profissionais (clinica_id, id)
);
create index prontuarios_paciente_idx on public.prontuarios (paciente_id, registrado_em);
create index prontuarios_clinica_idx on public.prontuarios (clinica_id, profissional_id);

create table public.exames (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  tipo text not null,
  resultado jsonb,
  colhido_em timestamp not null
);
create index exames_clinica_idx on public.exames (clinica_id, colhido_em);

create table public.consultas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  profissional_id uuid not null references public.profissionais (id),
  inicio timestamptz not null,
  situacao text not null default 'marcada',
  queixa text
);
create index consultas_paciente_idx on public.consultas (paciente_id);
create index consultas_profissional_idx on public.consultas (profissional_id);
create index consultas_clinica_idx on public.consultas (clinica_id, inicio);
create index consultas_clinica_inicio_idx on public.consultas (clinica_id, inicio);
create index consultas_clinica_so_idx on public.consultas (clinica_id);

create table public.receitas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  texto text not null,
  emitida_em timestamptz not null default now()
);
create index receitas_clinica_idx on public.receitas (clinica_id, paciente_id);
create index receitas_paciente_idx on public.receitas (paciente_id);

create table public.itens_receita (
  id uuid primary key default gen_random_uuid(),
  receita_id uuid not null references public.receitas (id),
  medicamento text not null,
  dose real not null
);
create index itens_receita_receita_idx on public.itens_receita (receita_id);

create table public.faturas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  valor money not null,
  status text not null default 'aberta',
  vencimento date not null
);
create index faturas_clinica_idx on public.faturas (clinica_id, vencimento);
create index faturas_paciente_idx on public.faturas (paciente_id);

create table public.pagamentos (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  fatura_id uuid not null references public.faturas (id),
  valor double precision not null,
  pago_em timestamptz not null default now()
);
create index pagamentos_clinica_idx on public.pagamentos (clinica_id, pago_em);

create table public.orcamentos (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  total numeric(12, 2) not null,
  criado_em timestamptz not null default now()
);
create index orcamentos_clinica_idx on public.orcamentos (clinica_id, criado_em);
create index orcamentos_paciente_idx on public.orcamentos (paciente_id);

create table public.mensagens (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  corpo text not null,
  enviada_em timestamptz not null default now()
);
create index mensagens_clinica_idx on public.mensagens (clinica_id, enviada_em);
create index mensagens_paciente_idx on public.mensagens (paciente_id);

create table public.documentos (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  payload jsonb,
  criado_em timestamptz not null default now()
);
create index documentos_clinica_idx on public.documentos (clinica_id, criado_em);

create table public.bloqueios_agenda (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  motivo text,
  periodo tstzrange not null
);
create index bloqueios_agenda_clinica_idx on public.bloqueios_agenda (clinica_id);

create table public.alertas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  texto text not null,
  criado_em timestamptz not null default now()
);
create index alertas_clinica_idx on public.alertas (clinica_id, criado_em);

create table public.etiquetas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  unique (clinica_id, nome)
);

create table public.lembretes (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  texto text not null,
  quando timestamptz not null
);
create index lembretes_clinica_idx on public.lembretes (clinica_id, quando);

create table public.convenios (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  unique (clinica_id, nome)
);

create table public.anamneses (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id) on delete set null,
  respostas jsonb not null,
  criado_em timestamptz not null default now()
);
create index anamneses_clinica_idx on public.anamneses (clinica_id, criado_em);
create index anamneses_paciente_idx on public.anamneses (paciente_id);

create table public.leads (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  telefone text not null,
  criado_em timestamptz not null default now()
);
create index leads_clinica_idx on public.leads (clinica_id, criado_em);

create table public.fila_espera (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid not null references public.pacientes (id),
  desde timestamptz not null default now()
);
create index fila_espera_clinica_idx on public.fila_espera (clinica_id, desde);
create index fila_espera_paciente_idx on public.fila_espera (paciente_id);

create table public.campanhas (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  titulo text not null,
  criado_em timestamptz not null default now()
);
create index campanhas_clinica_idx on public.campanhas (clinica_id, criado_em);

create table public.avaliacoes (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  paciente_id uuid references public.pacientes (id),
  nota integer not null,
  publica boolean not null default false
);
create index avaliacoes_clinica_idx on public.avaliacoes (clinica_id);
create index avaliacoes_paciente_idx on public.avaliacoes (paciente_id);
alter table public.avaliacoes add constraint avaliacoes_nota_check check (nota between 1 and 5) not valid;

create table public.turnos (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  usuario text not null,
  inicio timestamptz not null
);
create index turnos_clinica_idx on public.turnos (clinica_id, inicio);

create table public.grupos_familiares (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  responsavel_id uuid,
  nome text not null
);
create index grupos_familiares_clinica_idx on public.grupos_familiares (clinica_id);

create table public.estoque (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid references public.clinicas (id),
  produto text not null,
  quantidade integer not null
) with (autovacuum_enabled = false);
create index estoque_clinica_idx on public.estoque (clinica_id);

create table public.salas (
  id uuid primary key,
  clinica_id uuid not null,
  nome text not null
);
create index salas_clinica_idx on public.salas (clinica_id);

create table public.importacao_pacientes (
  clinica_id uuid not null references public.clinicas (id),
  nome text,
  cpf text,
  linha integer
);
create index importacao_pacientes_clinica_idx on public.importacao_pacientes (clinica_id);

create table public.integracoes (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  fornecedor text not null,
  api_token text not null
);
create index integracoes_clinica_idx on public.integracoes (clinica_id);

create table public.protocolos (
  id serial primary key,
  clinica_id uuid not null references public.clinicas (id),
  aberto_em timestamptz not null default now()
);
create index protocolos_clinica_idx on public.protocolos (clinica_id, aberto_em);

create table public.andamentos (
  id bigint generated always as identity primary key,
  clinica_id uuid not null references public.clinicas (id),
  protocolo_id bigint not null references public.protocolos (id),
  texto text not null
);
create index andamentos_clinica_idx on public.andamentos (clinica_id);
create index andamentos_protocolo_idx on public.andamentos (protocolo_id);

create table public."PacienteObs" (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  "Texto Livre" text,
  "select" text
);
create index paciente_obs_clinica_idx on public."PacienteObs" (clinica_id);

create table public.servicos (
  id uuid primary key default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  nome text not null,
  preco numeric(12, 2) not null
);
create index servicos_clinica_idx on public.servicos (clinica_id);

-- Movements, by month.
create table public.movimentos (
  id uuid not null default gen_random_uuid(),
  clinica_id uuid not null references public.clinicas (id),
  ocorrido_em timestamptz not null,
  descricao text not null,
  primary key (id, ocorrido_em)
) partition by range (ocorrido_em);
create index movimentos_clinica_idx on public.movimentos (clinica_id, ocorrido_em);
create table public.movimentos_2026_01 partition of public.movimentos for values from ('2026-01-01') to ('2026-02-01');
create table public.movimentos_2026_02 partition of public.movimentos for values from ('2026-02-01') to ('2026-03-01');
create table public.movimentos_2026_03 partition of public.movimentos for values from ('2026-03-01') to ('2026-04-01');

reset role;
