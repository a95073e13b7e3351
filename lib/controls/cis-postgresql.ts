import { byRules, controlsOf, notInCatalog, type Control } from './control'

// Section numbers differ between editions of the benchmark, so each is shown as to be confirmed.
const cis = controlsOf('CIS PostgreSQL', 'cis', 'unconfirmed')

const policies = Array.from({ length: 37 }, (_, at) => `T${String(at + 1).padStart(2, '0')}`)

/** CIS PostgreSQL Benchmark: the sections that can be decided without the operating system. */
export const cisControls: readonly Control[] = [
  cis(
    '1-5',
    '1.5',
    [
      'The installed release is supported and up to date.',
      'A versão instalada tem suporte e está atualizada.',
    ],
    byRules(['S08']),
  ),
  cis(
    '2',
    '2',
    ['Files and directories have restrictive permissions.', 'Arquivos e pastas têm permissões restritas.'],
    notInCatalog(
      'File permissions belong to the operating system.',
      'Permissões de arquivos são do sistema operacional.',
    ),
  ),
  cis(
    '3-1',
    '3.1',
    [
      'The server log records what an inquiry needs.',
      'O log do servidor registra o que uma apuração precisa.',
    ],
    byRules(['S03']),
  ),
  cis(
    '3-2',
    '3.2',
    ['pgaudit is installed and records.', 'O pgaudit está instalado e registra.'],
    byRules(['S04', 'A12']),
  ),
  cis(
    '4-3',
    '4.3',
    [
      'Excessive administrative privileges are revoked.',
      'Privilégios administrativos em excesso são revogados.',
    ],
    byRules(['P05', 'P06']),
  ),
  cis(
    '4-4',
    '4.4',
    ['Logins that are not in use are locked.', 'Logins sem uso são bloqueados.'],
    byRules(
      ['P07'],
      [
        'When a login was last used is not in the catalog.',
        'Quando um login foi usado pela última vez não está no catálogo.',
      ],
    ),
  ),
  cis(
    '4-5',
    '4.5',
    ['Excessive privileges on functions are revoked.', 'Privilégios em excesso sobre funções são revogados.'],
    byRules(['P04', 'T26', 'T27']),
  ),
  cis(
    '4-6',
    '4.6',
    [
      'Excessive privileges to read and write data are revoked.',
      'Privilégios em excesso de leitura e gravação são revogados.',
    ],
    byRules(['P01', 'P03', 'D04', 'T33']),
  ),
  cis(
    '4-7',
    '4.7',
    ['Row-level security is configured correctly.', 'A segurança por linha está configurada corretamente.'],
    byRules(policies),
  ),
  cis(
    '4-10',
    '4.10',
    ['The public schema is protected.', 'O esquema public está protegido.'],
    byRules(['P02']),
  ),
  cis(
    '5-12',
    '5.12',
    ['Passwords are stored with SCRAM.', 'As senhas são guardadas com SCRAM.'],
    byRules(['S02']),
  ),
  cis(
    '6-8',
    '6.8',
    ['Connections are encrypted with TLS.', 'As conexões são cifradas com TLS.'],
    byRules(['S01']),
  ),
  cis(
    '6-9',
    '6.9',
    [
      'Extensions, cryptographic ones included, are installed where they belong and up to date.',
      'As extensões, inclusive de criptografia, estão no lugar certo e atualizadas.',
    ],
    byRules(['D08']),
  ),
  cis(
    '7-3',
    '7.3–7.4',
    [
      'Backups and archiving of the write-ahead log are configured and work.',
      'Cópias de segurança e arquivamento do WAL estão configurados e funcionam.',
    ],
    byRules(
      ['S06'],
      ['That a restore was tried must be attested.', 'Que uma restauração foi testada precisa ser atestado.'],
    ),
  ),
]
