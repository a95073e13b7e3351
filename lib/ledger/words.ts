import type { Sentence } from '@/lib/errors'
import type { CheckId, Note, ProblemKind } from './report'

/** What each check looks at. */
export const checkWords: Readonly<Record<CheckId, Sentence>> = {
  content: w('entries against their sealed hashes', 'registros contra seus hashes selados'),
  tree: w('hashes against the sealed tree', 'hashes contra a árvore selada'),
  membership: w(
    'every committed entry in exactly one block',
    'cada registro confirmado em exatamente um bloco',
  ),
  checkpoints: w('signed checkpoints of the database', 'pontos de verificação assinados do banco'),
  witnesses: w('checkpoints held elsewhere', 'pontos de verificação guardados fora'),
  rows: w('rows as they stand against the log', 'linhas como estão contra a trilha'),
  configuration: w('owners, rights, triggers and functions', 'donos, direitos, gatilhos e funções'),
}

/** What is wrong, and what could have done it. */
export const problemWords: Readonly<
  Record<ProblemKind, { readonly what: Sentence; readonly how: Sentence }>
> = {
  content: p(
    'an entry says something else than when it was sealed',
    'um registro diz outra coisa do que quando foi selado',
    'Somebody with a superuser’s rights or the files in hand changed it, or the disk did.',
    'Alguém com direitos de superusuário ou com os arquivos em mãos o alterou, ou o disco.',
  ),
  missing: p(
    'a sealed entry is gone',
    'um registro selado sumiu',
    'Somebody with a superuser’s rights deleted it, or an archived partition was taken away without its proofs.',
    'Alguém com direitos de superusuário o apagou, ou uma partição arquivada saiu sem suas provas.',
  ),
  misplaced: p(
    'an entry is in a block that could not see its transaction',
    'um registro está num bloco que não via sua transação',
    'The entry’s transaction or the block’s snapshots were changed after the fact.',
    'A transação do registro ou os instantâneos do bloco foram alterados depois.',
  ),
  stray: p(
    'an entry of the past is in no block',
    'um registro do passado não está em bloco algum',
    'It was inserted after its time, with a transaction number of the past.',
    'Foi inserido depois do seu tempo, com um número de transação do passado.',
  ),
  chain: p(
    'a block does not follow the one before',
    'um bloco não segue o anterior',
    'A block was taken out, put in or changed.',
    'Um bloco foi tirado, posto ou alterado.',
  ),
  root: p(
    'the hashes do not lead to the root of their block',
    'os hashes não levam à raiz do seu bloco',
    'Hashes were forged together with an entry, or a block was made up.',
    'Hashes foram forjados junto com um registro, ou um bloco foi inventado.',
  ),
  node: p(
    'a stored root of a subtree is wrong or missing',
    'uma raiz guardada de subárvore está errada ou falta',
    'It was changed or deleted; proofs made from it would not hold.',
    'Foi alterada ou apagada; provas feitas com ela não valeriam.',
  ),
  signature: p(
    'a checkpoint is not signed by a key that is trusted here',
    'um ponto de verificação não foi assinado por uma chave confiável aqui',
    'It was forged, signed with another key, or this home folder lacks the key that signed it.',
    'Foi forjado, assinado com outra chave, ou falta nesta pasta a chave que o assinou.',
  ),
  forked: p(
    'a checkpoint has another root than the log at that size',
    'um ponto de verificação tem raiz diferente da raiz da trilha naquele tamanho',
    'History up to there was rewritten after the checkpoint was signed, or two histories were shown to two people.',
    'A história até ali foi reescrita depois da assinatura, ou duas histórias foram mostradas a duas pessoas.',
  ),
  truncated: p(
    'a checkpoint covers more entries than the log has',
    'um ponto de verificação cobre mais registros do que a trilha tem',
    'The end of the log was cut off, or an older backup was put in its place.',
    'O fim da trilha foi cortado, ou um backup mais antigo foi posto no lugar.',
  ),
  'row-differs': p(
    'a row is not as its last entry left it',
    'uma linha não está como seu último registro a deixou',
    'It was written with capture switched off, or the entry of its last change was deleted before it was sealed.',
    'Foi gravada com a captura desligada, ou o registro da última mudança foi apagado antes do selo.',
  ),
  'row-gone': p(
    'a row is gone and no entry says so',
    'uma linha sumiu e nenhum registro diz isso',
    'It was deleted with capture switched off.',
    'Foi apagada com a captura desligada.',
  ),
  'row-back': p(
    'a row stands that the log says was deleted',
    'existe uma linha que a trilha diz ter sido apagada',
    'It was inserted with capture switched off.',
    'Foi inserida com a captura desligada.',
  ),
  'row-unrecorded': p(
    'a row stands that no entry speaks of',
    'existe uma linha de que nenhum registro fala',
    'It was inserted with capture switched off.',
    'Foi inserida com a captura desligada.',
  ),
  archive: p(
    'an archive has no entry that says so',
    'um arquivamento não tem registro que o diga',
    'Entries were deleted and an archive was made up to hide it.',
    'Registros foram apagados e um arquivamento foi inventado para esconder isso.',
  ),
  guard: p(
    'what the log rests on is not as it must be',
    'aquilo em que a trilha se apoia não está como deve',
    'A trigger, a right, an owner or a function was changed by somebody with the rights to do so.',
    'Um gatilho, um direito, um dono ou uma função foi alterado por quem tinha direitos para isso.',
  ),
}

