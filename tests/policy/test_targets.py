"""Which held document is meant: number, title, age, editions, copies."""

import pytest

from contentkit.findings import codes, explain
from contentkit.policy.cycles import find_cycles
from contentkit.policy.models import Effect, EffectType, Scope
from contentkit.policy.targets import (
    CROWD,
    Held,
    Shelf,
    State,
    relation_finding,
    resolve,
)
from contentkit.policy.titles import cited_title

SOURCE = Held(
    id=1,
    title="江澜区停车管理办法",
    issuer="江澜区人民政府",
    doc_number="江政发〔2020〕8号",
    written_on="2020-06-01",
)


def effect(title=None, number=None, *, target_date=None, scope=Scope.WHOLE):
    return Effect(
        type=EffectType.REPEAL,
        title=title,
        doc_number=number,
        scope=scope,
        date=None,
        quote="…",
        start=0,
        end=1,
        target_date=target_date,
    )


def held(id_, title, number=None, day=None, **more):
    return Held(id=id_, title=title, doc_number=number, written_on=day, **more)


def ids(resolution):
    return [held.id for held in resolution.targets]


def test_the_document_itself_is_never_its_target():
    shelf = Shelf([SOURCE])
    assert resolve(effect(SOURCE.title), SOURCE, shelf).state is State.SELF
    by_number = resolve(effect(None, SOURCE.doc_number), SOURCE, shelf)
    assert by_number.state is State.SELF


def test_same_title_other_number_is_the_old_document():
    old = held(2, SOURCE.title, "江政发〔2015〕3号", "2015-01-01")
    found = resolve(
        effect(SOURCE.title, "江政发〔2015〕3号"), SOURCE, Shelf([SOURCE, old])
    )
    assert (found.state, ids(found), found.why) == (State.RESOLVED, [2], "number")


def test_same_title_other_number_that_is_not_held_is_not_resolved():
    found = resolve(effect(SOURCE.title, "江政发〔2015〕3号"), SOURCE, Shelf([SOURCE]))
    assert found.state is State.UNRESOLVED


def test_a_number_of_years_before_is_not_the_document_that_has_none():
    source = held(1, SOURCE.title, None, "2018-06-01")
    found = resolve(effect(SOURCE.title, "江政发〔2009〕3号"), source, Shelf([source]))
    assert found.state is State.UNRESOLVED
    same = resolve(effect(SOURCE.title, "江政发〔2018〕3号"), source, Shelf([source]))
    assert same.state is State.SELF


def test_a_copy_of_the_document_itself_is_no_target():
    source = Held(id=1, title="甲办法", written_on="2020-06-01", group=7)
    copy = Held(id=2, title="甲办法", written_on="2019-06-01", group=7)
    assert resolve(effect("甲办法"), source, Shelf([source, copy])).state is State.SELF


def test_a_younger_document_is_no_target():
    young = held(2, "江澜区旧停车办法", None, "2021-01-01")
    found = resolve(effect("江澜区旧停车办法"), SOURCE, Shelf([young]))
    assert (found.state, ids(found)) == (State.TIME, [2])


def test_the_year_of_a_number_tells_age_where_no_day_is_known():
    young = held(2, "江澜区渡口办法", "江政发〔2022〕1号")
    assert resolve(effect("江澜区渡口办法"), SOURCE, Shelf([young])).state is State.TIME


def test_the_number_beats_the_title():
    a = held(2, "关于路灯的通知", "江政办〔2012〕1号", "2012-01-01")
    b = held(3, "关于路灯照明的通知", "江政办〔2013〕2号", "2013-01-01")
    found = resolve(
        effect("关于路灯照明的通知", "江政办〔2012〕1号"), SOURCE, Shelf([a, b])
    )
    assert (found.state, ids(found)) == (State.RESOLVED, [2])


def test_a_title_of_another_number_is_not_the_one_cited():
    other = held(2, "关于路灯的通知", "江政办〔2013〕9号", "2013-01-01")
    found = resolve(
        effect("关于路灯的通知", "江政办〔2012〕1号"), SOURCE, Shelf([other])
    )
    assert (found.state, found.why) == (State.UNRESOLVED, "number-differs")


