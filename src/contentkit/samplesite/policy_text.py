"""The text of policy documents and of their interpretations."""

from datetime import date

from contentkit.samplesite.content import (
    Content,
    Effect,
    add_attachments,
    sign,
    text_index,
)
from contentkit.samplesite.files import make_docx
from contentkit.samplesite.numbers import (
    Dice,
    chinese_date,
    chinese_number,
    full_width,
)
from contentkit.samplesite.plan import Planner
from contentkit.samplesite.policies import (
    Act,
    Policy,
    effect_date,
    extended_until,
    make_policy,
)

BRACKET, SPELLING = 3, 6
"""Places modulo 10 whose document number is misspelled above the text."""

LETTER_O, FULL_WIDTH = 7, 13
"""Places modulo 20 whose signature is dated with the letter O, in full-width digits."""

_WHOLE_TEXT_ACTS = {Act.AMEND, Act.EXTEND, Act.LAPSE, Act.STOP}
_TYPES = {Act.PARTIAL: "repeal"}


def write_policy(content: Content, planner: Planner) -> None:
    """Write a policy document: number, address, text, clauses, signature, annex."""
    policy = content.plan.policy
    assert policy is not None
    target = _target(planner, policy)
    content.body.paragraph(_number_line(content, policy), align="center")
    content.body.paragraph(content.dice.pick(content.bank("policy", "addressees")))
    if policy.act in _WHOLE_TEXT_ACTS:
        _write_act(content, policy, target)
        sign(content, shape=_signature_date(content, policy))
    else:
        opening = content.dice.pick(content.bank("policy", "openings"))
        content.body.paragraph(content.fill(opening, name=policy.name))
        sign(content, shape=_signature_date(content, policy))
        _write_articles(content, planner, policy, target)
    _add_annex(content)


def write_interpretation(content: Content, planner: Planner) -> None:
    """Write an interpretation, which restates the clauses of its document."""
    document = planner.interpreted_by(content.plan)
    assert document is not None
    assert document.policy is not None
    body, dice = content.body, content.dice
    known = {"name": document.policy.name, "agency": content.plan.agency.short}
    for text in content.bank("interpretation", "background"):
        body.paragraph(content.fill(text, **known))
    body.paragraph(str(content.words.data["interpretation"]["content_head"]))
    for text in dice.sample(content.bank("interpretation", "contents"), 5):
        body.paragraph(content.fill(text, **known) + "。")
    term = clause(document.policy)
    if term:
        body.paragraph(str(content.words.data["interpretation"]["term_head"]))
        body.paragraph(f"《文件》{term}。")
    body.paragraph(str(content.words.data["interpretation"]["contact_head"]))
    contact = str(content.words.data["interpretation"]["contact"])
    body.paragraph(content.fill(contact, **known))
    body.link("政策原文：", document.title, document.path)
    content.planted.append("link-internal")


def clause(policy: Policy) -> str:
    """Return the words on coming into force and on the term, or nothing."""
    if policy.effective_anchor:
        return f"自{policy.effective_anchor}起施行"
    if policy.effective_on is None:
        return ""
    words = f"自{_day(policy.effective_on)}起施行"
    if policy.until is not None:
        return f"{words}，有效期至{_day(policy.until)}"
    if policy.years is not None:
        return f"{words}，有效期{policy.years}年"
    return words


def _write_articles(
    content: Content, planner: Planner, policy: Policy, target: tuple[str, str] | None
) -> None:
    body, words = content.body, content.words
    is_edition = policy.act is Act.EDITION
    place = policy.target if is_edition and policy.target else policy.place
    # A revised edition repeats its forerunner's articles, one of them changed.
    dice = Dice(planner.layout.seed, policy.column.first + place, 42)
    body.paragraph(policy.name, align="center")
    texts = dice.sample(content.bank("policy", "articles"), dice.between(8, 14))
    known = {"subject": policy.subject.text, "agency": policy.agency.short}
    articles = [words.fill(text, dice, **known) for text in texts]
    if is_edition:
        articles[2] += "，每年至少公布一次进展情况"
        content.planted.append("edition")
    if policy.has_class_clause:
        articles.append("此前有关规定与本规定不一致的，以本规定为准")
        content.planted.append("clause-class")
    articles.append(words.fill(words.data["policy"]["closing_duty"], dice, **known))
    last = _last_article(content, policy, target)
    if not last:
        content.planted.append("clause-none")
    for number, text in enumerate([*articles, last] if last else articles, 1):
        body.paragraph(f"第{chinese_number(number)}条　{text}。")


