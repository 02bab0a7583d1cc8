"""What is wrong with a model's proposal, in sentences for whoever gave it, which repeat nothing but plain paths."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.checking import Checked
from trimtab.domain.frameworks.fields import Fields, Problems
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.reading import framework_of
from trimtab.domain.frameworks.tree import SEPARATOR, Tree, tree_of
from trimtab.workflow.frameworks.plain_words import LONGEST_PART, MOST_PARTS, is_plain, words_of
from trimtab.workflow.frameworks.wished_away import WishedAway, needed_all_the_same, paths_of_leaves

MOST_BUCKETS: Final = 100
MOST_CONSTRAINTS: Final = 20
MOST_RULE_WORDS: Final = 250

Validate = Callable[[Framework], Checked]


def read(document: Mapping[str, object]) -> tuple[Framework | None, tuple[str, ...]]:
    """The framework of a document; None where any of it can't be read, with each place."""
    many = tuple(_too_many(document))
    if many:
        return None, many
    problems = Problems()
    framework = framework_of(Fields(document, problems))
    try:
        problems.refuse("answer")
    except InvalidInput as error:
        return None, tuple(f"{problem.field}: {problem.message}" for problem in error.problems)
    return framework, ()


def _too_many(document: Mapping[str, object]) -> Iterator[str]:
    for name, most in (("buckets", MOST_BUCKETS), ("constraints", MOST_CONSTRAINTS)):
        found = document.get(name)
        if isinstance(found, list) and len(found) > most:
            yield f"{name} has {len(found):,} entries: give at most {most}"


def not_plain(framework: Framework, known: Known) -> Iterator[str]:
    """Paths that aren't plain words, and lists that are too long: before anything else may quote them."""
    words = words_of(known)
    paths = [bucket.path.split(SEPARATOR) for bucket in framework.buckets]
    plain = {part: is_plain(part, words) for parts in paths if len(parts) <= MOST_PARTS for part in parts}
    for number, (bucket, parts) in enumerate(zip(framework.buckets, paths, strict=True)):
        if not all(plain.get(part, False) for part in parts):
            said = f"at most {MOST_PARTS} parts of at most {LONGEST_PART} letters, with {SEPARATOR} between"
            yield f"buckets[{number}].path: give {said}; plain words without digits, codes or names of products"
        if any(len(listed) > MOST_RULE_WORDS for _, listed, _ in _words(bucket, Known())):
            yield f"buckets[{number}]: a list has over {MOST_RULE_WORDS} words"


def against_the_rules(framework: Framework, *, known: Known, away: WishedAway, validate: Validate) -> tuple[str, ...]:
    """All that is wrong with a framework whose paths are plain: weights, words, and what was to be left out."""
    tree = tree_of(framework.buckets)
    return (
        *(f"{finding.path}: {finding.message}" for finding in validate(framework).errors),
        *_unknown(framework, known),
        *_without_rules(framework, tree, known=known),
        *needed_all_the_same(framework, tree, away=away, known=known),
    )


def _unknown(framework: Framework, known: Known) -> Iterator[str]:
    for number, bucket in enumerate(framework.buckets):
        for name, words, there in _words(bucket, known):
            if not set(words) <= set(there):
                yield f"buckets[{number}].{name} has a word that no product bears: write words exactly as printed"
    for number, constraint in enumerate(framework.constraints):
        if not set(constraint.currencies) <= set(known.currencies):
            yield f"constraints[{number}].currencies has a currency that no product has"


def _words(bucket: Bucket, known: Known) -> tuple[tuple[str, tuple[str, ...], Collection[str]], ...]:
    """The lists of a bucket's rules, by name, with the words that they may use."""
    rules = bucket.rules
    return (
        ("include_tags", rules.include_tags, known.tags),
        ("exclude_tags", rules.exclude_tags, known.tags),
        ("allowed_types", rules.allowed_types, known.types),
        ("regions", rules.regions, known.regions),
        ("sectors", rules.sectors, known.sectors),
        ("currencies", rules.currencies, known.currencies),
    )


def _without_rules(framework: Framework, tree: Tree, *, known: Known) -> Iterator[str]:
    """Leaves that take any product; where no product bears a word nobody could say more."""
    if not (known.tags or known.regions or known.sectors):
        return
    leaves = paths_of_leaves(tree)
    for number, bucket in enumerate(framework.buckets):
        rules = bucket.rules
        if bucket.path in leaves and not (rules.include_tags or rules.regions or rules.sectors):
            yield f"buckets[{number}] takes any product: say by include_tags, regions or sectors what belongs in it"
