"""The demo: the sample site on loopback, the whole main job, a summary in words."""

import shutil
from pathlib import Path
from typing import Protocol

from contentkit.errors import WorkspaceError
from contentkit.models import Json
from contentkit.progress import Progress
from contentkit.samplesite import serve, write_site
from contentkit.stages import pipeline
from contentkit.stages.clock import now
from contentkit.stages.export import Exported, ExportOptions, export
from contentkit.stages.runner import Options
from contentkit.stages.setup import init_workspace
from contentkit.workspace import Workspace

_MARK = "demo-site"  # tells a folder of an earlier demo from one of the user's


class Talk(Protocol):
    """How the demo speaks to the person at the terminal."""

    def say(self, line: str) -> None:
        """Say one line."""

    def progress(self) -> Progress:
        """Return a progress bar or silence."""


def run_demo(folder: Path, *, documents: int, lang: str, talk: Talk) -> str:
    """Do the main job on the sample site in `folder`; return the summary.

    The folder is made anew if an earlier demo left it; anything else in the way is
    refused.
    """
    site, space = folder / _MARK, folder / "workspace"
    if folder.is_file() or (
        folder.exists() and not site.is_dir() and any(folder.iterdir())
    ):
        raise WorkspaceError(
            f"{folder}: holds something that is no demo: name another folder"
        )
    for old in (site, space):
        shutil.rmtree(old, ignore_errors=True)
    words = _WORDS[lang]
    talk.say(words["writing"].format(documents=documents))
    write_site(site, documents=documents, seed=1)
    with serve(site) as server:
        talk.say(words["serving"].format(url=server.base_url))
        workspace = init_workspace(
            space, profile="sample", recipe="sample", base_url=server.base_url
        )
        with workspace, workspace.writing("demo"):
            made = _run(workspace, talk)
            return _summary(workspace, made, lang)


def _run(workspace: Workspace, talk: Talk) -> Exported:
    started = now()
    run_id = workspace.start_run("demo", started, {})
    reports = [
        pipeline.harvest(
            workspace, pipeline.Source(), run_id=run_id, progress=talk.progress()
        )
    ]
    talk.say(reports[-1].summary())
    options = Options(run_id=run_id, progress=talk.progress())
    for name in pipeline.STAGES[1:-1]:
        reports.append(getattr(pipeline, name)(workspace, options))
        talk.say(reports[-1].summary())
    made = export(
        workspace,
        ExportOptions(run_id=run_id, now=started, progress=talk.progress()),
    )
    counts = {report.stage: report.to_json() for report in reports}
    workspace.end_run(run_id, now(), "done", counts)
    return made


def _summary(workspace: Workspace, made: Exported, lang: str) -> str:
    conn = workspace.conn
    fates: dict[str, int] = {
        key: made.reconciliation.fates.get(key, 0)
        for key in (
            "migrated",
            "merged",
            "column",
            "asset",
            "dropped",
            "quarantined",
            "not-fetched",
        )
    }
    findings: Json = dict(
        conn.execute("SELECT severity, count(*) FROM findings GROUP BY severity")
    )
    return _WORDS[lang]["summary"].format(
        discovered=made.reconciliation.discovered,
        total=" + ".join(f"{count}" for count in fates.values()),
        **{key.replace("-", "_"): count for key, count in fates.items()},
        errors=findings.get("error", 0),
        warnings=findings.get("warning", 0),
        infos=findings.get("info", 0),
        links=made.unresolved_links,
        files=made.summary.counts["files"],
        bundle=made.summary.path,
        report=made.report,
        workspace=workspace.folder,
    )


_WORDS = {
    "zh": {
        "writing": "生成示例旧站（{documents} 篇文档）……",
        "serving": "旧站已在本机 {url} 上线，开始采集……",
        "summary": """
共发现 {discovered} 个网址，逐一有去向（{total}）：
  迁移为文档 {migrated}，并入其他文档 {merged}，栏目和首页 {column}，附件和图片 {asset}，
  舍弃 {dropped}（都有原因），隔离待核 {quarantined}，未抓取 {not_fetched}（都有原因）。
待处理问题：错误 {errors} 条，警告 {warnings} 条，提示 {infos} 条；站内失效链接 {links} 条。
导入包（已校验，{files} 个文件）：{bundle}
报告：{report}

接下来：
  contentkit bundle verify {bundle}
  contentkit -w {workspace} findings --counts
  contentkit -w {workspace} reconcile""",
    },
    "en": {
        "writing": "Writing the sample legacy site ({documents} documents) …",
        "serving": "The legacy site is up at {url}; harvesting …",
        "summary": """
{discovered} URLs were discovered, each with one fate ({total}):
  {migrated} migrated as documents, {merged} merged into others, {column} columns and
  home pages, {asset} attachments and images, {dropped} dropped (each for a reason),
  {quarantined} quarantined, {not_fetched} not fetched (each for a reason).
Findings: {errors} errors, {warnings} warnings, {infos} infos; {links} internal links lead nowhere.
Bundle (verified, {files} files): {bundle}
Report: {report}

Next:
  contentkit bundle verify {bundle}
  contentkit -w {workspace} findings --counts
  contentkit -w {workspace} reconcile""",
    },
}
