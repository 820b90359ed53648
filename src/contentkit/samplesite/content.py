"""What stands inside a document: its body, files, links, effects and personal data.

A copy takes its words from its original and its markup from itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from contentkit.samplesite.addresses import ORIGIN, file_folder, image_folder
from contentkit.samplesite.body import Body
from contentkit.samplesite.files import make_picture
from contentkit.samplesite.numbers import Dice
from contentkit.samplesite.plan import Plan, Planner
from contentkit.samplesite.words import Words, load_words

PICTURES = 16
"""How many different pictures the site has; many addresses show the same one."""

RARE = 6
"""Place modulo 10 of the departments' news with a character of four GB18030 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment, picture or video; `data` is None where the server has none."""

    name: str
    path: str
    data: bytes | None
    sha256: str | None
    route: str = ""
    """How the server treats it: html, gbk-name, gbk-url, or nothing special."""

    @property
    def url(self) -> str:
        """Return the nominal URL."""
        return ORIGIN + self.path

    @property
    def disk_path(self) -> str:
        """Return where the file lies below the site's folder: a name in ASCII."""
        return self.path.replace("%", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Personal data planted: kind, the exact value, and where it stands."""

    kind: str
    value: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a document does to another one, with its exact words."""

    type: str
    title: str
    doc_number: str
    scope: str
    date: str | None
    quote: str
    target: int | None


@dataclass(slots=True)
class Content:
    """The content of one document while it is written."""

    plan: Plan
    dice: Dice
    words: Words
    body: Body
    subtitle: str | None = None
    attachments: list[File] = field(default_factory=list)
    images: list[File] = field(default_factory=list)
    videos: list[File] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    personal: list[Personal] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """Nominal URLs of links in the body that lead to no document of the site."""

    def fill(self, template: str, **known: str) -> str:
        """Return a phrase about the document's own subject with its slots filled."""
        subject, year = self.plan.subject.text, str(self.plan.written_on.year)
        known.setdefault("subject", subject)
        known.setdefault("year", year)
        return self.words.fill(template, self.dice, **known)

    def bank(self, kind: str, name: str) -> list[str]:
        """Return a phrase bank."""
        return self.words.bank(kind, name)

    def add_picture(self, caption: str, *, missing: bool = False) -> None:
        """Add a picture to the body."""
        plan = self.plan
        number = self.dice.below(PICTURES)
        folder = image_folder(plan.column, plan.path, plan.index)
        path = f"{folder}p{plan.index}_{len(self.images) + 1}.png"
        data = None if missing else make_picture(number)
        digest = None if missing else _picture_sha256(number)
        self.images.append(File(name=caption, path=path, data=data, sha256=digest))
        self.body.image(path, caption)
        if missing:
            self.planted.append("image-missing")


Writer = Callable[[Content, Planner], None]


def make_file(plan: Plan, ordinal: int, name: str, data: bytes | None) -> File:
    """Return an attachment called `name` under an address that says nothing."""
    suffix = name.rsplit(".", 1)[1]
    path = file_folder(plan.column, plan.path, plan.index)
    digest = None if data is None else sha256(data).hexdigest()
    return File(
        name=name,
        path=f"{path}P{plan.published:%Y%m%d}{plan.index}_{ordinal}.{suffix}",
        data=data,
        sha256=digest,
    )


def add_attachments(
    content: Content, files: Sequence[tuple[str, bytes | None]]
) -> None:
    """Add attachments with a line each in the body, as the reader sees their names."""
    for ordinal, (name, data) in enumerate(files, 1):
        file = make_file(content.plan, ordinal, name, data)
        content.attachments.append(file)
        before = f"附件{ordinal}：" if len(files) > 1 else "附件："
        if content.plan.column.family != "gkmlpt":  # which lists them below the body
            content.body.link(before, name, file.path)
    content.planted.append("attachment")


def text_index(plan: Plan) -> int:
    """Return the document whose words this one repeats: its original, or itself."""
    return plan.index if plan.original is None else plan.original


def start_content(plan: Plan, seed: int, style: str) -> Content:
    """Return empty content for a plan, in a markup style."""
    dice = Dice(seed, text_index(plan), 41)
    return Content(plan=plan, dice=dice, words=load_words(), body=Body(style))


def write_news(content: Content, planner: Planner) -> None:
    """Write an article of four to seven paragraphs, some with a picture or a link."""
    dice = content.dice
    if dice.below(6) == 0:
        template = dice.pick(content.bank("news", "subtitles"))
        content.subtitle = "——" + content.fill(template)
    count = dice.between(4, 7)
    middles = dice.shuffle(content.bank("news", "middles"))
    tails = dice.shuffle(content.bank("news", "tails"))
    lead = content.fill(dice.pick(content.bank("news", "leads")))
    texts = [f"{lead}，{content.fill(middles[0])}。"]
    for number in range(1, count):
        clauses = [*middles[number * 2 - 1 : number * 2 + 1], tails[number]]
        texts.append("，".join(map(content.fill, clauses)) + "。")
    if content.plan.copied == "near":
        texts[1] = texts[1].replace("，", "，据悉，", 1)
    if content.plan.column.key == "departments" and content.plan.place % 10 == RARE:
        texts.append(content.fill(str(content.words.data["rare"]["paragraph"])))
    for number, text in enumerate(texts):
        content.body.paragraph(text)
        if number == 1 and dice.below(4) == 0:
            caption = content.fill("图为{subject}工作现场")
            content.add_picture(caption, missing=_lacks_picture(content.plan))
    _add_links(content, planner)


def write_traditional(content: Content, planner: Planner) -> None:
    """Write the one page in traditional characters."""
    del planner  # this kind refers to no other document
    for text in content.bank("traditional", "paragraphs"):
        content.body.paragraph(text)


def write_disclosure(content: Content, planner: Planner) -> None:
    """Write a guide, rule or list of duties in three to six sections."""
    del planner  # this kind refers to no other document
    dice = content.dice
    sentences = content.bank("disclosure", "sentences")
    agency = content.plan.agency.name
    for text in dice.sample(sentences, dice.between(5, 9)):
        content.body.paragraph(content.fill(text, agency=agency) + "。")


def write_report(content: Content, planner: Planner) -> None:
    """Write a yearly report with the statutory table."""
    del planner  # this kind refers to no other document
    dice, body = content.dice, content.body
    known = {"agency": content.plan.agency.name}
    known["year"] = str(content.plan.written_on.year - 1)
    sentences = dice.sample(content.bank("disclosure", "sentences"), 8)
    for number, head in enumerate(content.bank("disclosure", "report_heads")):
        body.paragraph(head)
        for text in sentences[number * 2 : number * 2 + 2]:
            body.paragraph(content.fill(text, **known) + "。")
        if number == 1:
            body.table(_report_table(dice))
            content.planted.append("table-spans")
    sign(content)


def write_media(content: Content, planner: Planner) -> None:
    """Write a page that holds only a video, or only a picture."""
    del planner  # this kind refers to no other document
    if content.plan.form == "picture":
        content.add_picture("")
        content.planted.append("body-picture")
        return
    plan = content.plan
    folder = file_folder(plan.column, plan.path, plan.index)
    path = f"{folder}v{plan.index}.mp4"
    content.videos.append(File(name="", path=path, data=None, sha256=None))
    content.body.raw(f'<video src="{path}" width="640" controls="controls"></video>\n')
    content.planted.append("body-empty")


def sign(content: Content, *, shape: str = "") -> None:
    """Add the signature block: the agency and the day, in figures unless told."""
    day = content.plan.written_on
    written = shape or f"{day.year}年{day.month}月{day.day}日"
    content.body.paragraph(content.plan.agency.name, align="right")
    content.body.paragraph(written, align="right")


@cache
def _picture_sha256(number: int) -> str:
    return sha256(make_picture(number)).hexdigest()


def _report_table(dice: Dice) -> Sequence[Sequence[str | tuple[str, int, int]]]:
    counts = [str(dice.between(0, 60)) for _ in range(9)]
    return (
        (("第二十条第（一）项", 1, 4),),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", *counts[:3]),
        ("行政规范性文件", *counts[3:6]),
        (("第二十条第（五）项", 1, 4),),
        (("行政许可", 2, 1), "信息内容", ("本年处理决定数量", 1, 2)),
        ("行政许可决定", (counts[6], 1, 2)),
    )


def _lacks_picture(plan: Plan) -> bool:
    return plan.original is None and plan.column.key == "news" and plan.place % 3 == 1


def _add_links(content: Content, planner: Planner) -> None:
    plan, body = content.plan, content.body
    data = content.words.data
    column, place = planner.layout.locate(text_index(plan))
    match place % 8:
        case 0 if place + 1 < column.documents:
            other = planner.plan(column.first + place + 1)
            body.link("相关链接：", other.title, other.path)
            content.planted.append("link-internal")
        case 1:
            old = f"{data['old_host']}/xw/{text_index(plan)}.asp"
            body.link("此前报道：", "老网站相关专题", old)
            content.planted.append("link-old-host")
            content.links.append(old)
        case 4:
            inside = f"{data['intranet']}/oa/doc?id={text_index(plan)}"
            body.link("办理进度请登录", "协同办公系统", inside)
            content.planted.append("link-intranet")
            content.links.append(inside)
        case 6:
            dead = f"/zt/ztbd/2016/index{text_index(plan)}.html"
            body.link("更多内容见", "专题报道", dead)
            content.planted.append("link-broken")
            content.links.append(ORIGIN + dead)
        case 7:
            body.link("详见", "办理流程示意图", "javascript:openFlow(3)")
            content.planted.append("link-script")
