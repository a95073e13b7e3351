/**
 * What a name may say of a datum, in English and in Portuguese without accents: each pattern is a run of words, and the
 * first that occurs in the column's name wins.
 */
export const patterns: readonly (readonly [what: string, kind: 'pers' | 'sens' | 'sec', names: string])[] = [
  [
    'secret',
    'sec',
    'secret, api key, apikey, private key, access token, refresh token, token, otp seed, totp',
  ],
  ['password', 'sec', 'password, passwd, senha, passphrase, pin code'],
  ['HIV status', 'sens', 'hiv, aids, sorologia'],
  ['genetic data', 'sens', 'genetic, genetica, genome, genoma, dna'],
  [
    'biometric data',
    'sens',
    'biometric, biometria, biometrico, fingerprint, impressao digital, reconhecimento facial, ' +
      'template facial, voiceprint, digital biometrica, face embedding, iris scan',
  ],
  [
    'diagnosis',
    'sens',
    'diagnosis, diagnoses, diagnostico, diagnosticos, cid, cid 10, cid10, icd, icd10, icd 10, ' +
      'hipotese diagnostica, diagnostics, diagnostica, ciap, ciap2, snomed',
  ],
  [
    'health data',
    'sens',
    'chief complaint, queixa, anamnesis, anamnese, medical history, clinical notes, clinical note, ' +
      'clinical history, medical notes, vital signs, sinais vitais, blood pressure, pressao arterial, ' +
      'exame fisico, historico medico, historico clinico, historia clinica, antecedentes, ' +
      'conduta medica, conduta clinica, observacoes clinicas, laudo, laudos, atestado medico, ' +
      'evolucao, prontuario texto, allergies, allergy, alergia, alergias, medication, medications, ' +
      'medicamento, medicamentos, prescription text, prescription, prescriptions, prescricao, ' +
      'prescricoes, receituario, receita medica, posologia, vaccine, vaccines, vacina, vacinas, ' +
      'immunization, cirurgias, surgeries, internacao, symptoms, sintomas, blood type, tipo sanguineo, ' +
      'treatment plan, plano tratamento, lab result, lab results, test result, test results, ' +
      'resultado teste, resultado laboratorial, exam result, resultado exame, disease, doenca, ' +
      'doencas, health condition, comorbidities, comorbidades, pregnant, gestante, pregnancy, ' +
      'gravidez, gestacao, disability, deficiencia',
  ],
  ['religion', 'sens', 'religion, religiao, faith'],
  ['race or ethnicity', 'sens', 'race, raca, ethnicity, etnia, raca cor'],
  ['political opinion or union', 'sens', 'political, partido politico, union member, sindicato'],
  [
    'sex life or gender identity',
    'sens',
    'sexual orientation, orientacao sexual, gender identity, identidade genero, identidade de genero',
  ],
  ['CPF', 'pers', 'cpf, cpfs'],
  [
    'CNS (national health card)',
    'pers',
    'cns, cartao sus, cartao nacional saude, cartao nacional de saude, numero carteirinha, carteirinha',
  ],
  [
    'RG (identity card)',
    'pers',
    'rg, identity card, national id, documento identidade, carteira identidade, cnh, titulo eleitor',
  ],
  ['passport', 'pers', 'passport, passaporte'],
  ['social security number', 'pers', 'ssn, social security, pis, pasep, nis'],
  ['council number', 'pers', 'crm, cro, coren, crp, crefito, registro conselho, numero conselho'],
  ['e-mail address', 'pers', 'email, emails, e mail, mail'],
  [
    'telephone',
    'pers',
    'phone, phones, telefone, telefones, celular, celulares, mobile, cellphone, whatsapp, fone, tel',
  ],
  [
    'address',
    'pers',
    'address, endereco, enderecos, addresses, bairro, logradouro, street, rua, cep, zip code, ' +
      'zipcode, postal code',
  ],
  [
    'birth date',
    'pers',
    'birth date, birthdate, birthday, born on, born at, dtnasc, dt nasc, data nasc, nascido em, ' +
      'date of birth, dob, nascimento, data nascimento, dt nascimento',
  ],
  [
    'person’s name',
    'pers',
    'full name, fullname, nome completo, nome paciente, patient name, given name, family name, ' +
      'maiden name, father name, nome pai, nome do pai, nome responsavel, nome civil, first name, ' +
      'last name, surname, sobrenome, social name, nome social, mother name, nome mae, nome da mae, ' +
      'nome do paciente',
  ],
  [
    'bank or card number',
    'pers',
    'card number, cartao numero, conta corrente, pix, numero cartao, iban, bank account, ' +
      'conta bancaria, pix key, chave pix',
  ],
  ['photograph', 'pers', 'photo, foto, avatar, portrait'],
]
