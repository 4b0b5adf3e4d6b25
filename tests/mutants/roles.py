"""Which faults would let somebody do what the role matrix says they may not, or tell them more than it says?"""

from tests.mutants.mutant import Mutant

MUTATIONS = "tests/roles/test_matrix.py::test_each_mutation_is_for_whom_and_for_which_scope_the_matrix_says"
VOLUNTEERS, WORKERS, HOURS = f"{MUTATIONS}[ours-volunteers]", f"{MUTATIONS}[ours-workers]", f"{MUTATIONS}[ours-hours]"

# fmt: off
ROLES = (
    Mutant(
        "the scope comes later", "api/engine/run.py",
        "source.rules.demand_scope(actor, source.command.__name__)", "source.rules.scope(source.command.__name__)",
        "a token that is not meant for it hears what is there and who somebody is", VOLUNTEERS,
    ),
    Mutant(
        "an application has signed in", "domain/access.py",
        "return None if self.is_client else self.id", "return self.id",
        "a program verifies certificates, and hours, that nobody answers for", WORKERS,
    ),
    Mutant(
        "what is unseen is only not allowed", "domain/access.py",
        "if not self._sees(actor, row, *others):", "if False:",
        "whoever guesses ids learns which there are", HOURS,
    ),
)
