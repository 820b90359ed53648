"""The addresses of the sample site: each family shapes its paths in its own way."""

from datetime import date

from contentkit.samplesite.layout import Column

ORIGIN = "http://www.jianglan.example"
"""The site's own origin; pages name it, the truth is written with it."""


def article_path(column: Column, index: int, day: date) -> str:
    """Return the path of a document published on `day`."""
    code = column.code
    match column.family:
        case "jcms":
            return f"/art/{day.year}/{day.month}/{day.day}/art_{code}_{58_000_000 + index}.html"
        case "jpage":
            return f"/art/{day.year}/{day.month}/{day.day}/art_{code}_{10_000 + index}.html"
        case "trs":
            return f"/{code}/{day:%Y%m}/t{day:%Y%m%d}_{1_500_000 + index}.html"
        case "empirecms":
            return f"/{code}/{day:%Y-%m-%d}/{index + 1}.html"
        case "gkmlpt":
            number = 7_000_000 + index
            return f"/gkmlpt/content/{number // 1_000_000}/{number // 1_000}/post_{number}.html"
    return f"/jlwz/{code}/{day.year}/n{index - column.first + 1}.htm"


def list_path(column: Column, page: int = 1) -> str:
    """Return the path of a list page, counted from 1.

    Columns whose further pages come from a service have only page 1 here.
    """
    code = column.code
    match column.family:
        case "jcms" | "jpage":
            return f"/col/col{code}/index.html"
        case "trs":
            return f"/{code}/index{f'_{page - 1}' if page > 1 else ''}.html"
        case "empirecms":
            return f"/{code}/index{f'_{page}' if page > 1 else ''}.html"
        case "gkmlpt":
            return f"/gkmlpt/list/{code}/{'index' if page == 1 else f'p{page}'}.html"
    return f"/jlwz/{code}/{'index' if page == 1 else f'list{page}'}.htm"


def file_folder(column: Column, path: str, index: int) -> str:
    """Return the folder in which a document's attachments lie, with the slash."""
    article_folder = path.rsplit("/", 1)[0]
    match column.family:
        case "jcms":
            return f"/attach/0/{index // 1000}/"
        case "jpage":
            return f"/module/download/{index // 1000}/"
        case "trs":
            return article_folder + "/"
        case "empirecms":
            return f"/d/file/p/{article_folder.rsplit('/', 1)[1]}/"
        case "gkmlpt":
            return f"/gkmlpt/attachment/{index // 1000}/"
    return "/jlwz/files/"


def image_folder(column: Column, path: str, index: int) -> str:
    """Return the folder in which a document's images lie, with the slash."""
    if column.family in {"jcms", "jpage"}:
        return f"/picture/0/{index // 1000}/"
    if column.family == "static":
        return "/jlwz/images/"
    return file_folder(column, path, index)
