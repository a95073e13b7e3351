import { byRules, controlsOf, notInCatalog, type Control } from './control'
import { captured, effectivePolicies, immutableTrail, isolation } from './rule-sets'

const iso = controlsOf('ISO 27001', 'iso', 'agreed')

/** ISO/IEC 27001:2022, Annex A: the controls that a database catalog has something to say about. */
export const isoControls: readonly Control[] = [
  iso(
    '5-3',
    'A.5.3',
    [
      'Duties are kept apart: who uses the data does not own the trail about it.',
      'As funções são separadas: quem usa os dados não é dono da trilha sobre eles.',
    ],
    byRules(['A08', 'P06', 'T32']),
  ),
  iso(
    '5-9',
    'A.5.9',
    [
      'Information assets are listed with an owner: tables are described and owned by the right role.',
      'Os ativos de informação têm inventário e dono: tabelas descritas e pertencentes ao papel certo.',
    ],
    byRules(['N02', 'P06']),
  ),
  iso(
    '5-12',
    'A.5.12',
    ['Information is classified.', 'A informação é classificada.'],
    byRules(['D02', 'D06']),
  ),
  iso(
    '5-15',
    'A.5.15',
    [
      'Rules for access are set and take effect as they are meant.',
      'As regras de acesso existem e têm o efeito pretendido.',
    ],
    byRules([...'T01 T05 T08 T15 P01 P02 P03 P04 D03 D04'.split(' '), ...effectivePolicies]),
  ),
  iso(
    '5-16',
    'A.5.16',
    [
      'Identities are managed over their whole life.',
      'As identidades são geridas por todo o seu ciclo de vida.',
    ],
    byRules(['P07', 'P09']),
  ),
  iso(
    '5-17',
    'A.5.17',
    [
      'Passwords and keys are handed out and kept safely.',
      'Senhas e chaves são distribuídas e guardadas com segurança.',
    ],
    byRules(['S02', 'D05', 'P07']),
  ),
  iso(
    '5-18',
    'A.5.18',
    [
      'Access rights are granted, reviewed and removed by need.',
      'Os direitos de acesso são concedidos, revistos e retirados conforme a necessidade.',
    ],
    byRules(
      ['P01', 'P05', 'P09', 'T10', 'T33', 'D04'],
      ['That reviews take place must be attested.', 'Que as revisões acontecem precisa ser atestado.'],
    ),
  ),
  iso(
    '5-24',
    'A.5.24–5.27',
    [
      'Incidents are planned for, judged, answered and learnt from.',
      'Incidentes são previstos, avaliados, respondidos e geram aprendizado.',
    ],
    notInCatalog('A procedure.', 'É um procedimento.'),
  ),
  iso(
    '5-28',
    'A.5.28',
    ['Evidence is collected so that it holds.', 'As evidências são coletadas de modo que valham.'],
    byRules([...immutableTrail, 'A11']),
  ),
  iso(
    '5-33',
    'A.5.33',
    [
      'Records are protected from loss, destruction and falsification.',
      'Os registros são protegidos de perda, destruição e falsificação.',
    ],
    byRules([...immutableTrail, 'K07', 'K12', 'K13', 'D07', 'S06']),
  ),
  iso(
    '5-34',
    'A.5.34',
    ['Personal data are protected as the law asks.', 'Dados pessoais são protegidos como a lei pede.'],
    byRules(['D01', 'D02', 'D03', 'D04', 'D05', 'D06', 'D07']),
  ),
  iso(
    '8-2',
    'A.8.2',
    ['Privileged rights are few and under control.', 'Os direitos privilegiados são poucos e controlados.'],
    byRules(['P05', 'P06', 'T02', 'T32', 'T33']),
  ),
  iso(
    '8-3',
    'A.8.3',
    [
      'Access to information is restricted to those entitled.',
      'O acesso à informação é restrito a quem tem direito.',
    ],
    byRules([...isolation, 'D03', 'D04']),
  ),
  iso(
    '8-5',
    'A.8.5',
    ['Sign-in is secure.', 'A autenticação é segura.'],
    byRules(
      ['S01', 'S02'],
      ['Sign-in to the application is not seen here.', 'A autenticação na aplicação não é vista aqui.'],
    ),
  ),
  iso(
    '8-6',
    'A.8.6',
    [
      'Capacity is watched, so that the service stays available.',
      'A capacidade é acompanhada, para o serviço seguir disponível.',
    ],
    byRules('I01 I02 I03 I04 I05 I06 I07 I08 I09 T20 T21 O01 O02 O03 O04 S07'.split(' ')),
  ),
  iso(
    '8-8',
    'A.8.8',
    ['Known technical weaknesses are removed in time.', 'Falhas técnicas conhecidas são corrigidas a tempo.'],
    byRules(['S08', 'D08']),
  ),
  iso(
    '8-9',
    'A.8.9',
    [
      'Configurations are set, documented and kept: nothing overrides a control, policies say one thing once.',
      'As configurações são definidas, documentadas e mantidas: nada anula um controle, políticas dizem cada coisa uma vez.',
    ],
    byRules(['S05', 'T11', 'T12', 'T25', 'T37', 'X01']),
  ),
  iso(
    '8-10',
    'A.8.10',
    [
      'Information no longer needed is deleted, and does not linger in the files.',
      'A informação sem uso é eliminada, e não permanece nos arquivos.',
    ],
    byRules(['D07', 'I09', 'O03', 'O04']),
  ),
  iso(
    '8-11',
    'A.8.11',
    [
      'Sensitive data are masked where the full value is not needed.',
      'Dados sensíveis são mascarados onde o valor inteiro não é necessário.',
    ],
    byRules(['D01', 'D03']),
  ),
  iso(
    '8-12',
    'A.8.12',
    [
      'Data do not leak by side ways: views, copies, replication, foreign servers, error messages.',
      'Os dados não vazam por vias laterais: visões, cópias, replicação, servidores externos, mensagens de erro.',
    ],
    byRules(['T28', 'T29', 'T30', 'T34', 'T35', 'T36', 'D03', 'P08']),
  ),
  iso(
    '8-13',
    'A.8.13',
    ['Backups are made, kept and tried.', 'Cópias de segurança são feitas, mantidas e testadas.'],
    byRules(
      ['S06'],
      ['That a restore was tried must be attested.', 'Que uma restauração foi testada precisa ser atestado.'],
    ),
  ),
  iso(
    '8-15',
    'A.8.15',
    [
      'Activities are logged, and the logs are protected.',
      'As atividades são registradas, e os registros são protegidos.',
    ],
    byRules([...captured, ...immutableTrail, 'A11', 'A12', 'S03', 'S04']),
  ),
  iso(
    '8-17',
    'A.8.17',
    ['Times of different systems can be compared.', 'Horários de sistemas diferentes são comparáveis.'],
    byRules(
      ['K08'],
      [
        'The synchronisation of the clock itself is not in the catalog.',
        'A sincronização do relógio em si não está no catálogo.',
      ],
    ),
  ),
  iso(
    '8-18',
    'A.8.18',
    [
      'Tools that could override controls are restricted.',
      'Ferramentas capazes de anular controles são restritas.',
    ],
    byRules(['P05', 'P08', 'S05']),
  ),
  iso(
    '8-24',
    'A.8.24',
    [
      'Cryptography protects data on their way and where they rest.',
      'A criptografia protege os dados em trânsito e em repouso.',
    ],
    byRules(
      ['S01', 'D01', 'D05'],
      [
        'Encryption of discs and the keeping of keys are not seen here.',
        'Cifra de discos e guarda de chaves não são vistas aqui.',
      ],
    ),
  ),
  iso(
    '8-26',
    'A.8.26',
    [
      'Applications meet their security requirements: keys, types and constraints hold what is stored.',
      'As aplicações atendem aos requisitos de segurança: chaves, tipos e restrições sustentam o que é guardado.',
    ],
    byRules(['K01', 'K02', 'K03', 'K09', 'K10', 'K11']),
  ),
  iso(
    '8-27',
    'A.8.27',
    [
      'Systems are built on secure principles: closed by default, no hidden way with the rights of another.',
      'Os sistemas seguem princípios seguros: fechados por padrão, sem via oculta com direitos de outro.',
    ],
    byRules(['T26', 'T27', 'T28', 'T37', 'P03', 'P04']),
  ),
  iso(
    '8-28',
    'A.8.28',
    [
      'Code is written securely: functions and policies hold against misuse.',
      'O código é escrito com segurança: funções e políticas resistem ao mau uso.',
    ],
    byRules(['T16', 'T18', 'T22', 'T24', 'T26', 'N01']),
  ),
  iso(
    '8-32',
    'A.8.32',
    ['Changes are approved and traceable.', 'As mudanças são aprovadas e rastreáveis.'],
    byRules(
      ['P09', 'X02'],
      ['Approval itself is outside the catalog.', 'A aprovação em si está fora do catálogo.'],
    ),
  ),
]
