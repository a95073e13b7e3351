import { byRules, controlsOf, notInCatalog, type Control } from './control'
import { captured, immutableTrail, isolation } from './rule-sets'

const sbis = controlsOf('SBIS', 'sbis', 'read')
const marcoCivil = controlsOf('Marco Civil', 'marco-civil', 'read')

/** Requirements of the S-RES manual that a schema can bear on, and the internet law. */
export const systemControls: readonly Control[] = [
  sbis(
    'ngs1-02',
    'NGS1.02',
    [
      'Passwords are stored hashed and salted, never readable.',
      'Senhas são guardadas com hash e sal, nunca legíveis.',
    ],
    byRules(
      ['S02', 'D05'],
      [
        'Lockout after failed tries and the idle lock are in the application.',
        'Bloqueio por tentativas e por inatividade ficam na aplicação.',
      ],
    ),
  ),
  sbis(
    'ngs1-03-06',
    'NGS1.03.06',
    [
      'Whoever administers the system has no access to clinical data by that.',
      'Quem administra o sistema não tem, por isso, acesso a dados clínicos.',
    ],
    byRules(
      ['T02', 'T32', 'P05', 'D04'],
      [
        'A superuser of the server always can; how its password is kept must be attested.',
        'O superusuário do servidor sempre pode; a guarda da sua senha precisa ser atestada.',
      ],
    ),
  ),
  sbis(
    'ngs1-03-09',
    'NGS1.03.09',
    [
      'One person, one account; accounts are never deleted.',
      'Uma pessoa, uma conta; contas nunca são apagadas.',
    ],
    notInCatalog(
      'Whether a login is shared cannot be seen from the catalog.',
      'Se um login é compartilhado não se vê no catálogo.',
    ),
  ),
  sbis(
    'ngs1-03-11',
    'NGS1.03.11',
    ['Nobody can edit their own rights.', 'Ninguém pode alterar os próprios direitos.'],
    byRules(['T18', 'T23', 'P01', 'P05', 'P08']),
  ),
  sbis(
    'ngs1-06-04',
    'NGS1.06.04',
    ['Data are kept apart by organisation.', 'Os dados são separados por organização.'],
    byRules(isolation),
  ),
  sbis(
    'ngs1-07-01',
    'NGS1.07.01',
    ['The audit trail is always on.', 'A trilha de auditoria está sempre ligada.'],
    byRules(captured),
  ),
  sbis(
    'ngs1-07-02',
    'NGS1.07.02',
    [
      'The audit trail cannot be changed, and only those entitled read it.',
      'A trilha de auditoria é imutável, e só quem tem direito a lê.',
    ],
    byRules(immutableTrail, [
      'Who may read the trail is judged by people; the access page shows it.',
      'Quem pode ler a trilha é julgado por pessoas; a página de acessos o mostra.',
    ]),
  ),
  sbis(
    'ngs1-07-03',
    'NGS1.07.03',
    [
      'The trail holds at least the events that the manual lists, reading included.',
      'A trilha contém ao menos os eventos que o manual lista, inclusive consulta.',
    ],
    byRules(
      ['A01', 'A04', 'A05', 'A12'],
      [
        'Sign-ins, prints and exports are recorded by the application.',
        'Entradas, impressões e exportações são registradas pela aplicação.',
      ],
    ),
  ),
  sbis(
    'ngs1-07-05',
    'NGS1.07.05',
    [
      'Each entry of the trail says at least who, when, what and on which record.',
      'Cada registro da trilha diz ao menos quem, quando, o quê e sobre qual registro.',
    ],
    byRules(['A11']),
  ),
  sbis(
    'ngs1-07-06',
    'NGS1.07.06',
    [
      'The trail holds no clinical data and nothing that identifies the patient.',
      'A trilha não contém dados clínicos nem a identificação do paciente.',
    ],
    notInCatalog(
      'What entries contain is in the rows, which are not read.',
      'O conteúdo dos registros está nas linhas, que não são lidas.',
    ),
  ),
  sbis(
    'ngs1-07-07',
    'NGS1.07.07–.08',
    [
      'The trail can be viewed by date, event, user and record, and exported.',
      'A trilha pode ser vista por data, evento, usuário e registro, e exportada.',
    ],
    notInCatalog(
      'A function of an application; the audit log page offers it for its own trail.',
      'É função de uma aplicação; a página da trilha a oferece para a sua própria.',
    ),
  ),
  sbis(
    'ngs1-09',
    'NGS1.09',
    [
      'Times come from the server and are stored without doubt about their zone.',
      'Os horários vêm do servidor e são guardados sem dúvida sobre o fuso.',
    ],
    byRules(
      ['K08', 'A11'],
      [
        'That the server’s clock is right is not in the catalog.',
        'Que o relógio do servidor está certo não consta do catálogo.',
      ],
    ),
  ),
  sbis(
    'ngs1-11-05',
    'NGS1.11.05–.06',
    [
      'Consents are kept by purpose, with who signed; revoking shows when, by whom and what changed.',
      'Consentimentos são guardados por finalidade, com quem assinou; a revogação mostra quando, por quem e o que mudou.',
    ],
    notInCatalog(
      'It is in the records; the consent pages show it.',
      'Está nos registros; as páginas de consentimentos o mostram.',
    ),
  ),
  sbis(
    'ngs1-11-07',
    'NGS1.11.07',
    [
      'Emergency access asks for a reason and is recorded.',
      'O acesso de emergência pede motivo e fica registrado.',
    ],
    notInCatalog('A function of the application.', 'É função da aplicação.'),
  ),
  sbis(
    'ngs1-12-01',
    'NGS1.12.01',
    [
      'Only its author corrects an entry, as a new version with a reason.',
      'Só o autor corrige um registro, em nova versão e com motivo.',
    ],
    notInCatalog(
      'Versions of entries are a design of the application that no rule recognises.',
      'Versões de registros são desenho da aplicação que nenhuma regra reconhece.',
    ),
  ),
  sbis(
    'ngs2',
    'NGS2.01–.04',
    [
      'Entries are signed with certificates that were valid at the time of signing.',
      'Os registros são assinados com certificados válidos no momento da assinatura.',
    ],
    notInCatalog('Signatures are validated outside the catalog.', 'Assinaturas se validam fora do catálogo.'),
  ),
  marcoCivil(
    '15',
    'art. 15',
    [
      'Access logs of the application are kept for six months, in secrecy and under control.',
      'Registros de acesso à aplicação são guardados por seis meses, sob sigilo e em ambiente controlado.',
    ],
    notInCatalog(
      'Access logs are written by the web server, outside the catalog.',
      'Registros de acesso são gravados pelo servidor web, fora do catálogo.',
    ),
  ),
  marcoCivil(
    '16',
    'art. 16',
    [
      'No more personal data are kept than the purpose needs.',
      'Não se guardam dados pessoais além do que a finalidade pede.',
    ],
    notInCatalog('Need is judged by people.', 'A necessidade é julgada por pessoas.'),
  ),
  marcoCivil(
    'decreto-8771',
    'Decreto 8.771/2016, art. 13',
    [
      'Access is controlled and recorded, sign-in is strong, and data are encrypted on their way.',
      'O acesso é controlado e registrado, a autenticação é forte e os dados trafegam cifrados.',
    ],
    byRules(
      ['P01', 'P05', 'S01', 'S02', 'S03'],
      ['Sign-in to the application is not seen here.', 'A autenticação na aplicação não é vista aqui.'],
    ),
    'unconfirmed',
  ),
]