def test_a_number_held_by_one_and_the_title_by_an_unnumbered_one_is_open():
    a = held(2, "关于防汛的通知", "江政办〔2012〕1号", "2012-01-01")
    b = held(3, "关于路灯的通知", None, "2012-01-02")
    found = resolve(
        effect("关于路灯的通知", "江政办〔2012〕1号"), SOURCE, Shelf([a, b])
    )
    assert (found.state, ids(found)) == (State.AMBIGUOUS, [2, 3])


def test_notices_of_one_title_stay_ambiguous():
    a = held(2, "关于做好春耕工作的通知", "江政办〔2012〕1号", "2012-03-01")
    b = held(3, "关于做好春耕工作的通知", "江政办〔2013〕1号", "2013-03-01")
    found = resolve(effect("关于做好春耕工作的通知"), SOURCE, Shelf([b, a]))
    assert (found.state, ids(found)) == (State.AMBIGUOUS, [2, 3])


def test_of_editions_the_latest_older_one():
    old = held(2, "江澜区河道办法", None, "2010-03-01")
    late = held(3, "江澜区河道办法（2015年修订）", None, "2015-03-01")
    young = held(4, "江澜区河道办法", None, "2021-03-01")
    found = resolve(effect("江澜区河道办法"), SOURCE, Shelf([old, late, young]))
    assert (found.state, ids(found)) == (State.RESOLVED, [3])
    assert found.why == "latest-edition"


def test_of_editions_the_one_of_the_stated_day():
    old = held(2, "江澜区河道办法", None, "2010-03-01")
    late = held(3, "江澜区河道办法", None, "2015-03-01")
    shelf = Shelf([old, late])
    assert ids(resolve(effect("江澜区河道办法"), SOURCE, shelf)) == [3]
    dated = effect("江澜区河道办法", target_date="2010-03-01")
    assert ids(resolve(dated, SOURCE, shelf)) == [2]


def test_editions_without_days_stay_ambiguous():
    shelf = Shelf(
        [held(2, "江澜区河道办法", None, "2010-03-01"), held(3, "江澜区河道办法")]
    )
    assert resolve(effect("江澜区河道办法"), SOURCE, shelf).state is State.AMBIGUOUS


def test_acts_of_two_issuers_stay_ambiguous_unless_one_is_the_source():
    a = held(2, "值班办法", None, "2010-03-01", issuer="江澜区民政局")
    b = held(3, "值班办法", None, "2011-03-01", issuer="江澜区教育局")
    c = held(4, "值班办法", None, "2009-03-01", issuer="江澜区人民政府")
    assert resolve(effect("值班办法"), SOURCE, Shelf([a, b])).state is State.AMBIGUOUS
    assert ids(resolve(effect("值班办法"), SOURCE, Shelf([a, b, c]))) == [4]


def test_verified_copies_are_one_target():
    a = held(2, "关于早市的通知", None, "2010-03-01", group=5)
    b = held(3, "关于早市的通知", None, "2010-03-01", group=5)
    found = resolve(effect("关于早市的通知"), SOURCE, Shelf([a, b]))
    assert (found.state, ids(found)) == (State.RESOLVED, [2, 3])


@pytest.mark.parametrize(
    ("why", "cited", "filed"),
    [
        ("nested marks", "江澜区实施〈渔业法〉办法", "江澜区实施《渔业法》办法"),
        ("the republic left out", "中华人民共和国渔业条例", "渔业条例"),
        (
            "within a title",
            "江澜区实施〈中华人民共和国渔业法〉办法",
            "江澜区实施《渔业法》办法",
        ),
        ("issuer left out", "关于早市的通知", "江澜区人民政府关于早市的通知"),
        (
            "the notice around",
            "江澜区人民政府关于印发《江澜区早市办法》的通知",
            "江澜区早市办法",
        ),
        ("without marks", "江澜区政府关于印发江澜区早市办法的通知", "江澜区早市办法"),
        (
            "name of the site",
            "江澜区早市管理办法",
            "江澜区早市管理办法_江澜区人民政府网",
        ),
        ("a label", "江澜区早市管理办法", "（已废止）江澜区早市管理办法"),
        ("width and spaces", "江澜区（早市）办法", "江澜区 (早市) 办法"),
        ("edition of the holding", "江澜区早市办法", "江澜区早市办法（2015年修订）"),
    ],
)
def test_titles_that_meet(why, cited, filed):
    document = held(2, filed, None, "2010-01-01")
    found = resolve(effect(cited), SOURCE, Shelf([document]))
    assert ids(found) == [2], (why, cited_title(cited), cited_title(filed))