def _last_article(
    content: Content, policy: Policy, target: tuple[str, str] | None
) -> str:
    term = clause(policy)
    if not term:
        return ""
    words = f"本规定{term}"
    if policy.act not in {Act.REPEAL, Act.PARTIAL}:
        return words
    assert target is not None
    name, number = target
    part = "第三条" if policy.act is Act.PARTIAL else ""
    quote = f"《{name}》（{number}）{part}同时废止"
    _add_effect(content, policy, target, quote)
    return f"{words}，{quote}"


def _write_act(
    content: Content, policy: Policy, target: tuple[str, str] | None
) -> None:
    assert target is not None
    cited = f"《{target[0]}》（{target[1]}）"
    begins = effect_date(policy)
    assert begins is not None
    match policy.act:
        case Act.AMEND:
            quote = f"对{cited}作如下修改"
            texts = [
                f"经研究，决定{quote}：",
                content.fill("一、将第三条中的“{n}个工作日”修改为“{m}个工作日”。"),
                content.fill("二、删去第五条中的“{street}”。"),
            ]
        case Act.EXTEND:
            quote = f"{cited}有效期延长至{_day(extended_until(policy))}"
            texts = [f"经评估，{policy.subject.text}工作仍需继续推进，现将{quote}。"]
        case Act.LAPSE:
            quote = f"{cited}自{_day(begins)}起宣布失效"
            texts = [f"因调整对象已消失，经研究，{quote}。"]
        case _:
            quote = f"{cited}自{_day(begins)}起停止执行"
            texts = [f"根据上级有关规定，{quote}。"]
    for text in texts:
        content.body.paragraph(text)
    _add_effect(content, policy, target, quote)
    if policy.effective_on is not None and policy.act is not Act.STOP:
        content.body.paragraph(f"本通知自{_day(policy.effective_on)}起施行。")


def _add_effect(
    content: Content, policy: Policy, target: tuple[str, str], quote: str
) -> None:
    assert policy.act is not None
    begins = effect_date(policy)
    index = None if policy.target is None else policy.column.first + policy.target
    content.effects.append(
        Effect(
            type=_TYPES.get(policy.act, str(policy.act)),
            title=target[0],
            doc_number=target[1],
            scope="partial" if policy.act in {Act.PARTIAL, Act.AMEND} else "whole",
            date=begins.isoformat() if begins else None,
            quote=quote,
            target=index,
        )
    )
    content.planted.append(f"effect-{policy.act}")
    if index is None:
        content.planted.append("effect-unresolved")


def _target(planner: Planner, policy: Policy) -> tuple[str, str] | None:
    if policy.act is None:
        return None
    if policy.target is None:
        year = policy.written_on.year - 16
        name = f"江澜县{policy.subject.text}办法"  # of a time before the site
        return name, f"江政〔{year}〕{policy.place + 1}号"
    target = make_policy(planner.layout, policy.column, policy.target)
    return target.name, target.number


def _number_line(content: Content, policy: Policy) -> str:
    if policy.place % 10 == BRACKET:
        content.planted.append("docnumber-bracket")
        return policy.number.replace("〔", "[").replace("〕", "]")
    if policy.place % 10 == SPELLING:
        content.planted.append("docnumber-spelling")
        head, serial = policy.number.rstrip("号").split("〕")
        return f"{head}〕第{int(serial):03}号"
    return policy.number


def _signature_date(content: Content, policy: Policy) -> str:
    day = policy.written_on
    if policy.role == LETTER_O:
        content.planted.append("date-letter-o")
        return chinese_date(day, "O")
    if policy.role == FULL_WIDTH:
        content.planted.append("date-full-width")
        return full_width(_day(day))
    if policy.role % 4 == 1:
        content.planted.append("date-chinese-numerals")
        return chinese_date(day)
    return _day(day)


def _add_annex(content: Content) -> None:
    plan = content.plan
    if content.dice.below(3):
        return
    name = content.fill("{subject}申请表.docx")
    data = make_docx([name[:-5], "申请人：", "申请事项：", f"编号：{text_index(plan)}"])
    add_attachments(content, [(name, data)])


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
