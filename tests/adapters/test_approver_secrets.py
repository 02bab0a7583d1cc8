"""Secrets are kept as salted hashes of a named cost."""

from trimtab.adapters.approver_secrets import ScryptSecrets

SECRETS = ScryptSecrets()


def test_a_secret_matches_its_own_hash_and_no_other_does() -> None:
    made = SECRETS.hashed("correct horse battery")
    assert SECRETS.matches("correct horse battery", made)
    assert not SECRETS.matches("correct horse batterz", made)
    assert not SECRETS.matches("", made)


def test_the_same_secret_has_another_hash_each_time() -> None:
    assert SECRETS.hashed("correct horse battery") != SECRETS.hashed("correct horse battery")


def test_a_hash_says_what_it_cost_so_that_the_cost_can_be_raised() -> None:
    scheme, cost, block, lanes, *_ = SECRETS.hashed("correct horse battery").split("$")
    assert (scheme, int(cost) * int(block) * 128 * int(lanes)) == ("scrypt", 16 * 2**20)


def test_a_hash_of_another_scheme_matches_nothing() -> None:
    made = SECRETS.hashed("correct horse battery").replace("scrypt", "plain", 1)
    assert not SECRETS.matches("correct horse battery", made)


def test_ids_are_long_and_never_the_same() -> None:
    made = {SECRETS.new_id("q") for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(each.startswith("q_") and len(each) == 18 for each in made)