@pytest.mark.parametrize(
    ("cited", "filed"),
    [
        ("江澜区早市办法（试行）", "江澜区早市办法"),
        ("江澜区早市办法", "江澜区早市办法（试行）"),
        ("江澜区早市办法", "关于修改《江澜区早市办法》的决定"),
        ("关于修改《江澜区早市办法》的决定", "江澜区早市办法"),
        ("江澜区早市办法", "关于废止《江澜区早市办法》的决定"),
        ("江澜区早市办法（2015年修订）", "江澜区早市办法（2018年修订）"),
        ("关于早市的通知", "转发市政府关于早市的通知"),
        ("江澜区早市办法", "江澜区夜市办法"),
        ("", "江澜区早市办法"),
    ],
)
def test_titles_that_do_not(cited, filed):
    document = held(2, filed, None, "2010-01-01")
    assert not ids(resolve(effect(cited or None), SOURCE, Shelf([document])))


def test_every_state_has_its_finding_but_the_good_one():
    old = held(2, "江澜区渡口办法", None, "2010-01-01")
    young = held(3, "江澜区桥梁办法", None, "2022-01-01")
    shelf = Shelf([SOURCE, old, young])
    wanted = {
        "江澜区渡口办法": None,
        "江澜区桥梁办法": "REL-TIME",
        "江澜区隧道办法": "REL-UNRESOLVED",
        SOURCE.title: "REL-SELF",
    }
    for title, code in wanted.items():
        cited = effect(title)
        finding = relation_finding(cited, resolve(cited, SOURCE, shelf))
        assert (finding.code if finding else None) == code
        if finding:
            assert finding.code in codes()
            assert title in explain(finding)
            assert "…" not in explain(finding)


def test_lists_in_attachments_and_classes():
    annexed = effect(scope=Scope.ANNEX_LIST)
    found = resolve(annexed, SOURCE, Shelf([]))
    finding = relation_finding(annexed, found)
    assert finding is not None
    assert finding.code == "REL-ANNEX"
    described = effect(scope=Scope.CLASS)
    assert relation_finding(described, resolve(described, SOURCE, Shelf([]))) is None


def test_cycles():
    assert find_cycles([(1, 2), (2, 3)]) == ()
    assert find_cycles([(2, 1), (1, 2), (9, 8), (8, 9), (8, 7)]) == ((1, 2), (8, 9))


def test_a_chain_of_a_hundred_thousand_repeals_is_no_recursion():
    chain = [(n, n + 1) for n in range(100_000)]
    assert find_cycles(chain) == ()
    assert find_cycles([*chain, (100_000, 0)]) == (tuple(range(100_001)),)


def test_a_crowd_of_one_title_is_asked_about_and_never_chosen_from():
    crowd = [
        held(n, "江澜区事项管理办法", day=f"20{n % 20:02}-01-01")
        for n in range(1, CROWD + 1)
    ]
    odd = held(999, "江澜区事项管理办法", "江政发〔2001〕7号")
    source = held(0, "江澜区别的办法", day="2024-01-01")
    shelf = Shelf([*crowd, odd])
    found = resolve(effect("江澜区事项管理办法"), source, shelf)
    assert (found.state, found.why) == (State.AMBIGUOUS, "crowd")
    assert len(found.targets) == CROWD + 1
    numbered = effect("江澜区事项管理办法", "江政发〔2001〕7号")
    assert resolve(numbered, source, shelf).targets == (odd,)
    assert resolve(effect("江澜区事项管理办法"), source, Shelf(crowd[:1])).state is (
        State.RESOLVED
    )
