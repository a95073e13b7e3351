-- A few thousand rows, the same every time.
insert into public.clinicas (id, nome, cnpj)
values
  ('11111111-1111-4111-8111-111111111111', 'Clínica São Lucas', '11.222.333/0001-81'),
  ('22222222-2222-4222-8222-222222222222', 'Clínica Boa Vista', '22.333.444/0001-81');

create temporary table semente as
select
  n,
  md5('paciente ' || n)::uuid as id,
  case when n % 3 = 0 then '22222222-2222-4222-8222-222222222222' else '11111111-1111-4111-8111-111111111111' end::uuid as clinica_id,
  (array['Ana', 'Bruno', 'Carla', 'Diego', 'Elisa', 'Fábio', 'Gisele', 'Hugo'])[1 + n % 8] || ' '
    || (array['Souza', 'Lima', 'Rocha', 'Alves', 'Melo', 'Nunes', 'Costa'])[1 + n % 7] as nome
from generate_series(1, 400) as n;

insert into public.usuarios_clinicas (clinica_id, usuario_id, papel)
select c.id, md5('usuario ' || n)::uuid, (array['admin', 'medico', 'recepcao'])[1 + n % 3]
from public.clinicas c cross join generate_series(1, 6) as n;
insert into public.profissionais (id, clinica_id, nome, registro)
select md5('profissional ' || c.id || n)::uuid, c.id, 'Profissional ' || n, 'CRM ' || 10000 + n
from public.clinicas c cross join generate_series(1, 4) as n;
insert into public.pacientes (id, clinica_id, nome, cpf, email, telefone, nascimento)
select id, clinica_id, nome, '000.' || lpad((n / 1000)::text, 3, '0') || '.' || lpad(n::text, 3, '0') || '-' || lpad((n % 97)::text, 2, '0'),
  'p' || n || '@correio.example', '+55 11 90000-' || lpad(n::text, 4, '0'), date '1950-01-01' + n * 60
from semente;
insert into public.prontuarios (clinica_id, paciente_id, profissional_id, diagnostico, cid, registrado_em)
select s.clinica_id, s.id, md5('profissional ' || s.clinica_id || (1 + s.n % 4))::uuid, 'Melasma', 'L81.1', timestamptz '2026-01-02 12:00Z' + s.n * interval '5 hours'
from semente s;
insert into public.exames (clinica_id, paciente_id, tipo, resultado, colhido_em)
select clinica_id, id, 'hemograma', jsonb_build_object('hb', 12 + n % 4), timestamp '2026-01-05 09:00' + n * interval '3 hours' from semente;
insert into public.consultas (clinica_id, paciente_id, profissional_id, inicio, situacao, queixa)
select s.clinica_id, s.id, md5('profissional ' || s.clinica_id || (1 + (s.n + r) % 4))::uuid,
  timestamptz '2026-01-02 12:00Z' + (s.n * 3 + r * 1200) * interval '1 hour', (array['marcada', 'feita', 'faltou'])[1 + s.n % 3], 'Retorno'
from semente s cross join generate_series(0, 3) as r;
insert into public.receitas (id, clinica_id, paciente_id, texto)
select md5('receita ' || n)::uuid, clinica_id, id, 'Usar à noite por 60 dias' from semente where n % 2 = 0;
insert into public.itens_receita (receita_id, medicamento, dose)
select md5('receita ' || n)::uuid, 'Creme', 0.5 from semente where n % 2 = 0;
insert into public.faturas (id, clinica_id, paciente_id, valor, status, vencimento)
select md5('fatura ' || n)::uuid, clinica_id, id, (100 + n)::money, 'aberta', date '2026-02-01' + n from semente;
insert into public.pagamentos (clinica_id, fatura_id, valor)
select clinica_id, md5('fatura ' || n)::uuid, 100 + n from semente where n % 2 = 1;
insert into public.orcamentos (clinica_id, paciente_id, total) select clinica_id, id, 500 + n from semente where n % 4 = 0;
insert into public.mensagens (clinica_id, paciente_id, corpo) select clinica_id, id, 'Olá, confirma a consulta?' from semente;
insert into public.documentos (clinica_id, nome, payload) select clinica_id, 'termo.pdf', '{"origem":"scanner"}' from semente where n % 5 = 0;
insert into public.etiquetas (clinica_id, nome) select id, 'VIP' from public.clinicas;
insert into public.convenios (clinica_id, nome) select id, 'Particular' from public.clinicas;
insert into public.anamneses (clinica_id, paciente_id, respostas) select clinica_id, id, '{"alergias":"nenhuma"}' from semente where n % 3 = 0;
insert into public.leads (clinica_id, nome, telefone) select clinica_id, nome, '+55 11 98888-0000' from semente where n % 6 = 0;
insert into public.avaliacoes (clinica_id, paciente_id, nota, publica) select clinica_id, id, 1 + n % 5, n % 2 = 0 from semente where n % 3 = 0;
insert into public.estoque (clinica_id, produto, quantidade)
select case when n % 10 > 0 then clinica_id end, 'Ácido hialurônico lote ' || n, n % 7 from semente where n < 60;
insert into public.salas (id, clinica_id, nome) select md5('sala ' || id)::uuid, id, 'Sala 1' from public.clinicas;
insert into public.importacao_pacientes (clinica_id, nome, cpf, linha) select clinica_id, nome, '000.000.000-00', n from semente;
insert into public.integracoes (clinica_id, fornecedor, api_token) select id, 'mensageria', 'tok_exemplo_0001' from public.clinicas;
insert into public.servicos (clinica_id, nome, preco) select id, 'Limpeza de pele', 200 from public.clinicas;
insert into public.movimentos (clinica_id, ocorrido_em, descricao)
select clinica_id, timestamptz '2026-01-01 12:00Z' + n * interval '5 hours', 'movimento' from semente;
select setval('public.protocolos_id_seq', 2040000000);
insert into public.protocolos (clinica_id) select clinica_id from semente where n % 20 = 0;
insert into public.andamentos (clinica_id, protocolo_id, texto) select clinica_id, id, 'aberto' from public.protocolos;
drop table semente;
refresh materialized view public.mv_faturamento;

-- done last, "for speed", and forgotten
alter table public.prontuarios disable trigger auditoria;
alter table public.movimentos_2026_02 disable trigger auditoria;
