"""Methods: sentences of the methods used, assumptions, conventions, variants, versions."""

from __future__ import annotations

from costim.registry.catalogue import Method, methods
from costim.report.context import Context
from costim.report.document import Block, Bullets, Inlines, Paragraph, Quote, Term
from costim.report.format import level
from costim.report.sections.citations import used_methods, used_references, used_variants
from costim.report.sections.family_words import family_blocks
from costim.report.sections.topics import by_topic
from costim.report.sections.words import joined, words


def write_methods(context: Context) -> list[Block]:
    """The methods paragraph and what it rests on."""
    used = used_methods(context)
    blocks: list[Block] = [Paragraph(_conventions(context))]
    for topic, methods_of in by_topic(used):
        blocks.append(Paragraph((f"{topic}. ", *joined([_sentence(context, m) for m in methods_of], " "))))
    assumed = [m for m in used if m.assumption]
    if assumed:
        blocks.append(Paragraph(("Assumptions:",)))
        blocks.append(Bullets(tuple((Term(m.label), ": ", Term(m.assumption)) for m in assumed)))
    return [*blocks, *family_blocks(context), *_variants(context), Paragraph(_versions(context))]


def _sentence(context: Context, method: Method) -> Inlines:
    text = method.sentence.replace("{level}", level(context.plan.study.level))
    listed = enumerate(used_references(context), start=1)
    marks: list[Inlines] = [(Term(str(number)),) for number, source in listed if source.key in method.references]
    return (Term(text), " [", *joined(marks, ", "), "]") if marks else (Term(text),)


def _conventions(context: Context) -> Inlines:
    study = context.plan.study
    shifted = study.day_convention == "first_infusion_is_day_1"
    source = (
        "the source counts the first infusion as the first day and has no day zero; its days were shifted"
        if shifted
        else "the source counts the same way"
    )
    return (
        "Days count from the first infusion, which is day zero (",
        source,
        "). Times in months and years were converted with ",
        Quote(str(study.days_per_month)),
        " days to a month and ",
        Quote(str(study.days_per_year)),
        " days to a year. Confidence level ",
        Quote(level(study.level)),
        "; tests are two-sided; seed of any random step ",
        Quote(str(study.seed)),
        ". Unknown items and times give bounds and are never set to zero; missing values were not imputed.",
    )


def _variants(context: Context) -> list[Block]:
    """Choices that a number of this report depends on, by the names that the settings use."""
    chosen: list[Inlines] = []
    for name in used_variants(context):
        value = str(getattr(context.plan.variants, name))
        known = methods().get(value)
        named: Inlines = (" (", Term(known.label), ")") if known is not None and known.label else ()
        chosen.append((words(name), " ", Quote(value), *named))
    if not chosen:
        return []
    return [Paragraph(("Variants chosen where sources disagree: ", *joined(chosen), "."))]


def _versions(context: Context) -> Inlines:
    named = [(Term(f"{name} {version}"),) for name, version in sorted(context.results.versions.items())]
    return ("Software: ", *joined(named, ", "), ".")