/** What a person should know though nothing is proved wrong. */
export const noteWords: Readonly<Record<Note['kind'], Sentence>> = {
  'no-keys': w(
    'no public key here says whose signatures count',
    'nenhuma chave pública aqui diz quais assinaturas valem',
  ),
  'no-witness': w(
    'nobody outside holds a checkpoint: a rewritten or shortened log would not be found out',
    'ninguém de fora guarda um ponto de verificação: uma trilha reescrita ou encurtada não seria descoberta',
  ),
  'unreachable-witness': w('could not be asked', 'não pôde ser consultado'),
  'no-checkpoint': w('nothing is signed yet', 'nada foi assinado ainda'),
  'no-rights': w(
    'this login may not read it: compare as a superuser',
    'este login não pode ler: compare como superusuário',
  ),
  'not-asked': w('not compared', 'não comparadas'),
  'too-many-rows': w(
    'too many rows to compare unasked (--rows)',
    'linhas demais para comparar sem pedir (--rows)',
  ),
  'touched-rows': w(
    'rows that another transaction touched than their last entry’s: savepoints do that too',
    'linhas que outra transação tocou, não a do último registro: savepoints também fazem isso',
  ),
  'configuration-changed': w('changed', 'mudou'),
  'witness-agrees': w('holds', 'guarda'),
  archived: w(
    'left the log for this file; its entries are checked in the file, not here',
    'saiu da trilha para este arquivo; seus registros se conferem no arquivo, não aqui',
  ),
}

/** What `weaknesses` writes of the configuration, kept in reports as it is there, and the same in Portuguese. */
const guards: readonly (readonly [RegExp, string])[] = [
  [/^ledger_owner may sign in/, 'ledger_owner pode entrar'],
  [/^(\S+) belongs to (\S+)/, '$1 pertence a $2'],
  [/^(\S+) no longer refuses \((\S+)\)/, '$1 deixou de recusar ($2)'],
  [/^(\S+) has ([A-Z]+) on (\S+)/, '$1 tem $2 em $3'],
  [/^(\S+) is not closed/, '$1 não está fechada'],
  [/^rule (.+?) on /, 'regra $1 em '],
  [/^(\S+) on (.+) is not always on/, '$1 em $2 não está sempre ligado'],
  [/^(\S+) on (.+) runs (\S+)/, '$1 em $2 executa $3'],
  [/^(\S+) on (.+) does not see every change/, '$1 em $2 não vê todas as mudanças'],
  [/^([A-Z]+) of (.+) is not captured/, '$1 de $2 não é capturado'],
  [/^capture of (.+) was rewritten/, 'a captura de $1 foi reescrita'],
  [/, seen (\S+)$/, ', visto em $1'],
  [/^block (\d+)$/, 'bloco $1'],
  [/^level (\d+)$/, 'nível $1'],
]

/** A line about what the log rests on, in the reader's language. */
export const guardLine = (about: string, locale: string): string =>
  locale === 'pt-BR' ? guards.reduce((text, [is, pt]) => text.replace(is, pt), about) : about

/** How a configuration's own lines begin, and what each says in Portuguese; names, rights and hashes stay. */
const lines: readonly (readonly [RegExp, string])[] = [
  [/owner (\S+) of (\S+) rls (\S+) forced (\S+)/, 'dono $1 de $2, rls $3, forçado $4'],
  [/right (\S+) on (.+) for (\S+)$/, 'direito $1 em $2 para $3'],
  [/policy (.+?) on (.+?) for /, 'política $1 em $2 para '],
  [/member (\S+) of (\S+)/, 'membro $1 de $2'],
  [/login of (\S+) (\S+)/, 'entrada de $1: $2'],
  [/event trigger (\S+) on (\S+) enabled (\S) does /, 'gatilho de evento $1 em $2, ligado $3, executa '],
  [/trigger (\S+) on (.+) enabled (\S) does /, 'gatilho $1 em $2, ligado $3, executa '],
  [/trigger (\S+) on (.+) misses changes$/, 'gatilho $1 em $2 não vê todas as mudanças'],
  [/trigger (\S+) on (.+) is for other events$/, 'gatilho $1 em $2 é para outros eventos'],
  [/rule (.+?) on /, 'regra $1 em '],
  [/watched (.+)$/, 'sob auditoria: $1'],
  [/function (.+?) of (\S+) /, 'função $1 de $2 '],
  [/partition (.+) not closed$/, 'partição $1 não fechada'],
]

/** What a note is about, in the reader's language: one about a change of the configuration quotes a line of it, after its moment. */
export function noteAbout({ kind, about }: Note, locale: string): string {
  if (kind !== 'configuration-changed' || locale !== 'pt-BR') return about
  const [, when = '', sign = '', line = about] = /^(\S+) ([−+]) (.*)$/s.exec(about) ?? []
  const [is, pt] = lines.find(([begins]) => begins.test(line) && line.search(begins) === 0) ?? []
  return `${when === 'now' ? 'agora' : when} ${sign} ${is && pt ? line.replace(is, pt) : line}`
}

function w(en: string, pt: string): Sentence {
  return { en, pt }
}
function p(en: string, pt: string, howEn: string, howPt: string) {
  return { what: w(en, pt), how: w(howEn, howPt) }
}
