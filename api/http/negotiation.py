"""In which form does the client speak, and in which does it want its answer? (RFC 9110, GraphQL over HTTP)"""

from functools import lru_cache

from api.http.problems import Problem

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
STREAM = "text/event-stream"
OFFERED = (GRAPHQL, JSON, STREAM)


@lru_cache(maxsize=200)
def wanted(accept: bytes) -> str:
    """The media type to answer in: of those accepted, the one wanted most; JSON when anything will do."""
    best, most = "", 0.0
    for part in accept.decode("latin-1").lower().split(",") if accept.strip() else ["*/*"]:
        media, *parameters = (piece.strip() for piece in part.split(";"))
        if media in {"*/*", "application/*"}:
            media = JSON
        weight = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if media in OFFERED and weight > most:
            best, most = media, weight
    if not best:
        raise Problem(
            406,
            "NOT_ACCEPTABLE",
            f"Answers come as {GRAPHQL}, {JSON} or, for subscriptions, {STREAM}.",
            f"应答格式为 {GRAPHQL}、{JSON}，订阅为 {STREAM}。",
        )
    return best


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@lru_cache(maxsize=200)
def demand_json(content_type: bytes, content_encoding: bytes) -> None:
    """Refuse a body that is anything but plain JSON in UTF-8."""
    media, *parameters = (piece.strip() for piece in content_type.decode("latin-1").lower().split(";"))
    charsets = [each[8:].strip('"') for each in parameters if each.startswith("charset=")]
    if media != JSON or any(each not in {"utf-8", "utf8"} for each in charsets):
        raise Problem(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            f"Send {JSON} in UTF-8.",
            f"请以 UTF-8 编码的 {JSON} 发送。",
            headers={"Accept": JSON},
        )
    if content_encoding not in {b"", b"identity"}:
        raise Problem(
            415,
            "UNSUPPORTED_ENCODING",
            "Send the body uncompressed.",
            "请勿压缩请求正文。",
            headers={"Accept-Encoding": "identity"},
        )
