-- Fails on its duplicates and leaves the index behind, invalid. Outside a transaction, so apart from the other files.
create unique index concurrently importacao_pacientes_cpf_idx on public.importacao_pacientes (cpf);
