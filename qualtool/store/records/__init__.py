"""What people did and brought: texts, codes, codings, answers, people, schools, propositions, audits."""
