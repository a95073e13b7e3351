import { byRules, controlsOf, notInCatalog, type Control } from './control'
import { immutableTrail, isolation, keptRecords, leastPrivilege } from './rule-sets'

const cfm = controlsOf('CFM', 'cfm', 'read')
const law13787 = controlsOf('Lei 13.787', 'lei-13787', 'read')
const anvisa = controlsOf('ANVISA', 'anvisa', 'read')

/** Councils, the law on digital charts, and sanitary rules. */
export const healthControls: readonly Control[] = [
  cfm(
    '1638-5',
    '1.638/2002, art. 5',
    ['Chart entries carry their date and who made them.', 'Os registros do prontuário têm data e autoria.'],
    byRules(
      ['K08', 'K12', 'A11'],
      [
        'Completeness of a chart (identification, history, diagnosis, treatment) is read in the records.',
        'A completude do prontuário (identificação, anamnese, diagnóstico, tratamento) vê-se nos registros.',
      ],
    ),
  ),
  cfm(
    '1821-3',
    '1.821/2007, arts. 3–4',
    [
      'Paper is given up only in a system that meets every NGS2 requirement.',
      'O papel só é dispensado em sistema que atende a todos os requisitos de NGS2.',
    ],
    notInCatalog(
      'Signatures and certificates are validated outside the catalog; NGS1 requirements are assessed one by one under SBIS.',
      'Assinaturas e certificados se validam fora do catálogo; os requisitos NGS1 são avaliados um a um em SBIS.',
    ),
  ),
  cfm(
    '1821-7',
    '1.821/2007, art. 7',
    [
      'The electronic chart is kept permanently: no deletion of a parent row takes it along.',
      'O prontuário eletrônico tem guarda permanente: a exclusão de uma linha pai não o leva junto.',
    ],
    byRules(keptRecords, [
      'Law 13.787/2018 allows disposal after 20 years; which reading holds is decided by the commission.',
      'A Lei 13.787/2018 permite o descarte após 20 anos; a comissão decide qual leitura adotar.',
    ]),
  ),
  cfm(
    '2299',
    '2.299/2021, arts. 1–4',
    [
      'Documents that leave the clinic are signed with ICP-Brasil and can be validated.',
      'Documentos que saem da clínica são assinados com ICP-Brasil e podem ser validados.',
    ],
    notInCatalog(
      'Validity of a signature is a property of the document.',
      'A validade da assinatura é propriedade do documento.',
    ),
  ),
  cfm(
    '2314',
    '2.314/2022, arts. 3, 15',
    [
      'A remote consultation is recorded in the chart, in a system with NGS2, with the consent of the patient.',
      'A teleconsulta é registrada no prontuário, em sistema com NGS2, com consentimento do paciente.',
    ],
    notInCatalog(
      'Consent and record are in the data, NGS2 in signatures. Secrecy and trail of the storage are assessed under SBIS and Law 13.787.',
      'Consentimento e registro estão nos dados, NGS2 nas assinaturas. Sigilo e trilha do armazenamento são avaliados em SBIS e na Lei 13.787.',
    ),
    'agreed',
  ),
  cfm(
    '2454',
    '2.454/2026',
    [
      'Use of artificial intelligence in care is told to the patient, may be refused, and stands in the chart.',
      'O uso de inteligência artificial no atendimento é informado, pode ser recusado e consta do prontuário.',
    ],
    notInCatalog('It stands in the records.', 'Está nos registros.'),
    'agreed',
  ),
  law13787(
    '2',
    'art. 2',
    [
      'Digitising keeps integrity, authenticity and confidentiality of the whole document.',
      'A digitalização preserva integridade, autenticidade e confidencialidade do documento inteiro.',
    ],
    notInCatalog('It concerns the scanned files.', 'Diz respeito aos arquivos digitalizados.'),
  ),
  law13787(
    '3',
    'art. 3',
    [
      'Paper is destroyed only after a permanent commission has reviewed it.',
      'O papel só é destruído após análise de comissão permanente.',
    ],
    notInCatalog('Minutes of a commission.', 'Está na ata de uma comissão.'),
  ),
  law13787(
    '4',
    'art. 4',
    [
      'Storage of charts is protected from unauthorised access, use, change, copying and destruction.',
      'O armazenamento dos prontuários é protegido de acesso, uso, alteração, cópia e destruição não autorizados.',
    ],
    byRules([...isolation, ...leastPrivilege, ...immutableTrail, 'K07', 'S05', 'S06']),
  ),
  law13787(
    '6',
    'art. 6',
    [
      'A chart may be disposed of no earlier than 20 years after its last entry, and only by decision.',
      'O prontuário só pode ser descartado 20 anos após o último registro, e por decisão.',
    ],
    byRules(
      [...keptRecords, 'D07'],
      [
        'The catalog shows that nothing disposes of charts on the side; the period counts from each chart’s last entry.',
        'O catálogo mostra que nada descarta prontuários de lado; o prazo conta do último registro de cada um.',
      ],
    ),
  ),
  anvisa(
    'rdc-36',
    'RDC 36/2013',
    [
      'Adverse events are recorded and reported in time by the patient safety unit.',
      'Eventos adversos são registrados e notificados no prazo pelo Núcleo de Segurança do Paciente.',
    ],
    notInCatalog('A procedure with a clock.', 'É um procedimento com prazo.'),
  ),
  anvisa(
    'rdc-509',
    'RDC 509/2021, art. 19',
    [
      'Drugs, devices and cosmetics can be traced from entry to discard: from lot to procedure to patient.',
      'Medicamentos, produtos para saúde e cosméticos são rastreáveis da entrada ao descarte: do lote ao procedimento e ao paciente.',
    ],
    notInCatalog(
      'No rule yet recognises which tables hold lots and procedures, so a complete path between them is not claimed.',
      'Ainda não há regra que reconheça as tabelas de lotes e procedimentos; por isso não se afirma que o caminho entre elas é completo.',
    ),
  ),
  anvisa(
    'rdc-657',
    'RDC 657/2022',
    [
      'Software that works as a medical device is regularised as one.',
      'Software que funciona como dispositivo médico é regularizado como tal.',
    ],
    notInCatalog(
      'A registration, not a property of the schema.',
      'É um registro, não uma propriedade do esquema.',
    ),
  ),
  anvisa(
    'rdc-1000',
    'RDC 1.000/2025',
    [
      'Electronic prescriptions of controlled drugs come from systems that are integrated with SNCR.',
      'Receitas eletrônicas de controlados vêm de sistemas integrados ao SNCR.',
    ],
    notInCatalog('An integration outside the database.', 'É uma integração fora do banco.'),
    'agreed',
  ),
]
