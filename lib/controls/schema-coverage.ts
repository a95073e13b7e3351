import { byRules, controlsOf, notInCatalog, type Control } from './control'
import { captured, immutableTrail } from './rule-sets'

const coverage = controlsOf('Tabellion', 'coverage', 'read')

/** What a schema for clinics has to show, table by table: eighteen checks, each by rules or said to be beyond a catalog. */
export const coverageControls: readonly Control[] = [
  coverage(
    'sc-01',
    'SC-01',
    [
      'Each table of a tenant carries its key, never null, first in an index.',
      'Cada tabela de um inquilino traz a chave dele, nunca nula e primeira em um índice.',
    ],
    byRules(['K04', 'K05', 'I06']),
  ),
  coverage(
    'sc-02',
    'SC-02',
    [
      'Row-level security is on and forced, with a policy that binds for each command, and no application role is exempt.',
      'A segurança por linha está ligada e forçada, com política efetiva para cada comando, e nenhum papel da aplicação é isento.',
    ],
    byRules(['T01', 'T02', 'T03', 'T05', 'T09', 'T15', 'T32']),
  ),
  coverage(
    'sc-03',
    'SC-03',
    ['New rows are checked as old ones are.', 'Linhas novas são verificadas como as existentes.'],
    byRules(['T06', 'T07']),
  ),
  coverage(
    'sc-04',
    'SC-04',
    [
      'Foreign keys between tables of tenants carry the tenant.',
      'Chaves estrangeiras entre tabelas de inquilinos levam o inquilino.',
    ],
    byRules(['K06']),
  ),
  coverage(
    'sc-05',
    'SC-05',
    [
      'Deleting a parent never deletes clinical rows.',
      'Excluir um registro pai nunca exclui linhas clínicas.',
    ],
    byRules(['K07', 'A09']),
  ),
  coverage(
    'sc-06',
    'SC-06',
    ['Changes and reads reach the trail.', 'Alterações e consultas chegam à trilha.'],
    byRules(
      [...captured, 'A12'],
      [
        'Which reads the application records is in the application.',
        'Quais consultas a aplicação registra está na aplicação.',
      ],
    ),
  ),
  coverage(
    'sc-07',
    'SC-07',
    [
      'What must not change cannot be changed, deleted or truncated.',
      'O que não pode mudar não pode ser alterado, excluído nem truncado.',
    ],
    byRules(immutableTrail),
  ),
  coverage(
    'sc-08',
    'SC-08',
    ['Each column has a class.', 'Cada coluna tem uma classe.'],
    byRules(['D02', 'N02']),
  ),
  coverage(
    'sc-09',
    'SC-09',
    [
      'Identifiers and sensitive texts are encrypted, or excepted with a reason.',
      'Identificadores e textos sensíveis são cifrados, ou excetuados com motivo.',
    ],
    byRules(['D01', 'D05', 'D06']),
  ),
  coverage(
    'sc-10',
    'SC-10',
    ['Each table has a retention rule.', 'Cada tabela tem regra de retenção.'],
    byRules(['D07']),
  ),
  coverage(
    'sc-11',
    'SC-11',
    [
      'Each table of personal data belongs to an active processing activity.',
      'Cada tabela de dados pessoais pertence a uma atividade de tratamento ativa.',
    ],
    notInCatalog(
      'The activities are rows, which a scan does not read.',
      'As atividades são linhas, que a verificação não lê.',
    ),
  ),
  coverage(
    'sc-12',
    'SC-12',
    [
      'What needs consent asks for it before it writes.',
      'O que precisa de consentimento o exige antes de gravar.',
    ],
    notInCatalog(
      'Which table needs consent for which purpose is a decision of people.',
      'Qual tabela precisa de consentimento, e para quê, é decisão de pessoas.',
    ),
  ),
  coverage(
    'sc-13',
    'SC-13',
    [
      'No unique key over personal data reaches across tenants.',
      'Nenhuma chave única sobre dados pessoais atravessa inquilinos.',
    ],
    byRules(['T34']),
  ),
  coverage(
    'sc-14',
    'SC-14',
    [
      'Views run with the rights of who asks; definer functions fix their path.',
      'Visões rodam com os direitos de quem consulta; funções definer fixam o caminho.',
    ],
    byRules(['T26', 'T28']),
  ),
  coverage('sc-15', 'SC-15', ['Times carry their zone.', 'Horários levam o fuso.'], byRules(['K08'])),
  coverage(
    'sc-16',
    'SC-16',
    ['States come from a closed list.', 'Estados vêm de uma lista fechada.'],
    byRules(
      ['K10'],
      [
        'Whether the list is the agreed one is for people to compare.',
        'Se a lista é a combinada, pessoas comparam.',
      ],
    ),
  ),
  coverage(
    'sc-17',
    'SC-17',
    [
      'Documents that must be signed have a signature and its validation.',
      'Documentos que exigem assinatura têm assinatura e validação.',
    ],
    notInCatalog(
      'Which documents must be signed, and whether a signature is valid, is not in the catalog.',
      'Quais documentos exigem assinatura, e se ela é válida, não está no catálogo.',
    ),
  ),
  coverage(
    'sc-18',
    'SC-18',
    ['Nothing is granted to PUBLIC.', 'Nada é concedido a PUBLIC.'],
    byRules(['P01', 'P02', 'P03', 'P04']),
  ),
]
