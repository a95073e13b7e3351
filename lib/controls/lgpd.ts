import { byRules, controlsOf, notInCatalog, type Control } from './control'
import { captured, immutableTrail, isolation, keptRecords, leastPrivilege } from './rule-sets'

const lgpd = controlsOf('LGPD', 'lgpd', 'read')

/** General Data Protection Law, Law 13.709/2018. */
export const lgpdControls: readonly Control[] = [
  lgpd(
    '5-ii',
    'art. 5, II',
    [
      'Health, genetic and biometric data, and the other kinds the law lists, are known as sensitive: each column carries its class.',
      'Dados de saúde, genéticos, biométricos e os demais que a lei lista são reconhecidos como sensíveis: cada coluna tem a sua classificação.',
    ],
    byRules(
      ['D02', 'D06'],
      [
        'Whether the class given to a column is the right one is a judgement of a person.',
        'Se a classe dada à coluna é a correta, quem decide é uma pessoa.',
      ],
    ),
  ),
  lgpd(
    '6-iii',
    'art. 6, III',
    [
      'Processing is limited to the least that the purpose needs: nobody reads personal data their work does not call for.',
      'O tratamento de dados se limita ao mínimo necessário: ninguém lê dados pessoais que o seu trabalho não pede.',
    ],
    byRules(
      ['D03', 'D04', 'P01'],
      [
        'Whether each datum is needed at all is decided activity by activity.',
        'Se cada dado é mesmo necessário decide-se atividade por atividade.',
      ],
    ),
  ),
  lgpd(
    '6-v',
    'art. 6, V',
    [
      'Personal data are exact, clear and up to date, as far as the schema can see to it.',
      'Os dados pessoais são exatos, claros e atualizados, no que o esquema pode garantir.',
    ],
    byRules(
      ['K01', 'K03', 'K08', 'K09', 'K10', 'K11'],
      ['The values themselves are not looked at.', 'Os valores em si não são examinados.'],
    ),
  ),
  lgpd(
    '6-vii',
    'art. 6, VII',
    [
      'Technical measures protect personal data from unauthorised access and from loss, change or disclosure.',
      'Medidas técnicas protegem os dados pessoais de acesso não autorizado e de perda, alteração ou divulgação.',
    ],
    byRules([...isolation, ...leastPrivilege, 'S01', 'S02', 'S05', 'S06']),
  ),
  lgpd(
    '6-viii',
    'art. 6, VIII',
    [
      'Harm is prevented before it happens: what is created tomorrow is born protected, and the server keeps working.',
      'O dano é evitado antes de ocorrer: o que for criado amanhã já nasce protegido, e o servidor segue funcionando.',
    ],
    byRules(['T37', 'P03', 'S07', 'S08', 'O01', 'O02']),
  ),
  lgpd(
    '6-x',
    'art. 6, X',
    [
      'The controller can show that it follows the rules: who did what is recorded, and what cannot be seen is named.',
      'O controlador consegue demonstrar que cumpre as regras: quem fez o quê fica registrado, e o que não se vê é declarado.',
    ],
    byRules([...captured, 'A11', 'N02', 'X01', 'X02']),
  ),
  lgpd(
    '8-2',
    'art. 8, §2',
    [
      'The controller can prove each consent: who, when, to which wording, by which means.',
      'O controlador consegue provar cada consentimento: quem, quando, qual texto, por qual meio.',
    ],
    notInCatalog(
      'The proof is in the records, not in the catalog; the consent pages show it consent by consent.',
      'A prova está nos registros, não no catálogo; as páginas de consentimentos a mostram um a um.',
    ),
  ),
  lgpd(
    '8-4',
    'art. 8, §4',
    [
      'Consent is given for stated purposes; a generic authorisation is void.',
      'O consentimento se refere a finalidades determinadas; autorização genérica é nula.',
    ],
    notInCatalog(
      'Whether a wording names its purpose is read in the wording.',
      'Se o termo nomeia a finalidade lê-se no próprio termo.',
    ),
  ),
  lgpd(
    '8-5',
    'art. 8, §5',
    [
      'Consent can be revoked at any time, free of charge and easily.',
      'O consentimento pode ser revogado a qualquer momento, de graça e com facilidade.',
    ],
    notInCatalog(
      'A procedure and its records; the consent pages hold it.',
      'É um procedimento e seus registros; está nas páginas de consentimentos.',
    ),
  ),
  lgpd(
    '11',
    'art. 11',
    [
      'Sensitive data are processed only on one of the legal bases of this closed list; legitimate interest is not among them.',
      'Dados sensíveis são tratados só com uma das bases legais desta lista fechada; legítimo interesse não está nela.',
    ],
    notInCatalog(
      'The legal basis belongs to the processing activity and is documented outside the catalog. Who can reach sensitive columns is assessed under arts. 6 and 46.',
      'A base legal pertence à atividade de tratamento e se documenta fora do catálogo. Quem alcança colunas sensíveis é avaliado nos arts. 6 e 46.',
    ),
  ),
  lgpd(
    '14',
    'art. 14',
    [
      'Data of children are processed in their best interest, with the consent of a parent or guardian where consent is the basis.',
      'Dados de crianças são tratados no seu melhor interesse, com consentimento de um responsável quando essa for a base.',
    ],
    notInCatalog(
      'Depends on the person and the record of the representative.',
      'Depende da pessoa e do registro do responsável legal.',
    ),
  ),
  lgpd(
    '15',
    'art. 15',
    [
      'Processing has an end: data that grow with every day have a rule for it.',
      'O tratamento de dados tem fim: dados que crescem todo dia têm uma regra para isso.',
    ],
    byRules(
      ['D07', 'K12'],
      [
        'The period itself, and whether it is kept to, must be attested.',
        'O prazo em si, e o seu cumprimento, precisam ser atestados.',
      ],
    ),
  ),
  lgpd(
    '16',
    'art. 16',
    [
      'Data that a law obliges to keep are kept; no deletion of something else takes them along.',
      'O que a lei manda guardar é guardado; nenhuma eliminação de outra coisa o leva junto.',
    ],
    byRules([...keptRecords, 'D07']),
  ),
  lgpd(
    '18',
    'art. 18',
    [
      'The rights of the data subject are answered: confirmation, access, correction, blocking, portability, erasure, information on sharing, revocation.',
      'Os direitos do titular são atendidos: confirmação, acesso, correção, bloqueio, portabilidade, eliminação, informação sobre compartilhamento, revogação.',
    ],
    notInCatalog(
      'Requests and their answers are a procedure with dates, not a property of the schema.',
      'Requisições e respostas são um procedimento com datas, não uma propriedade do esquema.',
    ),
  ),
  lgpd(
    '19',
    'art. 19',
    [
      'Confirmation and access are given at once in simple form, or in full within 15 days.',
      'Confirmação e acesso são dados de imediato em formato simplificado, ou completos em até 15 dias.',
    ],
    notInCatalog('A deadline of a procedure.', 'É o prazo de um procedimento.'),
  ),
  lgpd(
    '20',
    'art. 20',
    [
      'Decisions taken solely by automation can be reviewed on request.',
      'Decisões tomadas unicamente por automação podem ser revistas a pedido.',
    ],
    notInCatalog(
      'Which decisions are automated is not in the catalog.',
      'Quais decisões são automatizadas não está no catálogo.',
    ),
  ),
  lgpd(
    '33',
    'arts. 33–36',
    [
      'Data leave the country only by a mechanism that the law provides.',
      'Dados saem do país só por um mecanismo previsto em lei.',
    ],
    notInCatalog(
      'The catalog shows ways out (replication, foreign servers) but not the country they lead to.',
      'O catálogo mostra as saídas (replicação, servidores externos), mas não o país a que levam.',
    ),
  ),
  lgpd(
    '37',
    'art. 37',
    [
      'Operations on personal data are recorded by those who perform them, reads of sensitive data included.',
      'As operações com dados pessoais são registradas por quem as realiza, inclusive leituras de dados sensíveis.',
    ],
    byRules(
      [...captured, ...immutableTrail, 'A11', 'A12'],
      [
        'The register of processing activities (ROPA) itself is a document outside the catalog.',
        'O registro das operações de tratamento (ROPA) em si é um documento fora do catálogo.',
      ],
    ),
  ),
  lgpd(
    '38',
    'art. 38',
    [
      'An impact report (RIPD) exists for processing of high risk.',
      'Há relatório de impacto (RIPD) para o tratamento de alto risco.',
    ],
    notInCatalog('A document.', 'É um documento.'),
  ),
  lgpd(
    '41',
    'art. 41',
    [
      'A data protection officer is named and can be reached.',
      'Há encarregado(a) nomeado(a), com contato divulgado.',
    ],
    notInCatalog('An act of the clinic, not of its database.', 'É um ato da clínica, não do banco de dados.'),
  ),
  lgpd(
    '46',
    'art. 46',
    [
      'Security measures protect personal data from unauthorised access and from accidental or unlawful loss, change or disclosure.',
      'Medidas de segurança protegem os dados pessoais de acesso não autorizado e de perda, alteração ou divulgação acidental ou ilícita.',
    ],
    byRules(
      [...isolation, ...leastPrivilege, ...captured, ...immutableTrail].concat([
        'D01',
        'D03',
        'D04',
        'D05',
        'S01',
        'S02',
        'S05',
        'S06',
        'S08',
      ]),
      [
        'Measures outside the database (network, devices, people, tested backups) are not seen here.',
        'Medidas fora do banco (rede, equipamentos, pessoas, cópias testadas) não são vistas aqui.',
      ],
    ),
  ),
  lgpd(
    '46-2',
    'art. 46, §2',
    [
      'Protection is there from the design of the product on: a new table or function is not born open.',
      'A proteção existe desde a concepção: uma tabela ou função nova não nasce aberta.',
    ],
    byRules(['T37', 'P03', 'P04']),
  ),
  lgpd(
    '48',
    'art. 48',
    [
      'Incidents that may cause relevant risk are reported to the authority and to the data subjects, within three business days.',
      'Incidentes com risco relevante são comunicados à autoridade e aos titulares, em três dias úteis.',
    ],
    notInCatalog(
      'A procedure with a clock; the catalog knows no incident.',
      'É um procedimento com prazo; o catálogo não conhece incidentes.',
    ),
  ),
  lgpd(
    '49',
    'art. 49',
    [
      'Systems that process personal data are built to meet security requirements and good practice.',
      'Os sistemas que tratam dados pessoais são estruturados para atender a requisitos de segurança e boas práticas.',
    ],
    byRules(['T22', 'T26', 'T27', 'P05', 'P06', 'P08', 'S01', 'S02', 'S05', 'S06', 'S08']),
  ),
]
