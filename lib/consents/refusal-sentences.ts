import { Conflict, Denied, Invalid, NotFound, type Sentence } from '@/lib/errors'

type Make = (sentence: Sentence, cause: ErrorOptions) => Error

const conflict: Make = (sentence, cause) => new Conflict(sentence, cause)
const denied: Make = (sentence, cause) => new Denied(sentence, cause)
const missing: Make = (sentence, cause) => new NotFound(sentence, cause)
const invalid =
  (field?: string): Make =>
  (sentence, cause) =>
    new Invalid(sentence, field ? { [field]: sentence } : {}, cause)

const said = (en: string, pt: string): Sentence => ({ en, pt })

/** What the database's rules say, in the words of the person at the desk. The pattern is the rule's own text. */
export const sentences: readonly (readonly [rule: RegExp, make: Make, sentence: Sentence])[] = [
  [
    /^no such consent/,
    missing,
    said('This consent does not exist in your clinics.', 'Este consentimento não existe em suas clínicas.'),
  ],
  [
    /^only evidence kept elsewhere/,
    conflict,
    said(
      'Nothing was changed: this evidence is kept here, where its hash decides.',
      'Nada foi alterado: esta prova está guardada aqui, onde o hash decide.',
    ),
  ],
  [
    /^already decided/,
    conflict,
    said(
      'Somebody has already recorded the decision. Nothing was added; open the consent to see it.',
      'Alguém já registrou a decisão. Nada foi acrescentado; abra o consentimento para vê-la.',
    ),
  ],
  [
    /consent_records_one_pending_idx/,
    conflict,
    said(
      'A request for this purpose is already waiting for this patient. Open the form again to answer it.',
      'Já há uma solicitação sem resposta para esta finalidade. Abra o formulário de novo para respondê-la.',
    ),
  ],
  [
    /^this capture key belongs/,
    conflict,
    said(
      'This form was already used for another request. Open it again.',
      'Este formulário já foi usado para outra solicitação. Abra-o de novo.',
    ),
  ],
  [
    /^no term in use|^the term is not in use/,
    conflict,
    said(
      'The term is no longer in use. Open the form again to read the version in force.',
      'O termo não está mais em uso. Abra o formulário de novo para ler a versão vigente.',
    ),
  ],
  [
    /^the term was not in use when/,
    invalid('decidedAt'),
    said(
      'The term was not in use at that time: a decision cannot be older than its text.',
      'O termo não estava em uso naquele momento: a decisão não pode ser anterior ao texto.',
    ),
  ],
  [
    /^nobody has decided in the future/,
    invalid('decidedAt'),
    said('This time has not come yet.', 'Este momento ainda não chegou.'),
  ],
  [
    /consent_records_end_check/,
    invalid('declaredAt'),
    said(
      'The withdrawal cannot be earlier than the consent.',
      'A revogação não pode ser anterior ao consentimento.',
    ),
  ],
  [
    /^this purpose does not rest on consent/,
    conflict,
    said(
      'This purpose does not rest on consent: there is nothing to record.',
      'Esta finalidade não depende de consentimento: não há o que registrar.',
    ),
  ],
  [
    /^this purpose is not active/,
    conflict,
    said('This purpose is no longer active.', 'Esta finalidade não está mais ativa.'),
  ],
  [
    /^the patient has died/,
    conflict,
    said('The patient has died: nothing can be granted.', 'O paciente faleceu: nada pode ser concedido.'),
  ],
  [
    /^nobody collects their own/,
    denied,
    said(
      'Nobody collects their own consent as staff: ask a colleague.',
      'Ninguém colhe o próprio consentimento como equipe: peça a um colega.',
    ),
  ],
  [
    /^the curator signs/,
    invalid('signer'),
    said('The curator signs for this patient.', 'Quem assina por este paciente é o curador.'),
  ],
  [
    /^under 16/,
    invalid('signer'),
    said('Under 16 the legal representative signs.', 'Antes dos 16 anos quem assina é o responsável legal.'),
  ],
  [
    /^at 16 and 17/,
    invalid('signer'),
    said(
      'At 16 and 17 the patient and the legal representative both sign.',
      'Aos 16 e 17 anos assinam o paciente e o responsável legal.',
    ),
  ],
  [
    /^from 18/,
    invalid('signer'),
    said('From 18 on the patient signs alone.', 'A partir dos 18 anos o paciente assina sozinho.'),
  ],
  [
    /consent_records_signer_check/,
    invalid('representative'),
    said('Name the representative who signed.', 'Indique o responsável legal que assinou.'),
  ],
  [
    /^this representative could not sign/,
    invalid('representative'),
    said(
      'This representative could not sign on that day.',
      'Este responsável não podia assinar naquele dia.',
    ),
  ],
  [
    /^this representative does not answer|consent_records_representative_fkey/,
    invalid('representative'),
    said(
      'This representative does not answer for this kind of consent.',
      'Este responsável não responde por este tipo de consentimento.',
    ),
  ],
  [
    /^the period was over/,
    invalid('decidedAt'),
    said(
      'The period was over before it was recorded: file the paper, it is no consent now.',
      'O prazo já havia terminado antes do registro: arquive o papel, ele não vale como consentimento.',
    ),
  ],
  [
    /^this kind of consent is not/,
    conflict,
    said(
      'This kind of consent does not belong to this purpose.',
      'Este tipo de consentimento não pertence a esta finalidade.',
    ),
  ],
  [
    /^this record was merged/,
    conflict,
    said(
      'This record was merged into another: look the patient up again.',
      'Este cadastro foi unido a outro: busque o paciente de novo.',
    ),
  ],
  [
    /^the representatives disagree/,
    invalid('representative'),
    said(
      'The representatives disagree: the data protection officer decides, with the document.',
      'Os responsáveis divergem: quem decide é o encarregado, com o documento.',
    ),
  ],
  [
    /^a decision older than two working days/,
    conflict,
    said(
      'The decision is older than two working days: a second person records the same evidence.',
      'A decisão tem mais de dois dias úteis: uma segunda pessoa registra a mesma evidência.',
    ),
  ],
  [
    /^the kept file is not/,
    invalid('evidenceSha256'),
    said('The file and its hash do not belong together.', 'O arquivo e o hash não correspondem.'),
  ],
  [
    /^a link shows open requests/,
    conflict,
    said(
      'One of these was answered meanwhile. Nothing was sent; open the form again.',
      'Um destes já foi respondido. Nada foi enviado; abra o formulário de novo.',
    ),
  ],
  [
    /^refused less than 90 days ago/,
    invalid('ownWish'),
    said(
      'This was refused less than 90 days ago: the clinic does not ask again. Only whoever comes of their own wish decides anew.',
      'Houve recusa há menos de 90 dias: a clínica não pergunta de novo. Só decide outra vez quem vem por vontade própria.',
    ),
  ],
  [
    /^a finger mark stands on paper/,
    invalid('method'),
    said(
      'A finger mark stands on paper, beside its witnesses.',
      'A impressão digital fica no papel, ao lado das testemunhas.',
    ),
  ],
  [
    /^reading to somebody has one witness/,
    invalid('witnesses'),
    said(
      'Reading to somebody takes one witness, a finger mark two.',
      'A leitura para a pessoa pede uma testemunha; a impressão digital, duas.',
    ),
  ],
  [
    /^another person approves/,
    denied,
    said('Another person approves what you proposed.', 'Outra pessoa aprova o que você propôs.'),
  ],
  [
    /^this batch is decided/,
    conflict,
    said('Somebody has decided this batch meanwhile.', 'Alguém já decidiu este lote.'),
  ],
  [
    /^a batch has from 1/,
    conflict,
    said('Choose from 1 to 500 consents.', 'Escolha de 1 a 500 consentimentos.'),
  ],
  [
    /^merge into the record that stays/,
    conflict,
    said(
      'One of these records was merged before. Choose the record that stays, and one into which none was merged.',
      'Um destes cadastros já foi unido antes. Escolha o que fica, e um ao qual nenhum foi unido.',
    ),
  ],
  [
    /patient_merges_from_key/,
    conflict,
    said('This record was merged already. Nothing changed.', 'Este cadastro já foi unido. Nada mudou.'),
  ],
  [
    /patient_merges_two_check/,
    conflict,
    said('Choose two different records.', 'Escolha dois cadastros diferentes.'),
  ],
  [
    /^a dispute between representatives/,
    denied,
    said(
      'A dispute is recorded by the data protection officer of that clinic.',
      'Quem registra a divergência é o encarregado daquela clínica.',
    ),
  ],
  [
    /^nothing is held here/,
    conflict,
    said(
      'Nothing is held here, or what ended is not replayed yet.',
      'Nada está retido aqui, ou os términos ainda não foram repetidos.',
    ),
  ],
  [
    /^no such (link|task|batch)/,
    missing,
    said('This was not found, or it is closed.', 'Não encontrado, ou já encerrado.'),
  ],
  [
    /^this task is closed/,
    conflict,
    said('Somebody has closed this task meanwhile.', 'Alguém já encerrou esta tarefa.'),
  ],
  [
    /^this role does not|^asking for a consent is for|^only the data protection officer/,
    denied,
    said('Your role in this clinic does not record this.', 'Seu papel nesta clínica não registra isto.'),
  ],
]
